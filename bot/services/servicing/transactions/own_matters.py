"""我的办理 (B08): everything filed by the proved person, in one list, or the very matter that was filed on another channel."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.identity import IdentityLevel
from bot.services.elsewhere import CHANGE, CLAIM, COMPLAINT, Elsewhere, filed_elsewhere
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Opening, Reading, Situation, Step
from bot.services.list_matters import REQUEST_NAMES, Matter, own_matters
from bot.services.recall import list_own, ways_on
from bot.services.reply import HAND_IN, TO_HUMAN, Choice, Reply, choose, intend
from bot.services.servicing.kept_wish import WISH
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction
from bot.services.understanding import Understood

WHICH, ALL = "own_matter_no", "都看"
OPENING = "可以，理赔、投诉、保全、各种申请一起查。"
_SHOWN = 5
_ALL = re.compile(r"都|全部|所有|一起")
# What somebody who finds nothing here may have meant to do, and by which other proof it is found.
_INSTEAD = {
    CLAIM: (intend("用报案时的手机查", "query_claim", choice="用报案时的手机找"), intend("重新报案", "report_claim")),
    COMPLAINT: (intend("用编号和手机查", "query_complaint"), intend("登记投诉", "file_complaint")),
    CHANGE: (intend("改受益人", "change_beneficiary"),),
}
_DETAILS = {CLAIM: ("query_claim", "claim_no"), COMPLAINT: ("query_complaint", "complaint_no")}


def _start(situation: Situation) -> Opening:
    about = filed_elsewhere(situation.said.text) if not situation.said.chosen else None
    if about is None:
        return Opening((Reply(OPENING),))
    return Opening((Reply(f"好，帮您找在{about.zh}办的{_called(about)}。"),))


def _about(situation: Situation) -> Elsewhere | None:
    return filed_elsewhere(situation.get(WISH))


def _called(about: Elsewhere) -> str:
    names = {CLAIM: "报案", COMPLAINT: "投诉", CHANGE: "受益人变更", **REQUEST_NAMES}
    return names.get(about.kinds[0], "业务") if about.kinds else "那件事"


def _meant(about: Elsewhere, situation: Situation) -> tuple[Sequence[Matter], bool]:
    """What may be meant, newest first, and whether it was made where he says. What was made right here is not."""
    with situation.services.reading() as work:
        mine = own_matters(work, situation.conversation_id, situation.now)
    others = [each for each in mine if each.conversation_id != situation.conversation_id]
    of_kind = [each for each in others if not about.kinds or each.kind in about.kinds]
    there = [each for each in of_kind if about.channel in ("", each.channel)]
    return (there, True) if there else (of_kind, False)


def _is_choice(situation: Situation) -> bool:
    about = _about(situation)
    return about is not None and len(_meant(about, situation)[0]) > 1


def _ask_which(situation: Situation) -> Ask:
    about = _about(situation)
    assert about is not None  # else it is not asked
    found, there = _meant(about, situation)
    titles = (choose(f"{each.what} {each.number}（{each.stage}）", each.number) for each in found[:_SHOWN])
    where = f"在{about.zh}办的有 {len(found)} 件" if there else f"{_not_there(about)}别处办的有 {len(found)} 件"
    return Ask(f"{where}，您问的是哪一件？", "choice", (*titles, choose(ALL)))


def _read_which(said: Understood, situation: Situation) -> Reading:
    about = _about(situation)
    found = _meant(about, situation)[0] if about else ()
    folded = re.sub(r"\s", "", said.text).upper()
    named = next((each.number for each in found if each.number in folded), "")
    if named:
        return Accepted(named)
    return Accepted(ALL) if _ALL.search(said.text) and not said.aside else NotAnAnswer()


def _not_there(about: Elsewhere) -> str:
    return f"您名下没有查到在{about.zh}办的{_called(about)}。"


def _show(case: Case) -> tuple[Reply, ...]:
    situation, about = case.situation, _about(case.situation)
    number = case.get(WHICH)
    if about is None or number == ALL:
        return (list_own(situation.said, situation.services),)
    found, there = _meant(about, situation)
    chosen = next((each for each in found if not number or each.number == number), None)
    if chosen is None:
        ways = (
            *_INSTEAD.get(about.kinds[0] if about.kinds else "", ()),
            choose("看我办过的全部", "@switch:own_matters"),
        )
        text = f"{_not_there(about)}可能当时没有核对身份，或者留的是别的手机。有编号直接发给我就能查；没有拿到编号的，就是还没登记。"
        return (Reply(text, (*ways, TO_HUMAN)),)
    told = Reply(chosen.in_full(case.today), (*_details(chosen), *ways_on(chosen), TO_HUMAN))
    return (told,) if there else (Reply(f"{_not_there(about)}别处办的有这一件："), told)


def _details(matter: Matter) -> tuple[Choice, ...]:
    """A claim and a complaint have a journey that tells and does more."""
    intent, entity = _DETAILS.get(matter.kind, ("", ""))
    more = (intend("看详细进度", intent, **{entity: matter.number}),) if intent else ()
    return (*more, HAND_IN) if matter.kind == COMPLAINT else more


TRANSACTION = Transaction(
    kind="own_matters",
    zh="查我办的事",
    intents=(),
    post="综合",
    level=IdentityLevel.L2,
    start=_start,
    steps=(Step(WHICH, "", _ask_which, _read_which, needed=_is_choice, counted=False, called="哪一件"),),
    shows=_show,
    questions=NEVER_ONLY_ASKED,
)
