"""Handing a running journey to a person, with everything that was filled."""

from __future__ import annotations

from bot.insurance.hand_off import Priority
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.journeys import controls
from bot.services.journeys.file_complaint import register, registered_text
from bot.services.journeys.journey import Journey, Situation, Step
from bot.services.reply import Reply
from bot.services.screen_message import complains


def hand_off_journey(
    journey: Journey,
    situation: Situation,
    reason: str,
    reference_no: str = "",
    priority: Priority = Priority.NORMAL,
) -> tuple[Reply, ...]:
    """Queue the conversation for the journey's post, or for the post the rules name when they know better.

    Words that are a complaint in the middle of something else are registered as one first: the number is said. What a
    restricted journey took down goes to its own post alone, with the reporter masked.
    """
    verdict = controls.screen(journey, situation)
    said: tuple[Reply, ...] = ()
    reference_no = reference_no or situation.get("complaint_no")
    if journey.intent != "file_complaint" and not journey.restricted and complains(verdict):
        complaint = register(situation, verdict, f"{situation.key}:complaint")
        reference_no, said = complaint.complaint_no, (Reply(registered_text(complaint, situation.now)),)
    post = verdict.post.value if verdict.post and not journey.restricted else journey.post
    priority = min(priority, verdict.priority) if verdict.fired else priority
    if reason == "crisis":
        priority = Priority.INJURY_OR_DEATH
    elif journey.intent == "file_complaint":
        priority = min(priority, Priority.COMPLAINT)
    labelled = {
        step.label or step.hint or step.slot: _passed_on(journey, step, situation)
        for step in journey.steps
        if situation.get(step.slot) and step.hint != "otp"
    }
    with situation.services.unit_of_work() as work:
        reply = hand_off(
            work,
            HandOffRequest(
                conversation_id=situation.conversation_id,
                message_id=situation.said.message_id,
                reason=reason,
                post=post,
                at=situation.now,
                priority=priority,
                detail=f"正在{journey.zh}" + (f"；{'；'.join(verdict.reasons)}" if verdict.reasons else ""),
                slots={"正在办理": journey.zh, **labelled},
                rules_fired=tuple(f"{rule.id} {rule.title}" for rule in verdict.fired),
                reference_no=reference_no,
            ),
        )
        work.commit()
    return (*said, reply)


def _passed_on(journey: Journey, step: Step, situation: Situation) -> str:
    value = situation.get(step.slot)
    return step.shows_as(value, situation) if journey.restricted else value
