"""Give a conversation to a person: the queue gets everything known, the bot falls silent (F18, business flows 0.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from bot.calendars.clocks import SHANGHAI
from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.insurance.service_fact import Fact, ServiceFact, day_of
from bot.services.deadlines import speak_date
from bot.services.errors import DuplicateKeyError
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, intend

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
FEWEST_TO_TELL = 3
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
    if work.hand_offs.open_for(request.conversation_id) is None and _queue(work, request, reason_zh):
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
    ahead = _ahead(work, request)
    line = "您排在第一位" if ahead == 0 else f"前面还有 {ahead} 位"
    ways_on = () if stays_with_a_person(request.reason, request.priority) else WAYS_ON
    taken_along = "前面聊的内容会一起转过去，您不用重说。"
    if request.back_at is None:
        usual = _usual_wait(work, request)
        return Reply(
            f"正在为您转接人工（{request.post}岗），现在{line}{usual}。{taken_along}可以继续留言，人工会看到。", ways_on
        )
    return Reply(
        f"已为您转接人工（{request.post}岗）排队，{line}。现在没有人值班，{_spoken(request.back_at, request.at)}上班后依次回您。"
        f"{taken_along}想让人工打给您，在这里写上电话和方便的时间。",
        ways_on,
    )


def stays_with_a_person(reason: str, priority: Priority) -> bool:
    """What only a person can settle, whatever the customer says by now."""
    return reason in STAYS or priority <= Priority.FUND_SAFETY


def _usual_wait(work: UnitOfWork, request: HandOffRequest) -> str:
    """What today's customers of that post waited; "" where too few were taken to say."""
    waits = work.hand_offs.waits(request.post, request.at.replace(hour=0, minute=0, second=0, microsecond=0))
    if len(waits) < FEWEST_TO_TELL:
        return ""
    minutes = median(wait / timedelta(minutes=1) for wait in waits)
    return f"，今天一般等 {max(1, round(minutes))} 分钟"


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
                priority=request.priority,
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


def _ahead(work: UnitOfWork, request: HandOffRequest) -> int:
    ahead = 0
    for waiting in work.hand_offs.waiting():
        if waiting.conversation_id == request.conversation_id:
            break
        ahead += 1
    return ahead
