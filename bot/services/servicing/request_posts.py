"""Which post a kind of request goes to, as data: the company's own division of work (company rules, 岗位职责)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bot.calendars.strict_yaml import read_row
from bot.insurance.staff import NAMED_POSTS


def load_request_posts(path: Path) -> Mapping[str, str]:
    """The post by the kind of request; a kind that is not there has the post of its transaction.

    Raises DataFileError naming file, line, row and key.
    """
    top, posts = read_row(path), dict[str, str]()
    top.expect(("posts", "source", "tag"))
    for row in top.rows("posts"):
        row.expect(("id", "post"))
        kind, post = row.text("id"), row.text("post")
        if kind in posts:
            row.refuse("id", "写了两次")
        if post not in NAMED_POSTS:
            row.refuse("post", f"没有这个岗位：{post}")
        posts[kind] = post
    return MappingProxyType(posts)
