"""申请核查 (投诉办法2020 art 20): who does not accept a decision has the superior body look at it again.

What is written here is a storable electronic record, which is the written form that the article asks for. A late
application is taken as well: whether it is looked into is the superior body's to say, not ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_words, says_none
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.transaction import Case, Transaction
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

COMPLAINT, DECIDED_ON, REASON = "verify_complaint", "verify_decided_on", "verify_reason"
_HAS_DECISION = (ComplaintStage.DECIDED, ComplaintStage.CLOSED)
_NONE_DECIDED = "没有查到已经作出处理决定的投诉。还在处理的可以先查进度，或者登记新的投诉。"


def decided_complaints(situation: Situation) -> Sequence[Complaint]:
    """With a decision, made here or by the proved person or phone."""
    with situation.services.reading() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        found = [*work.complaints.of_conversation(situation.conversation_id)]
        found += work.complaints.of_party(identity.party.party_id) if identity.party else ()
        named = situation.said.first("complaint_no")
        other = work.complaints.get(named.value) if named and identity.phone else None
        found += [other] if other and other.phone == identity.phone else []
    return list({one.complaint_no: one for one in found if one.stage in _HAS_DECISION}.values())


def _ask_complaint(situation: Situation) -> Ask:
    choices = tuple(
        choose(f"{one.complaint_no}（{one.stage.zh}）", one.complaint_no) for one in decided_complaints(situation)
    )
    if not choices:
        return Ask("对哪一件投诉的处理决定有异议？请告诉我投诉编号，T 开头。", "text", (choose("没有编号"),))
    return Ask("对哪一件投诉的处理决定有异议？", "choice", choices[:5])


def _read_complaint(said: Understood, situation: Situation) -> Reading:
    found = decided_complaints(situation)
    entity = said.first("complaint_no")
    wanted = entity.value if entity else re.sub(r"\s", "", said.text).upper()
    if wanted in [one.complaint_no for one in found]:
        return Accepted(wanted)
    if len(found) == 1 and said.means("affirm"):
        return Accepted(found[0].complaint_no)
    if entity or re.fullmatch(r"T?\d{9,}", wanted) or says_none(said.text) or said.text == "没有编号":
        ways = (intend("查投诉进度", "query_complaint"), intend("登记新的投诉", "file_complaint"), TO_HUMAN)
        return Ended((Reply(_NONE_DECIDED, ways),))
    return NotAnAnswer()


def _read_decided_on(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text):
        return Accepted("不记得")
    day = said.first("date")
    if day is None:
        return NotAnAnswer()
    if len(day.value) < 10:
        return Rejected("请说到哪一天，大概的也行；不记得就回“不记得”。")
    if day.value > situation.now.date().isoformat():
        return Rejected("这个日期还没到，请再说一下是哪天收到决定的。")
    last = situation.services.deadlines.due(
        "D-C08", datetime.combine(date.fromisoformat(day.value), time(12), situation.now.tzinfo)
    ).internal_due
    if last < situation.now.date():
        today = situation.now.date()
        late = f"按规定是收到决定起 30 天内申请，算到 {speak_date(last, today)}。已经过了，我照样给您登记，是否核查由上级机构决定。"
        return Accepted(day.value, remark=late)
    return Accepted(day.value)


def _show_day(value: str, situation: Situation) -> str:
    return value if value == "不记得" else speak_date(date.fromisoformat(value), situation.now.date())


def _put_under_review(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    complaint = work.complaints.get(case.get(COMPLAINT))
    assert complaint is not None
    work.complaints.save(replace(complaint, stage=ComplaintStage.VERIFYING))
    detail = {"request": request.request_no}
    work.audit.append(
        "complaint.verification_requested", subject=complaint.complaint_no, actor="customer", at=case.situation.now,
        detail=detail,
    )  # fmt: skip


TRANSACTION = Transaction(
    kind="verify_decision",
    zh="申请核查",
    intents=(),  # offered where a complaint with a decision is shown
    post="投诉回访",
    level=IdentityLevel.L1,
    opening="可以申请核查。您在这里写的就是书面申请，由作出决定的机构的上级来查，不用另外寄材料。",
    steps=(
        Step(COMPLAINT, "投诉编号", _ask_complaint, _read_complaint, ("complaint_no",)),
        Step(DECIDED_ON, "收到决定的日期", lambda _: Ask("您是哪天收到处理决定的？不记得就回“不记得”。", "text", (choose("不记得"),)),
             _read_decided_on, ("date",), shows_as=_show_day),
        Step(REASON, "异议", lambda _: Ask("对决定的哪里有异议，理由是什么？", "text"), read_words(4, 2000), free_text=True, story=True,
             shows_as=lambda value, _: value if len(value) <= 60 else value[:58] + "…"),
    ),
    clocks=("D-C09",),
    effect=_put_under_review,
    what_next=lambda _, __: "上级机构会核查处理的过程、时限和结果，把核查决定告知您。核查期间您也可以申请调解、仲裁或起诉，或拨打 12378。",
)  # fmt: skip
