"""我的办理 (B08): everything filed by the proved person, in one list, or the very matter that was filed on another channel;
and what he began there and did not finish."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.identity import IdentityLevel
from bot.services.deadlines import speak_date
from bot.services.draft_ports import KEPT, KeptDraft
from bot.services.elsewhere import CHANGE, CHANNELS, CLAIM, COMPLAINT, Elsewhere, begun_elsewhere, filed_elsewhere
from bot.services.journeys.drafts import TAKE_UP, unfinished
from bot.services.journeys.identity_steps import level_of
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Situation, Step
from bot.services.list_matters import REQUEST_NAMES, Matter, own_matters
from bot.services.recall import PROVE_AND_LIST, list_own, ways_on
from bot.services.reply import HAND_IN, TO_HUMAN, Choice, Reply, choose, intend
from bot.services.servicing.kept_wish import WISH
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction
from bot.services.understanding import Understood
from bot.text.typed_choice import OFFER

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


BROKE_OFF = (
    "没有拿到报案号，就还没有报上。当时核对过身份的，说过的留 7 天，核对身份就能接着；没有核对过的，为了不让别人看到，"
    "要请您再说一遍。现在重新报案吗？"
)
NOTHING_KEPT = (
    "没有找到留着的内容：当时核对过身份的才留，留 7 天。没有拿到编号的，都还没有提交，要请您再说一遍；"
    "也可以先看看有没有办成。"
)


def _start(situation: Situation) -> Opening:
    begun = begun_elsewhere(situation.said.text) if not situation.said.chosen else None
    if begun:
        return _start_begun(begun, situation)
    about = filed_elsewhere(situation.said.text) if not situation.said.chosen else None
    if about is None:
        return Opening((Reply(OPENING),))
    return Opening((Reply(f"好，帮您找在{about.zh}办的{_called(about)}。"),))


def _start_begun(begun: Elsewhere, situation: Situation) -> Opening:
    """Who reports an accident mostly proved nothing before the line broke: he is not asked to prove himself for nothing."""
    if level_of(situation) >= IdentityLevel.L2:
        return Opening()
    if CLAIM in begun.kinds or not begun.kinds:
        prove = Choice("核对身份，接着办", PROVE_AND_LIST.payload)
        ways = (intend("重新报案", "report_claim"), prove, intend("查有没有报上", "query_claim"), TO_HUMAN)
        return Opening(ended=Ended((Reply(BROKE_OFF, ways, OFFER, "choice"),)))
    return Opening((Reply("可以接着办，先看看有没有留着的。"),))


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
    number, kept = case.get(WHICH), _unfinished(case)
    if begun_elsewhere(situation.get(WISH)):
        again = (intend("重新报案", "report_claim"), choose("看我办过的全部", "@switch:own_matters"), TO_HUMAN)
        return kept or (Reply(NOTHING_KEPT, again),)
    if about is None or number == ALL:
        return (list_own(situation.said, situation.services), *kept)
    found, there = _meant(about, situation)
    chosen = next((each for each in found if not number or each.number == number), None)
    if chosen is None:
        ways = (
            *_INSTEAD.get(about.kinds[0] if about.kinds else "", ()),
            choose("看我办过的全部", "@switch:own_matters"),
        )
        text = f"{_not_there(about)}可能当时没有核对身份，或者留的是别的手机。有编号直接发给我就能查；没有拿到编号的，就是还没登记。"
        return (Reply(text, (*ways, TO_HUMAN)), *kept)
    told = Reply(chosen.in_full(case.today), (*_details(chosen), *ways_on(chosen), TO_HUMAN))
    return (told,) if there else (Reply(f"{_not_there(about)}别处办的有这一件："), told)


def _unfinished(case: Case) -> tuple[Reply, ...]:
    """What can be gone on with, of all channels."""
    found = unfinished(case.situation.said, case.situation.services)
    if not found:
        return ()
    with case.situation.services.reading() as work:
        channels = work.channels.of({each.conversation_id for each in found})
    lines = [_begun(each, channels.get(each.conversation_id, ""), case) for each in found]
    ways = tuple(choose(f"接着{each.title}", f"{TAKE_UP}{each.key}") for each in found)
    how_many = "还有一件没办完" if len(found) == 1 else f"还有 {len(found)} 件没办完"
    return (
        Reply("\n".join((f"{how_many}，都没有提交：", *lines, "要接着办吗？")), (*ways, TO_HUMAN), OFFER, "choice"),
    )


def _begun(draft: KeptDraft, channel: str, case: Case) -> str:
    here = draft.conversation_id == case.situation.conversation_id
    where = "" if here or channel not in CHANNELS else f"在{CHANNELS[channel]}里，"
    when, until = (speak_date(day.date(), case.today) for day in (draft.at, draft.at + KEPT))
    return f"· {draft.title}：{where}{when} {draft.at:%H:%M} 说到一半，填过的留到 {until}"


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
