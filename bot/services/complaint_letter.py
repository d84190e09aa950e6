"""The decision on a complaint as a letter, for who left no phone or wants it on paper (投诉办法 art 18, 20, 21)."""

from __future__ import annotations

from datetime import date

from bot.insurance.complaint import Complaint
from bot.services.handle_complaint import remedies
from bot.services.paper import Paper


def complaint_letter(complaint: Complaint, company: str, today: date) -> Paper:
    """The newest decision with its facts, basis and remedies. Raises LookupError while nothing has been decided."""
    if not complaint.decisions:
        raise LookupError(complaint.complaint_no)
    made = complaint.decisions[-1]
    what = "核查决定" if made.verifying else "处理决定"
    lines = (
        ("投诉编号", complaint.complaint_no),
        ("投诉人", complaint.complainant_name or "（没有留姓名）"),
        ("收到投诉", f"{complaint.received_at:%Y 年 %-m 月 %-d 日}"),
        (f"作出{what}", f"{made.at:%Y 年 %-m 月 %-d 日}"),
    )
    sections = (
        ("您的诉求", (complaint.request,) if complaint.request else ()),
        ("认定的事实", (made.facts,)),
        ("依据", (made.basis,)),
        (what, (made.result,)),
        ("您可以怎么做", (remedies(complaint),)),
        ("", (company, f"{today:%Y 年 %-m 月 %-d 日}（盖章）")),
    )
    return Paper(f"消费投诉{what}告知书", lines, tuple(section for section in sections if section[1]))
