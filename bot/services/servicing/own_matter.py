"""Which complaint, request or report somebody has more papers for, and how he shows that it is his.

To add to a matter is less than to read it: where it was filed, or to the phone it left, its number is enough (F16); a
request of another conversation needs the person's identity, a report of one its inquiry code (F17).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.insurance.complaint import Complaint
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.follow_complaint import own_complaints
from bot.services.journeys.fields import says_none
from bot.services.journeys.identity_steps import identity_steps, level_of, phone_steps
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.list_matters import REQUEST_NAMES, is_inquiry_code, open_by_code
from bot.services.recall import PROVE_AND_LIST
from bot.services.reply import TO_HUMAN, Denial, Reply, choose
from bot.services.report_to_compliance import REPORT
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.normalise import fold

MATTER, HOW, CODE, CHECK = "paper_matter", "paper_proof", "paper_code", "paper_matter_check"
HANDS_IN = "hand_in_papers"
WITHOUT = "没有编号"
BY_IDENTITY, BY_CODE = "核对身份", "我有查询码"
_NUMBER = re.compile(r"(?<![A-Z0-9])([ST]\d{14})(?!\d)")
_CODE = re.compile(r"(?<![0-9ST])(\d{8})(?!\d)")
_YES = re.compile(r"^(?:是的?|对的?|嗯+|好的?|就(?:是)?(?:这|那)(?:一)?[件个]|没错)[。.!！\s]*$")
_SHOWN = 5
_NOT_MATCHED = "编号和查询码没有对上，请再看一下。连着错几次会锁 30 分钟。"


@dataclass(frozen=True)
class OwnMatter:
    """A complaint, a request or a report, as far as its papers go. `restricted`: compliance alone may know of it."""

    number: str
    what: str
    stage: str
    is_open: bool
    wanted: tuple[str, ...]
    restricted: bool = False

    @property
    def title(self) -> str:
        return f"{self.number} {self.what}（{self.stage}）"


def chosen(situation: Situation) -> OwnMatter | None:
    """The matter whose number was told and that is his, or the only one that waits; None while there is neither."""
    mine, number = own_matters_open(situation), situation.get(MATTER)
    if not number:
        return mine[0] if len(mine) == 1 else None
    return next((each for each in mine if each.number == number), None) or _restricted(number, situation)


def own_matters_open(situation: Situation) -> Sequence[OwnMatter]:
    """Open ones, newest first; a report is never listed, for others may look at the same screen."""
    with situation.services.reading() as work:
        complaints = own_complaints(work, situation.conversation_id, situation.now, by_phone=True)
        party = current_identity(work, situation.conversation_id, situation.now).party
        requests = [*work.requests.of_conversation(situation.conversation_id)]
        requests += work.requests.of_party(party.party_id) if party else ()
    unique = {each.request_no: _of_request(each) for each in requests if not each.restricted}
    found = [*unique.values(), *(_of_complaint(each) for each in complaints)]
    return sorted((each for each in found if each.is_open), key=lambda each: each.number[1:], reverse=True)


def _restricted(number: str, situation: Situation) -> OwnMatter | None:
    """A report: in the conversation that told it, or by its code."""
    with situation.services.reading() as work:
        request = work.requests.get(number)
    if request is None or not request.restricted or request.kind != REPORT:
        return None
    here = request.conversation_id == situation.conversation_id
    coded = is_inquiry_code(number, situation.get(CODE), situation.services.pepper)
    return _of_request(request) if here or coded else None


def _of_request(request: ServiceRequest) -> OwnMatter:
    what = REQUEST_NAMES.get(request.kind, "业务申请")
    return OwnMatter(
        request.request_no, what, request.status.zh, request.status.is_open, request.papers, request.restricted
    )


def _of_complaint(complaint: Complaint) -> OwnMatter:
    return OwnMatter(complaint.complaint_no, "投诉", complaint.stage.zh, complaint.is_open, complaint.missing)


def matter_steps() -> tuple[Step, ...]:
    """Its number, the proof that it is his where that is needed, and what is said when it is not."""

    def needs_phone(situation: Situation) -> bool:
        return situation.get(MATTER).startswith("T") and chosen(situation) is None

    def needs_proof(situation: Situation) -> bool:
        return situation.get(MATTER).startswith("S") and chosen(situation) is None

    def needs_how(situation: Situation) -> bool:
        return bool(situation.get(HOW)) or (needs_proof(situation) and level_of(situation) < IdentityLevel.L2)

    return (
        Step(MATTER, "", _ask, _read, ("complaint_no",), _is_asked, counted=False, called="编号"),
        *phone_steps("为了保护您的信息，要核对投诉时留的手机。", needs_phone),
        Step(HOW, "", _ask_how, _read_how, needed=needs_how, counted=False),
        *identity_steps("", needs_proof),
        Step(CHECK, "", _ask_again, _read_again, needed=lambda situation: chosen(situation) is None, counted=False),
    )


def _is_asked(situation: Situation) -> bool:
    return bool(situation.get(MATTER)) or chosen(situation) is None


def _ask(situation: Situation) -> Ask:
    mine = own_matters_open(situation)
    if mine:
        choices = tuple(choose(each.title, each.number) for each in mine[:_SHOWN])
        return Ask("要补材料的是哪一件？", "choice", choices)
    text = "请告诉我编号：投诉是 T 开头，申请和举报是 S 开头；匿名举报把 8 位查询码一起发。没有编号就回“没有”。"
    return Ask(text, "text", (choose(WITHOUT),))


def _read(said: Understood, situation: Situation) -> Reading:
    number, code = number_in(said.text), code_in(said.text)
    if number:
        return named(number, code, situation)
    if said.aside:
        return NotAnAnswer()
    mine = own_matters_open(situation)
    if len(mine) == 1 and _YES.match(said.text):
        return Accepted(mine[0].number)
    if said.text == WITHOUT or says_none(said.text):
        return Ended((Reply("没有编号也行：核对身份，我把您办过的都列出来，再从里面选。", (PROVE_AND_LIST, TO_HUMAN)),))
    return Rejected("编号是 T 或 S 加 14 位数字。没有就回“没有”。") if len(said.text) <= 24 else NotAnAnswer()


def _ask_how(_: Situation) -> Ask:
    """Who reported without a name must not be asked for one."""
    text = "怎么确认是您办的？自己的申请核对身份；匿名举报发 8 位查询码。"
    return Ask(text, "choice", (choose(BY_IDENTITY), choose(BY_CODE)))


def _read_how(said: Understood, situation: Situation) -> Reading:
    code = code_in(said.text)
    if code:
        number = situation.get(MATTER)
        if _known_code(number, code, situation):
            return Accepted(BY_CODE, also={CODE: code})
        return Rejected(_NOT_MATCHED, _denied(number))
    if said.text == BY_CODE or "查询码" in said.text:
        return Rejected("请把 8 位查询码发来。")
    if said.text == BY_IDENTITY or re.search(r"身份|本人|不是匿名|核对", said.text):
        return Accepted(BY_IDENTITY)
    return NotAnAnswer()


def named(number: str, code: str, situation: Situation) -> Accepted | Rejected:
    """The answer that a number is, with the code that came beside it."""
    if code and not _known_code(number, code, situation):
        return Rejected(_NOT_MATCHED, _denied(number))
    return Accepted(number, also={CODE: code} if code else {})


def _known_code(number: str, code: str, situation: Situation) -> bool:
    with situation.services.unit_of_work() as work:
        request = open_by_code(work, number, code, situation.now, situation.services.pepper)
        work.commit()
    return request is not None


def _ask_again(situation: Situation) -> Ask:
    number = situation.get(MATTER)
    text = f"{number} 没有对上您的业务，收不了材料。要请同事帮您看吗？编号写错了就再发一次。"
    return Ask(text, "choice", (TO_HUMAN, choose("不用了")), _denied(number))


def _read_again(said: Understood, situation: Situation) -> Reading:
    number, code = number_in(said.text), code_in(said.text)
    if number:
        reading = named(number, code, situation)
        return Accepted("", also={MATTER: number, **reading.also}) if isinstance(reading, Accepted) else reading
    return NotAnAnswer() if said.aside else Ended((Reply("好的，这次没有收材料。需要时再跟我说。"),))


def _denied(number: str) -> Denial:
    return Denial("complaint" if number.startswith("T") else "request", number, "not_proved")


def number_in(text: str) -> str:
    """The number of a complaint or request in a message, "" for none."""
    found = _NUMBER.search(_folded(text))
    return found.group(1) if found else ""


def code_in(text: str) -> str:
    """The eight digits that come beside a number, "" for none."""
    rest = _NUMBER.sub("|", _folded(text))
    found = _CODE.search(re.sub(r"(?<=\d{4}) (?=\d{4})", "", rest))
    return found.group(1) if found else ""


def _folded(text: str) -> str:
    return fold(text).upper()
