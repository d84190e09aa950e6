"""What an officer makes of a complaint once it is registered: five outcomes, none of which the assistant may choose.

Source: company rules art 14 (the five), art 16 (told within ten working days, with reasons); 投诉办法2020 art 18 ¶4 leaves
one ground on which a complaint need not be handled, and art 19 the remedies that are named with any answer (X-03).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class TriageOutcome(str, Enum):
    """In the order of company rules art 14."""

    ACCEPT = "accept"
    OTHER_BODY = "other_body"
    OTHER_DEPARTMENT = "other_department"
    OUTSIDE = "outside"
    NOT_ENTITLED = "not_entitled"

    @property
    def zh(self) -> str:
        return _TEXTS[self][0]

    @property
    def meaning(self) -> str:
        """What the officer chooses with it."""
        return _TEXTS[self][1]

    @property
    def article(self) -> str:
        return _TEXTS[self][2]

    @property
    def ends(self) -> bool:
        """Nothing more is done here; the complainant may have it verified (核查)."""
        return self in (TriageOutcome.OTHER_BODY, TriageOutcome.OUTSIDE, TriageOutcome.NOT_ENTITLED)


_TEXTS = {
    TriageOutcome.ACCEPT: (
        "受理", "属于消费投诉，由本公司负责处理。", "公司客户服务管理规定第十四条第（一）项；投诉办法第十一条",
    ),
    TriageOutcome.OTHER_BODY: (
        "转相关单位",
        "属于消费投诉，但不由本公司负责：告诉投诉人理由，转给负责的单位。合作机构的事仍由本公司处理。",
        "公司客户服务管理规定第十四条第（二）项",
    ),
    TriageOutcome.OTHER_DEPARTMENT: (
        "转公司其他部门",
        "不是消费投诉，由公司其他部门办：转过去并告诉投诉人，法定的日子照走。",
        "公司客户服务管理规定第十四条第（三）项",
    ),
    TriageOutcome.OUTSIDE: (
        "不予受理",
        "不是消费投诉，也不归公司其他部门管：说明理由，并告诉可以申请核查、调解、仲裁、诉讼。",
        "公司客户服务管理规定第十四条第（四）项、第十六条",
    ),
    TriageOutcome.NOT_ENTITLED: (
        "不予办理",
        "不是投诉人本人、法定代理人、受托人或继承人提出的：可以不办，但要告知。重复投诉不选这一项：有新事实的合并、重算，已有决定的走核查。",
        "投诉办法第十八条第四款、第十四条；公司客户服务管理规定第十四条第（五）项",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Triage:
    """One officer's choice and why. `told_how`: how somebody without a phone was told, with the proof (art 21)."""

    outcome: TriageOutcome
    reason: str
    agent: str
    at: datetime
    told_how: str = ""
