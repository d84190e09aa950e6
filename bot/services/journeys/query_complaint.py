"""投诉进度 as a conversation (F16)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.insurance.complaint import Complaint, ComplaintStage
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import says_none
from bot.services.journeys.identity_steps import identity_steps, phone_steps
from bot.services.journeys.journey import Accepted, Ask, Journey, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

COMPLAINT = "complaint_query_no"
WITHOUT = "没有编号"
_HAS_DECISION = (ComplaintStage.DECIDED, ComplaintStage.CLOSED)
_OVER = (ComplaintStage.CLOSED, ComplaintStage.WITHDRAWN, ComplaintStage.DECIDED)


def own_complaints(situation: Situation) -> Sequence[Complaint]:
    """Complaints made in this conversation, and those of the proved person."""
    with situation.services.reading() as work:
        found = list(work.complaints.of_conversation(situation.conversation_id))
        identity = current_identity(work, situation.conversation_id, situation.now)
        if identity.party:
            found += work.complaints.of_party(identity.party.party_id)
    return list({complaint.complaint_no: complaint for complaint in found}.values())


def _ask_number(situation: Situation) -> Ask:
    mine = own_complaints(situation)
    if mine:
        choices = tuple(choose(f"{c.complaint_no}（{c.stage.zh}）", c.complaint_no) for c in mine[:5])
        return Ask("要查哪一件？", "choice", choices)
    return Ask("请告诉我投诉编号，T 开头。没有编号就回“没有”，我核对身份后帮您找。", "text", (choose(WITHOUT),))


def _read_number(said: Understood, _: Situation) -> Reading:
    entity = said.first("complaint_no")
    typed = re.fullmatch(r"[Tt]?\s*\d[\d\s]{7,}", said.text.strip())
    if entity or typed:
        number = entity.value if entity else re.sub(r"\s", "", said.text).upper()
        return Accepted(number if number.startswith("T") else f"T{number}")
    if says_none(said.text) or said.text == WITHOUT:
        return Accepted(WITHOUT)
    return Rejected("投诉编号是 T 加一串数字，比如 T20261123000004。没有就回“没有”。")


def _unknown(situation: Situation) -> bool:
    return len(own_complaints(situation)) != 1


def _foreign(situation: Situation) -> bool:
    number = situation.get(COMPLAINT)
    return number not in ("", WITHOUT) and number not in [c.complaint_no for c in own_complaints(situation)]


def _by_identity(situation: Situation) -> bool:
    return situation.get(COMPLAINT) == WITHOUT


def submit(situation: Situation) -> tuple[Reply, ...]:
    """Stage, dates and who has it; who may not see a complaint learns nothing about it."""
    number = situation.get(COMPLAINT)
    chosen = [c for c in own_complaints(situation) if c.complaint_no == number or number in ("", WITHOUT)]
    if not chosen and number not in ("", WITHOUT):
        with situation.services.reading() as work:
            proved = current_identity(work, situation.conversation_id, situation.now).phone
            complaint = work.complaints.get(number)
        if complaint and proved and complaint.phone == proved:
            chosen = [complaint]
    if not chosen:
        text = "没有查到可以给您看的投诉：投诉编号和当时留的手机要对得上。要请投诉专员帮您找吗？"
        return (Reply(text, (TO_HUMAN, intend("登记新的投诉", "file_complaint"))),)
    replies = [Reply(describe_complaint(complaint, situation)) for complaint in chosen[:3]]
    decided = any(complaint.stage in _HAS_DECISION for complaint in chosen)
    follow = choose("申请核查", "@switch:verify_decision") if decided else intend("撤回投诉", "withdraw_complaint")
    return (*replies, Reply("还需要什么？", (follow, TO_HUMAN)))


def describe_complaint(complaint: Complaint, situation: Situation) -> str:
    """What F16 shows: stage, receipt, statutory due date; an apology and 12378 when it is late."""
    today = situation.now.date()
    clocks = complaint.clocks
    lines = [
        f"投诉 {complaint.complaint_no}：{complaint.stage.zh}，{speak_date(complaint.received_at.date(), today)}收到，由投诉专员负责。"
    ]
    if complaint.stage in _OVER:
        lines.append("已经有结果。对结果有异议，收到决定起 30 天内可以书面申请核查。")
    elif clocks.decide_by < today:
        lines.append(
            f"已经过了 {speak_date(clocks.decide_by, today)} 的一般时限，很抱歉。请点“转人工”，由主管跟您说明；也可以拨打 12378。"
        )
    else:
        lines.append(
            f"最晚 {speak_date(clocks.decide_by, today)} 作出处理并告知您；复杂的最晚 {speak_date(clocks.decide_by_complex, today)}。"
        )
    return "\n".join(lines)


JOURNEY = Journey(
    form="complaint_status_form",
    zh="查投诉进度",
    intent="query_complaint",
    post="投诉回访",
    cancelled="好的，不查了。",
    steps=(
        Step(COMPLAINT, "", _ask_number, _read_number, ("complaint_no",), _unknown, counted=False),
        *phone_steps("为了保护您的信息，要核对投诉时留的手机。", _foreign),
        *identity_steps("帮您找投诉，", _by_identity),
    ),
)
