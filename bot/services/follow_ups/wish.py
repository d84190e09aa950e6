"""Words that ask for a follow-up: its number, or 回访 and little else ("回访 R20261126000001", "接着做回访")."""

from __future__ import annotations

import re

from bot.text.normalise import fold

_NUMBER = re.compile(r"(?<![A-Z0-9])R(\d{14})(?!\d)")
_WISH = re.compile(
    r"(?:你好|您好|好的?|我|那|请|麻烦)*[，,\s]*(?:要|想|来|去|开始|接着|继续|现在)*(?:做|答|回答|完成|填|参加)?(?:一下|个|这个|那个|我的|你们的)?"
    r"(?:新单|销售|查勘|结案|投诉|服务)?回访(?:问卷|一下)?(?:吧|了|啊|呀)?[。.!！\s]*"
)


def find_follow_up_no(text: str) -> str:
    """The number of a follow-up in a message, "" for none."""
    found = _NUMBER.search(re.sub(r"[\s-]", "", fold(text).upper()))
    return f"R{found.group(1)}" if found else ""


def asks_for_follow_up(text: str) -> bool:
    return bool(find_follow_up_no(text)) or bool(_WISH.fullmatch(fold(text).strip()))
