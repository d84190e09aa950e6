"""What officers write on a complaint after it was registered, and the ways by which complaints come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum


class ComplaintChannel(str, Enum):
    """How a complaint reached the company; the clocks run from its receipt, whatever the way."""

    WEB = "web"
    WECHAT = "wechat"
    LETTER = "letter"
    HOTLINE = "hotline"
    COUNTER = "counter"
    MAIL = "mail"
    FAX = "fax"
    REGULATOR = "regulator"

    @property
    def zh(self) -> str:
        return _CHANNELS[self]


_CHANNELS = {
    ComplaintChannel.WEB: "在线客服",
    ComplaintChannel.WECHAT: "微信",
    ComplaintChannel.LETTER: "信函",
    ComplaintChannel.HOTLINE: "客服热线",
    ComplaintChannel.COUNTER: "柜台接待",
    ComplaintChannel.MAIL: "电子邮件",
    ComplaintChannel.FAX: "传真",
    ComplaintChannel.REGULATOR: "监管转办",
}


@dataclass(frozen=True)
class SupplementNotice:
    """What a complainant was asked for (D-C12): `items` as asked, `missing` what of it has not come. Stops no clock (X-02).

    `told_how`: how somebody without a phone was told, with the proof (art 21).
    """

    items: tuple[str, ...]
    note: str
    agent: str
    at: datetime
    missing: tuple[str, ...]
    told_how: str = ""


class ComplaintMove(str, Enum):
    """What an officer does with a complaint; those up to RESUME between accepting and deciding it, each by one form."""

    INVESTIGATE = "investigate"
    NEGOTIATE = "negotiate"
    EXTEND = "extend"
    ASK_FOR_MORE = "ask_for_more"
    GRANT_MORE = "grant_more"
    REFUSE_MORE = "refuse_more"
    APPRAISE = "appraise"
    MEDIATE = "mediate"
    RESUME = "resume"
    RECUSE = "recuse"
    MERGE = "merge"
    MERGE_ANEW = "merge_anew"
    JOIN = "join"
    WITHDRAW = "withdraw"
    REPORT = "report"
    VERIFY = "verify"

    @property
    def zh(self) -> str:
        return _MOVES[self][0]

    @property
    def meaning(self) -> str:
        """What it does to the clock, and the article."""
        return _MOVES[self][1]

    @property
    def is_told(self) -> bool:
        """Whether the complainant has to hear of it: an extension, what stops the clock or lets it run on, what ends it, what opens a
        核查."""
        return self in _TOLD

    @property
    def stops_clock(self) -> bool:
        return self in (ComplaintMove.APPRAISE, ComplaintMove.MEDIATE)


_MOVES = {
    ComplaintMove.INVESTIGATE: ("调查核实", "期限照常走"),
    ComplaintMove.NEGOTIATE: ("与投诉人协商", "期限照常走"),
    ComplaintMove.EXTEND: ("延长至 30 日", "情况复杂；会告知投诉人（投诉办法第十八条第一款）"),
    ComplaintMove.ASK_FOR_MORE: (
        "申请再延长 30 日", "情况特别复杂或有其他特殊原因；批准前期限不变（投诉办法第十八条第一款）",
    ),
    ComplaintMove.GRANT_MORE: ("批准再延长 30 日", "上级机构或总公司高级管理人员审批；会告知投诉人"),
    ComplaintMove.REFUSE_MORE: ("不批准再延长", "期限不变"),
    ComplaintMove.APPRAISE: ("送外部鉴定、检测、评估", "期间不计入期限；会告知投诉人（投诉办法第十八条第二款）"),
    ComplaintMove.MEDIATE: ("进入调解", "投诉人已同意并提出申请；期间不计入期限（投诉办法第二十三条）"),
    ComplaintMove.RESUME: ("鉴定或调解结束", "期限接着算；会告知投诉人"),
    ComplaintMove.RECUSE: ("回避", "处理人员与事项有直接利害关系的，应当回避（投诉办法第十七条）"),
    ComplaintMove.MERGE: ("并入一件，没有新事实", "期限不变"),
    ComplaintMove.MERGE_ANEW: (
        "并入一件，有新事实和理由", "期限自收到新的投诉材料起重新计算（投诉办法第十八条第三款；公司客户服务管理规定第十五条）",
    ),
    ComplaintMove.JOIN: ("并入另一件", "在那一件里办理"),
    ComplaintMove.WITHDRAW: ("投诉人撤回", "收到撤回当日终止（投诉办法第十五条）"),
    ComplaintMove.REPORT: ("向监管书面报告", "按转办单位的要求书面报告（公司客户服务管理规定第十三条）"),
    ComplaintMove.VERIFY: ("收到书面核查申请", "上级机构三十日内作出核查决定并告知（投诉办法第二十条）"),
}  # fmt: skip


_TOLD = (
    ComplaintMove.EXTEND, ComplaintMove.GRANT_MORE, ComplaintMove.APPRAISE, ComplaintMove.MEDIATE, ComplaintMove.RESUME,
    ComplaintMove.JOIN, ComplaintMove.WITHDRAW, ComplaintMove.VERIFY,
)  # fmt: skip


@dataclass(frozen=True)
class MadeMove:
    """`note`: the reason, the institution or the result, as the officer wrote it; `at` moves the clock. `told_how`: as in
    `ComplaintDecision`, and of a report how it was sent. `subject`: who is recused, the other complaint of a merger, the
    number of the paper of a report; "" for the others."""

    move: ComplaintMove
    note: str
    agent: str
    at: datetime
    told_how: str = ""
    subject: str = ""


@dataclass(frozen=True)
class StoppedClock:
    """A time that does not count (投诉办法 art 18 ¶2, art 23); `end` None while it lasts."""

    why: ComplaintMove
    start: datetime
    end: datetime | None


def stopped_clocks(moves: Sequence[MadeMove], since: datetime) -> tuple[StoppedClock, ...]:
    """The segments that `moves` (oldest first) stop of a clock that runs from `since`."""
    found: list[StoppedClock] = []
    for made in moves:
        if made.move.stops_clock:
            found.append(StoppedClock(made.move, made.at, None))
        elif made.move is ComplaintMove.RESUME and found and found[-1].end is None:
            found[-1] = replace(found[-1], end=made.at)
    counted = (one for one in found if one.end is None or one.end > since)
    return tuple(replace(one, start=max(one.start, since)) for one in counted)


@dataclass(frozen=True)
class ComplaintDecision:
    """The decision that is told (投诉办法 art 18), or that of a 核查 (art 20): what was found, on what basis, what is done.

    `told_how`: how somebody without a phone was told, with the proof of it (art 21); "" where a text message went out.
    `cause`: a value of `bot.insurance.root_cause.RootCause`, "" where nobody said; not told to the complainant.
    """

    facts: str
    basis: str
    result: str
    agent: str
    at: datetime
    verifying: bool = False  # 核查决定
    told_how: str = ""
    cause: str = ""
