"""A conversation that the assistant cannot go on with goes to a person, and the customer hears what was done (0.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.complaints.engine import Verdict, judge
from bot.complaints.rule import ComplaintRule, Facts
from bot.insurance.hand_off import Owner
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.reply import Reply

SYSTEM_ERROR, CUSTOMER_ASKED = "system_error", "customer_asked"


@dataclass(frozen=True)
class FailedTurn:
    """A message no turn was made of. `text` is what the customer typed, "" for a button; `reason` one of the above."""

    conversation_id: str
    message_id: str
    text: str
    reason: str
    at: datetime


def take_failed_turn(
    unit_of_work: UnitOfWorkFactory,
    rules: Sequence[ComplaintRule],
    turn: FailedTurn,
    back_at: Callable[[datetime, str], datetime | None],
) -> tuple[Reply, ...]:
    """Queue the conversation, once per message; nothing, and no words, where a person has it for another reason.
    `back_at`: when somebody of a post is there again, None while somebody is.

    The words never say that something was submitted but for what is stored, and what is stored they name.
    """
    verdict = judge(rules, Facts(text=turn.text))
    post = verdict.post.value if verdict.post else "综合"
    with unit_of_work() as work:
        if _is_with_a_person(work, turn):
            return ()
        numbers = _numbers(work, turn.conversation_id)
        queued = hand_off(
            work,
            HandOffRequest(
                conversation_id=turn.conversation_id,
                message_id=turn.message_id,
                reason=turn.reason,
                post=post,
                at=turn.at,
                back_at=back_at(turn.at, post),
                priority=verdict.priority,
                detail="；".join(verdict.reasons),
                rules_fired=tuple(f"{rule.id} {rule.title}" for rule in verdict.fired),
                reference_no=numbers[-1] if numbers else "",
            ),
        )
        work.commit()
    # The assistant that its buttons lead to is what failed.
    return (*_first_words(turn, verdict, numbers), replace(queued, choices=()))


def _is_with_a_person(work: UnitOfWork, turn: FailedTurn) -> bool:
    owner = work.ownerships.owner(turn.conversation_id)
    if owner is Owner.QUEUE:
        return work.ownerships.queued_by(turn.conversation_id) != turn.message_id
    return owner is Owner.HUMAN


def _numbers(work: UnitOfWork, conversation_id: str) -> list[str]:
    """Everything this conversation has on record: the turn that failed may have written before it did."""
    return [
        *(claim.claim_no for claim in work.claims.of_conversation(conversation_id)),
        *(complaint.complaint_no for complaint in work.complaints.of_conversation(conversation_id)),
        *(change.endorsement_no for change in work.endorsements.of_conversation(conversation_id)),
        *(request.request_no for request in work.requests.of_conversation(conversation_id)),
    ]


def _first_words(turn: FailedTurn, verdict: Verdict, numbers: Sequence[str]) -> list[Reply]:
    words = [Reply(verdict.say)] if verdict.say else []  # emergency numbers wait for no system
    if turn.reason == SYSTEM_ERROR:
        kept = f"已登记的只有 {'、'.join(numbers)}，其他内容都没有提交" if numbers else "没有提交任何内容"
        words.append(Reply(f"抱歉，系统连续出错，您刚才这条我没能办成，{kept}，接下来由人工来办。"))
    return words
