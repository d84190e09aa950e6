"""Handing a running journey to a person, with everything that was filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.complaints.rule import Post
from bot.insurance.hand_off import Priority
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.journeys import controls
from bot.services.journeys.file_complaint import receive
from bot.services.journeys.journey import Journey, Situation
from bot.services.journeys.repeat_complaint import MATTER
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply
from bot.services.report_to_compliance import report_to_compliance, threatens_funds
from bot.services.screen_message import complains, complaint_beside_crisis, screen_message

FAILED_TWICE = 2


def hand_off_journey(
    journey: Journey,
    situation: Situation,
    reason: str,
    reference_no: str = "",
    priority: Priority = Priority.NORMAL,
    *,
    because: str = "",
    also_wanted: Sequence[str] = (),
) -> tuple[Reply, ...]:
    """Queue the conversation for the journey's post, or for the post the rules name when they know better.

    Words that are a complaint in the middle of something else are registered as one first: the number is said. What a
    restricted journey took down goes to its own post alone, with the reporter masked. A complaint that is a report of
    wrongdoing too goes to compliance: nobody else at the desk sees that conversation.
    """
    verdict = controls.screen(journey, situation)
    said: tuple[Reply, ...] = ()
    reference_no = reference_no or situation.get("complaint_no")
    told = verdict if complains(verdict) else None
    if reason == "crisis":
        told = complaint_beside_crisis(situation.services.complaint_rules, situation.said)
    if journey.intent != "file_complaint" and not journey.restricted and told:
        complaint, reply = receive(replace(situation, key=f"{situation.key}:complaint"), told)
        reference_no, said = complaint.complaint_no, (reply,)
    if reason == "not_understood":
        # Only the rule's name: the journey's own post knows the matter better than the rule does.
        heard = screen_message(situation.services.complaint_rules, situation.said, failed=FAILED_TWICE)
        verdict = replace(verdict, fired=tuple(dict.fromkeys((*verdict.fired, *heard.fired))))
    own_post = situation.services.posts.get(journey.kind, journey.post)
    post = verdict.post.value if verdict.post and not journey.restricted else own_post
    priority = min(priority, verdict.priority) if verdict.fired else priority
    if reason == "crisis":
        priority = Priority.INJURY_OR_DEATH
    elif reason == "fraud_suspected":
        priority = min(priority, Priority.FUND_SAFETY)
    elif journey.intent == "file_complaint":
        priority = min(priority, Priority.COMPLAINT)
    with situation.services.unit_of_work() as work:
        if threatens_funds(verdict) and not journey.restricted:
            post, said = Post.COMPLIANCE.value, (*said, _report(work, situation, reference_no))
        reply = hand_off(
            work,
            HandOffRequest(
                conversation_id=situation.conversation_id,
                message_id=situation.said.message_id,
                reason=reason,
                post=post,
                at=situation.now,
                back_at=situation.services.back_at(situation.now, post),
                priority=priority,
                detail="；".join(filter(None, (f"正在{journey.zh}", because, *verdict.reasons))),
                slots={
                    "正在办理": journey.zh,
                    **labelled_answers(journey, situation),
                    **({"还想办": "；".join(also_wanted)} if also_wanted else {}),
                },
                rules_fired=tuple(f"{rule.id} {rule.title}" for rule in verdict.fired),
                reference_no=reference_no,
            ),
        )
        work.commit()
    return (*said, *_undone(journey, situation, also_wanted), reply)


def _undone(journey: Journey, situation: Situation, also_wanted: Sequence[str]) -> tuple[Reply, ...]:
    """What was not written, and what else was wished for."""
    wanted = "、".join(f"“{each}”" for each in also_wanted if each) or "没办完的那件"
    others = f"{wanted}还没有办，也一起转给同事了；不想等，说“不用人工了”，我接着办。" if also_wanted else ""
    return tuple(Reply(words) for words in (others, journey.unfinished(situation)) if words)


def _report(work: UnitOfWork, situation: Situation, complaint_no: str) -> Reply:
    """The report beside the complaint, once for each complaint in a conversation."""
    told = (("经过", situation.said.text[:2000]), ("同时登记的投诉", complaint_no))
    key = f"{complaint_no or situation.key}:{situation.conversation_id}:report"
    report = report_to_compliance(work, situation.conversation_id, told, situation.now, key=key)
    return Reply(f"同时登记了举报，编号 {report.request_no}，只有合规人员看得到，不会告诉被举报的人。")


def labelled_answers(journey: Journey, situation: Situation) -> dict[str, str]:
    """Every answer under the name that the desk reads, codes left out; who reports wrongdoing is masked there too."""
    names = {slot: label for slot in journey.carries if (label := journey.desk_labels.get(slot, slot))}
    shown = dict(situation.answers)
    for step in journey.steps:
        if step.hint != "otp" and step.slot != MATTER:
            names[step.slot] = step.label or journey.desk_labels.get(step.slot) or step.hint or step.slot
        if journey.restricted and situation.get(step.slot):
            shown[step.slot] = step.shows_as(situation.get(step.slot), situation)
    return {name: shown[slot] for slot, name in names.items() if shown.get(slot)}
