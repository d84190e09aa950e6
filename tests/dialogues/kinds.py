"""Which of the six things a turn shows of a transaction, and whether it really does.

Every transaction has a dialogue that ends well, two that do not, a question in between, a correction, a change of mind and
a call for a person. A trainer writes `shows:` on the turn where it happens; a false label fails the dialogue, a missing one
`tests/test_dialogue_kinds.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.servicing.catalogue import TRANSACTIONS
from tests.customer import Answer

DONE, FAILED, ASIDE, CORRECTED, CANCELLED, PERSON = "成", "不成", "打岔", "更正", "不办", "人工"
KINDS = (DONE, FAILED, ASIDE, CORRECTED, CANCELLED, PERSON)
WANTED = {kind: 2 if kind == FAILED else 1 for kind in KINDS}
JOURNEYS = (
    "report_claim", "query_claim", "query_policy", "file_complaint", "query_complaint", "withdraw_complaint",
    "change_beneficiary", "give_consent",
)  # fmt: skip
ABOUT = (*JOURNEYS, *TRANSACTIONS)
_STOPPED = (
    "没有提交",
    "不办",
    "不查",
    "不退",
    "不改",
    "不报",
    "不约",
    "不撤",
    "不问",
    "不做",
    "取消",
    "先这样",
    "不登记",
    "先说到",
    "先停",
    "需要时",
    "没有同意",
    "不确认",
)
_CHANGED = ("改好了", "改为", "改成", "换成", "记下", "重新来", "重新填", "不同意")


@dataclass(frozen=True)
class Moment:
    """What stood before and after a turn; `made` are the kinds of what the turn put into the registers."""

    before: Answer | None
    after: Answer
    owner: str
    made: tuple[str, ...]
    says: bool  # the turn expects certain words

    @property
    def asked(self) -> str:
        return self.before.slot if self.before else ""


def flaw_of(kind: str, about: str, moment: Moment) -> str:
    """Why the turn does not show this; "" when it does."""
    if kind == DONE:
        return _not_done(about, moment)
    if kind == PERSON:
        return "" if moment.owner == "queue" else "没有转给人工"
    if moment.made:
        return f"这一句已经办成了一件（{'、'.join(moment.made)}）"
    if kind == FAILED:
        return "" if moment.says else "要用 says 写出怎么告诉客户办不成或者填错了"
    if kind == ASIDE:
        return _no_answer_in_between(moment)
    if kind == CORRECTED:
        changed = moment.after.slot == "confirm" or any(word in moment.after.text for word in _CHANGED)
        shown = moment.asked and moment.after.slot and moment.says and changed
        return "" if shown else "要正问着，用 says 写出改成了什么，而且还没办完"
    stopped = moment.asked and not moment.after.slot and moment.owner == "bot"
    if not stopped:
        return "没有停下来"
    return "" if any(word in moment.after.text for word in _STOPPED) else "说的不是停下不办"


def _no_answer_in_between(moment: Moment) -> str:
    """A question that was not understood was not answered, though the open one is put again."""
    if not (moment.asked and moment.after.slot == moment.asked):
        return "答完没有回到原来的问题"
    return "这一句没有听明白，不算答了" if "没听明白" in moment.after.text else ""


def _not_done(about: str, moment: Moment) -> str:
    if moment.after.slot:
        return f"还在问 {moment.after.slot}"
    if about in TRANSACTIONS and moment.made and about not in moment.made:
        return f"办的是 {'、'.join(moment.made)}，不是 {about}"
    if about in TRANSACTIONS and not TRANSACTIONS[about].shows and not moment.made:
        return f"没有登记 {about}"
    return "" if moment.made or moment.says else "没有登记什么，也没有用 says 写出告诉了客户什么"
