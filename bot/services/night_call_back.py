"""Who wants a person while nobody is there is called back: a task of the post with a promised date, as soon as a phone is known.

The customer may have closed the page by the morning; the queue alone would find nobody there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.insurance.hand_off import HandOff
from bot.insurance.service_request import RequestStatus, RequestStep
from bot.insurance.staff import COMPLIANCE
from bot.services.phone_calls import CallBack, ask_for_call_back
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity

SERVED, NOT_WANTED = "已在会话里由人工接待", "客户不再等人工"


def promise_call_back(work: UnitOfWork, waiting: HandOff, back_at: datetime, now: datetime) -> tuple[str, str]:
    """The number of the task and the phone that is called, both "" where none is known. The caller commits."""
    made = work.requests.of_conversation(waiting.conversation_id)
    if waiting.post == COMPLIANCE or any(
        one.restricted for one in made
    ):  # who reports wrongdoing decides whether he is called
        return "", ""
    phone = _known_phone(work, waiting.conversation_id, now)
    if not phone:
        return "", ""
    call = CallBack(
        key=_key(waiting),
        topic="。".join(filter(None, (f"非值班时间转人工：{waiting.reason_zh}", waiting.reference_no))),
        phone=phone,
        due_on=back_at.date(),
        actor="bot",
        post=waiting.post,
        conversation_id=waiting.conversation_id,
    )
    return ask_for_call_back(work, call, now), phone


def end_call_back(work: UnitOfWork, hand_off: HandOff, now: datetime, *, by: str, served: bool) -> None:
    """It is not owed any more: a person has served the customer, or he wants none. The caller commits."""
    found = work.requests.by_key(_key(hand_off))
    if found is None or not found.status.is_open:
        return
    status, note = (RequestStatus.DONE, SERVED) if served else (RequestStatus.WITHDRAWN, NOT_WANTED)
    step = RequestStep(status, now, by, note)
    work.requests.save(replace(found, status=status, alert_on=None, steps=(*found.steps, step)))
    work.audit.append("request.moved", subject=found.request_no, actor=by, at=now, detail={"status": status.value})


def _known_phone(work: UnitOfWork, conversation_id: str, now: datetime) -> str:
    """The one that is proved in the conversation, else the one left in what was filed in it last."""
    if proved := current_identity(work, conversation_id, now).phone:
        return proved
    left = (
        *((one.reported_at, one.report.reporter_phone) for one in work.claims.of_conversation(conversation_id)),
        *((one.received_at, one.phone) for one in work.complaints.of_conversation(conversation_id)),
    )
    return max(((at, phone) for at, phone in left if phone), default=(now, ""))[1]


def _key(hand_off: HandOff) -> str:
    return f"night:{hand_off.idempotency_key}"
