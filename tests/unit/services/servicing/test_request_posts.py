"""Which post a kind of request goes to is data, and a mistake in it is told with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.calendars.strict_yaml import DataFileError
from bot.services.servicing.request_posts import load_request_posts
from bot.settings import ROOT

TOP = "source: 公司规定\ntag: C\n"


def test_papers_are_the_forms_posts_and_invoices_the_cashiers() -> None:
    posts = load_request_posts(ROOT / "data" / "servicing" / "posts.yml")
    assert (posts["reissue_policy"], posts["request_invoice"]) == ("单证", "收付费")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("posts:\n  - {id: a, post: 单正}\n", "没有这个岗位：单正"),
        ("posts:\n  - {id: a, post: 单证}\n  - {id: a, post: 保全}\n", "写了两次"),
        ("posts:\n  - {id: a, desk: 单证}\n", ""),
        ("", ""),
    ],
)
def test_a_mistake_is_refused(tmp_path: Path, rows: str, problem: str) -> None:
    path = tmp_path / "posts.yml"
    path.write_text(TOP + rows, encoding="utf-8")
    with pytest.raises(DataFileError) as refused:
        load_request_posts(path)
    assert problem in str(refused.value.data["problem"])
