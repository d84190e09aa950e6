"""Actions outside journeys: knowledge answers, clarification, a bare piece of information, a person, an emergency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet

from actions.journeys import CARRIED, DRAFT, LATER, RECENT, open_next, recent_policy
from actions.turn import Event, Outcome, TurnAction, bot_texts
from bot.insurance.hand_off import Priority
from bot.services.answer_from_data import shorter_list
from bot.services.assistant import AssistantServices
from bot.services.clarify import offer_meanings
from bot.services.follow_up import ASKED_ABOUT, read_asked
from bot.services.give_answer import answer_doubtful, give_answer
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.journeys.claim_slots import CAUSE, LINE, PLACE
from bot.services.journeys.drafts import TAKE_UP, take_up
from bot.services.journeys.file_complaint import receive
from bot.services.journeys.give_consent import find_code
from bot.services.journeys.journey import Situation
from bot.services.journeys.leaving import Draft, read_draft
from bot.services.journeys.small_talk import answer_interlude
from bot.services.rate_service import say_goodbye
from bot.services.recall import PROVE_AND_LIST, recall
from bot.services.recent import Recent, once_more, read_recent
from bot.services.registry import JOURNEYS, KEY_OF_INTENT, SWITCH, form_of
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.sales_offer import ENQUIRY, wanted
from bot.services.screen_message import complaint_beside_crisis, known_of, screen_message
from bot.services.several_requests import QUESTION, Waiting, announce, from_slot, plan_requests, tell_untaken, waiting
from bot.services.take_file import file_no_in
from bot.services.understanding import Entity, Understood

OFFER = "offer"
MISUNDERSTOOD = "misunderstood"  # failed understandings in a row
MISUNDERSTOOD_BEFORE_PERSON = 2
# No rule knows what follows these actions: without this they are predicted again and again within one turn.
THEN_LISTEN = FollowupAction("action_listen")
EMERGENCY_WORDS = (
    "先保证安全：有人受伤打 120，有火情打 119，交通事故打 122（高速 12122），有人威胁安全打 110。"
    "能离开危险的地方就马上离开，受伤的人不要随意挪动。"
)


class ActionAnswer(TurnAction):
    """The knowledge answer for the message's intent, or for the question that the message completes."""

    def name(self) -> str:
        return "action_answer"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        told = recall(said, using)
        if not told and _asks_for_documents_of_this_claim(said, tracker):
            return ActionClaimDocuments().act(said, tracker, using)
        events = [SlotSet(MISUNDERSTOOD, None), SlotSet(OFFER, None)]
        if told:
            return Outcome([told], events)
        journey = wanted(said)
        if journey:
            return Outcome([], [*events, *open_next(Waiting(journey, said.text, said.entities), ())])
        given = give_answer(said, using, read_asked(tracker.get_slot(ASKED_ABOUT)))
        if given.asked:
            events.append(SlotSet(ASKED_ABOUT, given.asked.as_slot()))
        if using.knowledge.find(said) and said.intent.startswith(QUESTION):
            events.append(SlotSet(RECENT, Recent(said.intent, said.text, recent_policy(tracker)).as_slot()))
        if given.completes:  # the message's own intent leads elsewhere
            events.append(THEN_LISTEN)
        return Outcome(given.replies, events)


class ActionSeveralRequests(TurnAction):
    """A message with several requests: its questions are answered, its journeys opened one after the other."""

    def name(self) -> str:
        return "action_several_requests"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        plan = plan_requests(said)
        if plan is None:  # the model changed between the prediction and now
            return Outcome([offer_meanings(said)], [THEN_LISTEN])
        replies = _answers(plan.questions, said, using)
        if plan.untaken:
            replies.append(Reply(tell_untaken(plan.untaken), (TO_HUMAN,)))
        events = [SlotSet(MISUNDERSTOOD, None), SlotSet(OFFER, None)]
        if not plan.journeys:
            return Outcome(replies, [*events, THEN_LISTEN])
        first, *later = plan.journeys
        replies.append(Reply(announce(first, later)))
        return Outcome(replies, [*events, *open_next(first, later)])


class ActionSameOfAnother(TurnAction):
    """ "那第二份呢": the last question once more, about another policy or line of business."""

    def name(self) -> str:
        return "action_same_of_another"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        recent = read_recent(tracker.get_slot(RECENT))
        if recent is None:
            return Outcome([offer_meanings(said)], [THEN_LISTEN])
        again = once_more(recent, said)
        if recent.intent in KEY_OF_INTENT:
            return Outcome([], open_next(waiting(again), from_slot(tracker.get_slot(LATER))))
        return Outcome(give_answer(again, using, None).replies, [THEN_LISTEN])


class ActionResumeDraft(TurnAction):
    """ "接着办刚才的": the journey that was saved."""

    def name(self) -> str:
        return "action_resume_draft"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        draft = read_draft(tracker.get_slot(DRAFT))
        if draft is None or not draft.is_kept(said.received_at):
            return Outcome([Reply("没有还留着的内容，留 7 天以内的才有。想办什么，直接说。")], [THEN_LISTEN])
        return Outcome([], _go_on_with(draft, tracker))


def _take_up(said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
    """A draft of another conversation of the proved person becomes this one's."""
    draft = take_up(said, said.choice.removeprefix(TAKE_UP) if said.choice else "", using)
    if draft is None:
        text = "这件没有留着了：已经办完、过了 7 天，或者身份核对过了 30 分钟。再核对一次就知道；也可以重新说一遍。"
        return Outcome([Reply(text, (PROVE_AND_LIST, TO_HUMAN))], [THEN_LISTEN])
    return Outcome([], [SlotSet(DRAFT, draft.as_slot()), *_go_on_with(draft, tracker)])


def _go_on_with(draft: Draft, tracker: Tracker) -> list[Event]:
    intent = draft.key.partition(":")[2] or JOURNEYS[draft.key].journey.intent
    return open_next(Waiting(intent, ""), from_slot(tracker.get_slot(LATER)))


class ActionAddToComplaint(TurnAction):
    """ "补充一点……" while a complaint is talked about."""

    def name(self) -> str:
        return "action_add_to_complaint"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        adds = Waiting("file_complaint", said.text, said.entities)
        return Outcome([], open_next(adds, from_slot(tracker.get_slot(LATER))))


class ActionClaimDocuments(TurnAction):
    """The document list for the loss just reported, after the customer said yes to it."""

    def name(self) -> str:
        return "action_claim_documents"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        line = tracker.get_slot(LINE) or ""
        about = replace(
            said,
            text=tracker.get_slot(CAUSE) or "",
            intent="ask_claim_documents",
            ranking=(),
            entities=(Entity("line_of_business", "", line),) if line else (),
        )
        lost_at = replace(about, text=f"{about.text} {tracker.get_slot(PLACE) or ''}")
        served = shorter_list(lost_at, using)
        replies = list(served.replies) if served else [using.knowledge.answer(about)]
        return Outcome(replies, [SlotSet(OFFER, "anything_else"), THEN_LISTEN])


class ActionClarify(TurnAction):
    """A clause or an entry that is surely meant; else likely meanings as choices; the second time in a row a person."""

    def name(self) -> str:
        return "action_clarify"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        code = find_code(said.text)
        if code:
            return Outcome([], [FollowupAction("consent_form")])
        told = recall(said, using)
        if told:
            return Outcome([told], [SlotSet(MISUNDERSTOOD, None), THEN_LISTEN])
        patience = answer_interlude(said) if said.interlude == "waits" else ""
        replies = [Reply(patience)] if patience else answer_doubtful(said, using)
        if replies:
            return Outcome(replies, [SlotSet(MISUNDERSTOOD, None), THEN_LISTEN])
        failed = int(tracker.get_slot(MISUNDERSTOOD) or 0) + 1
        if failed >= MISUNDERSTOOD_BEFORE_PERSON:
            reply = _to_person(said, using, "not_understood", "综合", Priority.NORMAL, failed=failed)
            words = Reply("我还是没能听懂，请人工来看，您不用重说。")
            return Outcome([words, reply], [SlotSet(MISUNDERSTOOD, None), THEN_LISTEN])
        return Outcome([offer_meanings(said)], [SlotSet(MISUNDERSTOOD, str(failed)), THEN_LISTEN])


class ActionTakeInformation(TurnAction):
    """A number or code given outside a journey: go where it leads."""

    def name(self) -> str:
        return "action_take_information"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        if find_code(said.text):
            return Outcome([], [FollowupAction("consent_form")])
        told = recall(said, using)
        if told:
            return Outcome([told], [THEN_LISTEN])
        if file_no_in(said.choice):  # sent while it was asked for, here when that was over
            words = "文件收到了，但刚才那一步已经结束，还没有交给哪件案子。要接着补就点“补交资料”，再发一次。"
            return Outcome([Reply(words, (intend("补交资料", "supplement_claim"), TO_HUMAN))], [THEN_LISTEN])
        if said.choice and said.choice.startswith(TAKE_UP):
            return _take_up(said, tracker, using)
        if said.choice and said.choice.startswith(SWITCH):
            name = said.choice.removeprefix(SWITCH)
            recent = read_recent(tracker.get_slot(RECENT))
            asked = recent.text if recent and name == ENQUIRY else None  # "给我妈买医疗险多少钱" told whom and what
            return Outcome([], [SlotSet(CARRIED, asked), FollowupAction(form_of(KEY_OF_INTENT[name]))])
        for entity_type, form in (
            ("claim_no", "claim_status_form"),
            ("complaint_no", "complaint_status_form"),
            ("policy_no", "policy_form"),
        ):
            if said.first(entity_type):
                return Outcome([], [FollowupAction(form)])
        if not said.entities:  # "就那个那个嘛" informs of nothing
            return ActionClarify().act(said, tracker, using)
        choices = (intend("报案", "report_claim"), intend("查保单", "query_policy"), TO_HUMAN)
        return Outcome([Reply("收到。这是要办哪件事用的？", choices)], [])


class ActionHandOff(TurnAction):
    """The customer asked for a person."""

    def name(self) -> str:
        return "action_hand_off"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        return Outcome([_to_person(said, using, "customer_asked", "综合", Priority.NORMAL)], [])


class ActionEmergency(TurnAction):
    """Someone is in danger now: the numbers first, and a person. Who lies in hospital already, or whose fire is out, reports."""

    def name(self) -> str:
        return "action_emergency"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        verdict = screen_message(using.complaint_rules, said)
        if not said.chosen and not verdict.hand_off:  # see crisis.emergency in data/complaints
            return Outcome([], [FollowupAction(form_of(KEY_OF_INTENT["report_claim"]))])
        reply = _to_person(said, using, "emergency", "理赔", Priority.INJURY_OR_DEATH)
        return Outcome([Reply(verdict.say or EMERGENCY_WORDS), reply], [])


class ActionEscalate(TurnAction):
    """A complaint or crisis rule fired (see `bot.dialogue.escalation_policy`)."""

    def name(self) -> str:
        return "action_escalate"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        verdict = screen_message(using.complaint_rules, said)
        crisis = verdict.priority is Priority.INJURY_OR_DEATH
        words = verdict.say or "您说的情况我听到了，这件事要由专人来办，我现在就转过去。"
        post = verdict.post.value if verdict.post else "综合"
        reason = "crisis" if crisis else "complaint_rule"
        beside = complaint_beside_crisis(using.complaint_rules, said) if crisis else None
        registered: tuple[Reply, ...] = ()
        if beside is not None:
            key = f"{said.conversation_id}:{said.message_id}:complaint"
            registered = (receive(Situation({}, said, using, key), beside)[1],)
        reply = _to_person(said, using, reason, post, verdict.priority)
        return Outcome([Reply(words), *registered, reply], [])


class ActionGoodbye(TurnAction):
    """The last words."""

    def name(self) -> str:
        return "action_goodbye"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        return Outcome([say_goodbye(said, using)], [])


class ActionRepeat(TurnAction):
    """Say the last thing again."""

    def name(self) -> str:
        return "action_repeat"

    def act(self, said: Understood, tracker: Tracker, using: AssistantServices) -> Outcome:
        texts = bot_texts(tracker)
        if not texts:
            return Outcome([Reply("我刚才还没说什么。您想办什么，直接告诉我就行。")], [])
        return Outcome([Reply(texts[-1])], [])


def _answers(questions: Sequence[Understood], said: Understood, using: AssistantServices) -> list[Reply]:
    """One answer to each; questions of one kind get several only where each has an entry of its own."""
    entries = [using.knowledge.find(each) for each in questions]
    own = {found[0].id for found in entries if found and not found[0].is_default}
    if len({each.intent for each in questions}) == 1 and len(questions) > 1 and len(own) < len(questions):
        questions = (said,)
    return list(dict.fromkeys(reply for each in questions for reply in give_answer(each, using, None).replies))


def _asks_for_documents_of_this_claim(said: Understood, tracker: Tracker) -> bool:
    """Right after a report, "要准备什么材料" means the loss just reported, unless another one is named."""
    just_reported = tracker.get_slot(OFFER) == "claim_documents" and said.intent == "ask_claim_documents"
    names_another = said.first("line_of_business", "illness") is not None
    return just_reported and not names_another and (said.chosen or len(said.text) <= 15)


def _to_person(
    said: Understood, using: AssistantServices, reason: str, post: str, priority: Priority, failed: int = 0
) -> Reply:
    with using.reading() as reading:
        known = known_of(reading, said.conversation_id, said.received_at)
    verdict = screen_message(using.complaint_rules, said, known=known, failed=failed)
    request = HandOffRequest(
        conversation_id=said.conversation_id,
        message_id=said.message_id,
        reason=reason,
        post=post,
        at=said.received_at,
        back_at=using.back_at(said.received_at, post),
        priority=priority,
        detail="；".join(verdict.reasons),
        rules_fired=tuple(f"{rule.id} {rule.title}" for rule in verdict.fired),
    )
    if reason in ("customer_asked", "not_understood"):
        using.heard.hear_hand_off(said, understood=reason == "customer_asked")
    elif reason == "complaint_rule":
        using.heard.hear_complaint(said)
    with using.unit_of_work() as work:
        own = [claim.claim_no for claim in work.claims.of_conversation(said.conversation_id)]
        reply = hand_off(work, replace(request, reference_no=own[-1] if own else ""))
        work.commit()
    return reply
