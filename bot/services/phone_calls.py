"""A caller who is put through or hangs up while he waits: the person who takes over knows the number, and calls back.

The number that a call shows is written by whoever calls: it proves nothing (`verify_identity` never sees it) and only says where
somebody can be reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.complaints.rule import Post
from bot.insurance.hand_off import HandOff, Owner
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.text.masking import mask_phone

CALL_BACK = "request_callback"
CALLER, HUNG_UP = "来电号码", "已挂断"
BY_PHONE = "hotline"  # who took a call that was put through: the gateway does not know the name
NO_POST = "综合"


@dataclass(frozen=True)
class CallBack:
    """A call that somebody is to make on `due_on`. `key`: written once."""

    key: str
    topic: str
    phone: str
    due_on: date
    actor: str
    post: str = NO_POST
    conversation_id: str = ""
    restricted: bool = False


def ask_for_call_back(work: UnitOfWork, call: CallBack, now: datetime) -> str:
    """The number of the request; "" when it was made before."""
    if work.requests.by_key(call.key):
        return ""
    request = ServiceRequest(
        request_no=work.numbers.next("S", now.date()),
        kind=CALL_BACK,
        status=RequestStatus.WITH_PERSON,
        policy_no="",
        applicant_id="",
        fields=(("想谈的事", call.topic), ("联系电话", call.phone)),
        papers=(),
        requested_at=now,
        due_on=call.due_on,
        due_rule="",
        post=call.post,
        conversation_id=call.conversation_id,
        idempotency_key=call.key,
        restricted=call.restricted,
        alert_on=call.due_on,
    )
    work.requests.add(request)
    detail = {"kind": CALL_BACK, "key": call.key}
    work.audit.append("request.made", subject=request.request_no, actor=call.actor, at=now, detail=detail)
    return request.request_no


@dataclass(frozen=True)
class CallDesk:
    """What the hotline tells and asks of the people. `back_at`: when somebody of a post is there again, None while
    somebody is."""

    unit_of_work: UnitOfWorkFactory
    back_at: Callable[[datetime, str], datetime | None]

    def put_through(self, conversation_id: str, caller: str) -> tuple[str, str]:
        """The post that takes the call, and what it must know in one breath; `caller` is kept with the hand-off, masked."""
        with self.unit_of_work() as work:
            found = work.hand_offs.open_for(conversation_id)
            if found is None:
                return NO_POST, ""
            if caller:
                found = _note(work, found, CALLER, f"{mask_phone(caller)}（没有核实身份）")
                work.commit()
        known = "；".join(f"{label} {value}" for label, value in found.slots)
        return found.post, "。".join(filter(None, (found.reason_zh, found.reference_no, known)))

    def hung_up(self, conversation_id: str, caller: str, at: datetime, answered: bool = False) -> str:
        """The call ended. Who still waited for a person is to be called back, on this or the next day that people are there;
        `answered`: a person took the call that was put through, and nobody waits any more.

        The number of the request; "" where nobody waited, or no number is known.
        """
        with self.unit_of_work() as work:
            waiting = work.hand_offs.open_for(conversation_id)
            if waiting is None or waiting.taken_by or work.ownerships.owner(conversation_id) is not Owner.QUEUE:
                return ""
            if answered:
                _end_answered(work, waiting, at)
                work.commit()
                return ""
            made = work.requests.of_conversation(conversation_id)
            restricted = waiting.post == Post.COMPLIANCE.value or any(one.restricted for one in made)
            by = self._called_on(waiting, at)  # one that was called off, or asked for a later day, is none
            asked = [
                each for each in made if each.kind == CALL_BACK and each.status.is_open and (each.due_on or by) <= by
            ]
            wanted = self._call_back(waiting, caller, at, restricted=restricted)
            request_no = "" if asked or not caller else ask_for_call_back(work, wanted, at)
            number = asked[-1].request_no if asked else request_no
            told = f"排队时挂断，请按回电 {number} 打过去" if number else "排队时挂断，没有显示号码"
            _note(work, waiting, HUNG_UP, told)
            work.commit()
        return request_no

    def _called_on(self, waiting: HandOff, at: datetime) -> date:
        return (self.back_at(at, waiting.post) or at).date()

    def _call_back(self, waiting: HandOff, caller: str, at: datetime, *, restricted: bool) -> CallBack:
        return CallBack(
            key=f"ivr:{waiting.conversation_id}:hung_up",
            topic="。".join(filter(None, (f"热线排队时挂断：{waiting.reason_zh}", waiting.reference_no))),
            phone=caller,
            due_on=self._called_on(waiting, at),
            actor="hotline",
            post=waiting.post,
            conversation_id=waiting.conversation_id,
            restricted=restricted,
        )


def _end_answered(work: UnitOfWork, waiting: HandOff, at: datetime) -> None:
    work.hand_offs.save(replace(waiting, taken_by=BY_PHONE, taken_at=at, closed_at=at))
    detail = {"reason": waiting.reason}
    work.audit.append(
        "conversation.answered_by_phone", subject=waiting.conversation_id, actor=BY_PHONE, at=at, detail=detail
    )


def _note(work: UnitOfWork, hand_off: HandOff, label: str, value: str) -> HandOff:
    """The hand-off with one more line of what is known, in place of an earlier one of that label."""
    slots = (*(pair for pair in hand_off.slots if pair[0] != label), (label, value))
    noted = replace(hand_off, slots=slots)
    if noted != hand_off:
        work.hand_offs.save(noted)
    return noted
