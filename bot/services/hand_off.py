"""Give a conversation to a person: the queue gets everything known, the bot falls silent (F18, business flows 0.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.insurance.service_fact import Fact, ServiceFact, day_of
from bot.services.deadlines import speak_date
from bot.services.errors import DuplicateKeyError
from bot.services.night_call_back import promise_call_back
from bot.services.ports import UnitOfWork
from bot.services.queue_place import count_ahead, speak_place, usual_wait
from bot.services.reply import Reply, intend
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_phone

REASONS = {
    "customer_asked": "客户要求人工",
    "not_understood": "连续没有听懂",
    "complaint_rule": "投诉规则触发",
    "complaint_overdue": "投诉超过处理时限",
    "crisis": "需要人工立即处理的情形",
    "identity_locked": "身份核验失败次数过多",
    "phone_lost": "登记手机不可用，需人工核实身份",
    "needs_person": "这项业务需要人工办理",
    "elderly": "客户满 60 岁，实人核验由人工打电话做，语速放慢",
    "fraud_suspected": "疑似诈骗，先劝阻并核实资金去向",
    "consent_pressure": "被保险人的同意可能不是自愿的，请单独跟本人核实",
    "emergency": "客户正处于危险中",
    "system_error": "系统两次出错",
}


# He may be under pressure, or not who he says he is.
STAYS = frozenset(
    ("crisis", "emergency", "fraud_suspected", "consent_pressure", "identity_locked", "phone_lost", "elderly")
)
ELDERLY_FROM = 60  # years; 披露办法 art 18 and 适老化: served with care, and by people
LEAVE_A_NUMBER = "想让人工打给您，在这里写上电话和方便的时间。"
WAITED_FOR_HERE = "没在这里等到您，就"
TAKEN_ALONG = "前面聊的内容会一起转过去，您不用重说。"
# Beside the queue: bot.conversations.requests takes both for "不用人工了".
WAYS_ON = (
    intend("约回电", "request_callback", choice="instead_of_queue"),
    intend("不等了", "cancel", choice="instead_of_queue"),
)


@dataclass(frozen=True)
class HandOffRequest:
    """Why, to whom and with what. `message_id`: the message whose turn asks; `slots`: label 中文 → value as given;
    `back_at`: when people are at the desk again, None while they are."""

    conversation_id: str
    message_id: str
    reason: str
    post: str
    at: datetime
    back_at: datetime | None
    priority: Priority = Priority.NORMAL
    detail: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    rules_fired: Sequence[str] = ()
    reference_no: str = ""


def hand_off(work: UnitOfWork, request: HandOffRequest) -> Reply:
    """Queue the conversation once and say so; a second request while one is open changes nothing."""
    reason_zh = REASONS[request.reason] + (f"：{request.detail}" if request.detail else "")
    new = work.hand_offs.open_for(request.conversation_id) is None and _queue(work, request, reason_zh)
    if new:
        work.audit.append(
            "conversation.handed_off",
            subject=request.conversation_id,
            actor="bot",
            at=request.at,
            detail={"reason": request.reason, "post": request.post},
        )
        day = request.at.astimezone(SHANGHAI).date()
        run = day_of(request.conversation_id, day)
        work.facts.add([ServiceFact(run, Fact.HANDED, request.reason, request.conversation_id, day)])
    work.ownerships.set_owner(request.conversation_id, Owner.QUEUE, request.at, message_id=request.message_id)
    ahead = count_ahead(work.hand_offs.waiting(), request.conversation_id)
    waiting = work.hand_offs.open_for(request.conversation_id)
    if new and waiting is not None:
        work.hand_offs.save(replace(waiting, told_ahead=ahead, told_at=request.at))
    ways_on = () if stays_with_a_person(request.reason, request.priority) else WAYS_ON
    if request.back_at is None:
        usual = usual_wait(work, request.post, request.at)
        return Reply(
            f"正在为您转接人工（{request.post}岗），现在{speak_place(ahead)}{usual}。{TAKEN_ALONG}可以继续留言，人工会看到。",
            ways_on,
        )
    return Reply(
        f"已为您转接人工（{request.post}岗）排队，{speak_place(ahead)}。现在没有人值班，"
        f"{_spoken(request.back_at, request.at)}上班后依次回您。{TAKEN_ALONG}{_call_back(work, waiting, request)}",
        ways_on,
    )


def _call_back(work: UnitOfWork, waiting: HandOff | None, request: HandOffRequest) -> str:
    """What is promised to who can't be served now."""
    assert request.back_at is not None
    number, phone = ("", "") if waiting is None else promise_call_back(work, waiting, request.back_at, request.at)
    if not phone:
        return LEAVE_A_NUMBER
    told = f"（编号 {number}）" if number else ""
    return (
        f"{speak_date(request.back_at.date(), request.at.date())} 下班前{WAITED_FOR_HERE}打 {mask_phone(phone)}{told}。"
    )


def stays_with_a_person(reason: str, priority: Priority) -> bool:
    """What only a person can settle, whatever the customer says by now."""
    return reason in STAYS or priority <= Priority.FUND_SAFETY


def _spoken(back_at: datetime, now: datetime) -> str:
    weekday = "一二三四五六日"[back_at.weekday()]
    return f"{speak_date(back_at.date(), now.date())}（周{weekday}）{back_at:%H:%M} "


def _queue(work: UnitOfWork, request: HandOffRequest, reason_zh: str) -> bool:
    """False when this very request was queued before: the turn is being tried again."""
    try:
        work.hand_offs.add(
            HandOff(
                conversation_id=request.conversation_id,
                reason=request.reason,
                reason_zh=reason_zh,
                post=request.post,
                priority=min(request.priority, standing_priority(work, request.conversation_id, request.at)),
                slots=tuple((label, value) for label, value in request.slots.items() if value),
                rules_fired=tuple(request.rules_fired),
                reference_no=request.reference_no,
                requested_at=request.at,
                idempotency_key=f"{request.conversation_id}:{request.message_id}",
            )
        )
    except DuplicateKeyError:
        return False
    return True


def standing_priority(work: UnitOfWork, conversation_id: str, at: datetime) -> Priority:
    """What the company's own records say of who is proved in the conversation: sixty or over, or an important customer."""
    party = current_identity(work, conversation_id, at).party
    if party is None:
        return Priority.NORMAL
    if (party.age_on(at.date()) or 0) >= ELDERLY_FROM:
        return Priority.ELDERLY
    return Priority.VIP if party.vip else Priority.NORMAL
