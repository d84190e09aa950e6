"""Handing a running journey to a person, with everything that was filled."""

from __future__ import annotations

from bot.insurance.hand_off import Priority
from bot.services.file_complaint import REPORT
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.journeys import controls
from bot.services.journeys.file_complaint import register, registered_text
from bot.services.journeys.journey import Journey, Situation
from bot.services.reply import Reply
from bot.services.screen_message import complains


def hand_off_journey(
    journey: Journey, situation: Situation, reason: str, *, because: str = "", reference_no: str = ""
) -> tuple[Reply, ...]:
    """Queue the conversation for the journey's post, or for the post the rules name when they know better.

    `because`: what the person has to look at; `reference_no`: the request that was written before.

    Words that are a complaint in the middle of something else are registered as one first: the number is said.
    """
    verdict = controls.screen(journey, situation)
    said: tuple[Reply, ...] = ()
    complaint_no = situation.get("complaint_no")
    if journey.intent != "file_complaint" and complains(verdict):
        complaint = register(situation, verdict, f"{situation.key}:complaint")
        complaint_no, said = complaint.complaint_no, (Reply(registered_text(complaint, situation.now)),)
    post = verdict.post.value if verdict.post else journey.post
    priority = verdict.priority if verdict.fired else Priority.NORMAL
    if reason == "crisis":
        priority = Priority.INJURY_OR_DEATH
    elif journey.intent == "file_complaint":
        priority = min(priority, Priority.COMPLAINT)
    labelled = {
        step.label or step.hint or step.slot: situation.get(step.slot)
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
                detail="；".join(filter(None, (f"正在{journey.zh}", because, *verdict.reasons))),
                slots={"正在办理": journey.zh, **labelled},
                rules_fired=tuple(f"{rule.id} {rule.title}" for rule in verdict.fired),
                reference_no=complaint_no or reference_no,
            ),
        )
        reports = [
            each.request_no
            for each in work.requests.of_conversation(situation.conversation_id)
            if each.kind == REPORT and each.requested_at == situation.now
        ]
        work.commit()
    if reports:
        words = f"同时登记了举报，编号 {reports[0]}，只有合规人员看得到，不会告诉被举报的人。"
        said = (*said, Reply(words))
    return (*said, reply)
