"""A transaction as a journey: eligibility → identity → policy → fields → consent → confirmation → number → date → next."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.errors import IdentityRequiredError, NotAllowedError
from bot.services.journeys.finish import hand_off_journey
from bot.services.journeys.identity_steps import identity_steps, person_check_step, phone_steps
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    Journey,
    NotAnAnswer,
    Opening,
    Reading,
    Rejected,
    Situation,
    Step,
    always,
)
from bot.services.journeys.query_policy import policy_choices, read_policy
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Choice, Reply, choose, intend
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.make_request import make_request, permission, person_reason
from bot.services.servicing.papers import Paper, list_papers
from bot.services.servicing.transaction import CONSENT, POLICY, Case, Transaction
from bot.services.servicing.who_may import Permission
from bot.services.servicing.wish import told_in_closed_words
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

SERVICE_FORM = "service_form"


def journey_of(transaction: Transaction) -> Journey:
    """The conversation of a transaction."""
    return Journey(
        form=SERVICE_FORM,
        zh=transaction.zh,
        intent=(*transaction.intents, transaction.kind)[0],
        post=transaction.post,
        restricted=transaction.restricted,
        opening=_opening(transaction),
        card_title="" if transaction.shows else f"请核对{transaction.zh}的内容：",
        confirm_title=transaction.confirm_title,
        facts=lambda situation: transaction.facts(case_of(situation)),
        steps=(
            *transaction.before,
            *_identity(transaction),
            *_policy_step(transaction),
            *_with_consent(transaction),
            *((person_check_step(),) if transaction.level is IdentityLevel.L3 else ()),
        ),
    )


def submitter_of(transaction: Transaction) -> Callable[[Situation], tuple[Reply, ...]]:
    """What writes at the end of that conversation."""

    def submit(situation: Situation) -> tuple[Reply, ...]:
        services, case = situation.services, case_of(situation)
        if transaction.shows:
            return transaction.shows(case)
        papers = services.papers.get(transaction.kind, ())
        try:
            with services.unit_of_work() as work:
                request = make_request(work, transaction, case, papers)
                _record_consent(work, transaction, situation)
                work.commit()
        except IdentityRequiredError:
            return (Reply(f"身份核验已过期，这次没有提交。请再说一次“{transaction.zh}”，我们重新核对。"),)
        except NotAllowedError as error:
            refused = Reply(f"{error.data['reason']}这次没有提交。", (TO_HUMAN,))
            if not error.data.get("hand_off"):
                return (refused,)
            return (refused, *hand_off_journey(journey_of(transaction), situation, "needs_person"))
        said: tuple[Reply, ...] = (Reply(_done_text(transaction, case, request, papers), _AFTER),)
        said += transaction.afterwards(case, request)
        why = person_reason(case, transaction)
        if why:
            journey, number = journey_of(transaction), request.request_no
            said += hand_off_journey(
                journey, situation, "needs_person", number, transaction.priority(case), because=why
            )
        return said

    return submit


_AFTER = (intend("没别的事了", "goodbye"), TO_HUMAN)


def _opening(transaction: Transaction) -> Callable[[Situation], Opening]:
    words = transaction.opening or f"可以办{transaction.zh}。"
    steps = transaction.all_steps
    start = transaction.start or (lambda situation: Opening((Reply(words),), told_in_closed_words(steps, situation)))

    def opening(situation: Situation) -> Opening:
        answer = _answer_to_question(transaction, situation)
        if answer is None:
            return start(situation)
        if _WISH.search(situation.said.text):  # "想退保，能退多少": the rule first, then the customer's own policy
            begun = start(situation)
            return replace(begun, replies=(Reply(answer.text), *begun.replies))
        offer = (open_choice(f"现在就{transaction.zh}", transaction), TO_HUMAN)
        return Opening((answer, Reply("要现在就办吗？", offer)), ended=Ended(()))

    return opening


def open_choice(title: str, transaction: Transaction) -> Choice:
    """A button that opens a transaction; one that its intent alone does not name is named by its kind."""
    if transaction.words or not transaction.intents:
        return choose(title, f"@switch:{transaction.kind}")
    return intend(title, transaction.intents[0])


def _answer_to_question(transaction: Transaction, situation: Situation) -> Reply | None:
    """A question about the matter ("犹豫期退保扣钱吗") is answered; the transaction is offered, not forced."""
    said = situation.said
    if said.chosen or not _QUESTION.search(said.text):
        return None
    if transaction.wish and transaction.wish.search(said.text):
        return None
    found = situation.services.knowledge.find(said)
    return situation.services.knowledge.answer(said) if found and not found[0].is_default else None


_QUESTION = re.compile(
    r"[?？]|吗|呢$|么$|怎么|怎样|如何|什么|哪里|哪儿|能不能|可不可以|要不要|是不是|多久|几天|为什么|咋|啥|会不会|多少"
)
_WISH = re.compile(
    r"我要|帮我|给我|替我|[我就]?想(?:要|把|退|换|改|办|补|领|贷|借|取)|麻烦|申请|办理|办一下|现在就|拿回多少|退多少"
)


def _identity(transaction: Transaction) -> tuple[Step, ...]:
    if transaction.level >= IdentityLevel.L2:
        return identity_steps("为了保护您的信息，")
    if transaction.level is IdentityLevel.L1:
        return phone_steps("为了能联系到您，", question="请问您的手机号是？")
    return ()


def _policy_step(transaction: Transaction) -> tuple[Step, ...]:
    if transaction.policies is None:
        return ()

    def ask(situation: Situation) -> Ask:
        found = _own_policies(transaction, situation)
        if not found:
            return Ask(
                f"您名下没有可以{transaction.zh}的保单，要请人工帮您看看吗？", "choice", (TO_HUMAN, choose("不用了"))
            )
        return Ask(f"{transaction.zh}，是哪一份保单？", "choice", policy_choices(found))

    def read(said: Understood, situation: Situation) -> Reading:
        found = _own_policies(transaction, situation)
        if not found:
            if said.aside:
                return NotAnAnswer()
            return Ended((Reply("好的，需要时再跟我说。"),))
        reading = read_policy(said, found)
        if not isinstance(reading, Accepted):
            return reading
        return _admit(transaction, reading, situation)

    return (Step(POLICY, "保单", ask, read, ("policy_no",), shows_as=_show_policy),)


def _admit(transaction: Transaction, reading: Accepted, situation: Situation) -> Reading:
    """Eligibility, as soon as the policy is known: nobody answers six questions to hear that it can't be done."""
    chosen = replace(situation, answers={**situation.answers, POLICY: reading.value})
    case = case_of(chosen)
    allowed = permission(case, transaction)
    if allowed is Permission.NO:
        return Ended((Reply(f"{transaction.zh}要由投保人本人来办，您在这份保单里不是投保人。", (TO_HUMAN,)),))
    if allowed is Permission.PERSON:
        return Ended((Reply("这项业务要当面核对双方的签名和材料，我请人工来办。"),), hand_off="needs_person")
    refusal = transaction.refuses(case)
    if refusal:
        return Ended((Reply(refusal.reason),), hand_off="needs_person" if refusal.hand_off else "")
    remarks = [transaction.terms(case)]
    if allowed is Permission.CONSENT and transaction.signs(case):
        remarks.append(f"{transaction.signs(case)}：您先申请，提交后由人工联系被保险人签名。")
    remark = "\n".join(filter(None, remarks))
    return replace(reading, remark=remark) if remark else reading


def _own_policies(transaction: Transaction, situation: Situation) -> Sequence[InsurancePolicy]:
    assert transaction.policies is not None
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        named = work.policies.naming(party.party_id) if party else ()
    return [policy for policy in named if transaction.policies(policy)]


def _show_policy(value: str, situation: Situation) -> str:
    policy = case_of(replace(situation, answers={**situation.answers, POLICY: value})).policy
    return f"{policy.product_name} {value}" if policy else value


def _with_consent(transaction: Transaction) -> tuple[Step, ...]:
    """The steps with the consent question: before the step it is about, or at the end."""
    steps, wanted = transaction.steps, transaction.consent.before if transaction.consent else ""
    place = next((i for i, step in enumerate(steps) if step.slot == wanted), len(steps))
    needed = steps[place].needed if place < len(steps) else always
    return (*steps[:place], *_consent_step(transaction, needed), *steps[place:])


def _consent_step(transaction: Transaction, needed: Callable[[Situation], bool]) -> tuple[Step, ...]:
    question = transaction.consent
    if question is None:
        return ()

    def ask(_: Situation) -> Ask:
        assert question is not None
        return Ask(question.text, "choice", (choose("同意"), choose("不同意")))

    def read(said: Understood, _: Situation) -> Reading:
        assert question is not None
        if said.text.strip() in _REFUSES or said.means("deny"):
            return Ended((Reply(question.without),))
        if said.text.strip(" 。!！") in _AGREES:
            return Accepted("同意")
        return Rejected("请回“同意”或“不同意”。") if len(said.text) <= 8 else NotAnAnswer()

    return (Step(CONSENT, "", ask, read, needed=needed, counted=False),)


_AGREES = frozenset({"同意", "我同意", "同意的", "可以", "行", "好", "好的", "没问题"})
_REFUSES = frozenset({"不同意", "不", "不行", "不愿意", "不可以"})


def _record_consent(work: UnitOfWork, transaction: Transaction, situation: Situation) -> None:
    if transaction.consent is None or situation.get(CONSENT) != "同意":
        return
    work.consents.add(
        conversation_id=situation.conversation_id,
        party_id="",
        kind=transaction.consent.kind,
        version=situation.services.privacy.version,
        granted=True,
        at=situation.now,
    )


def _done_text(transaction: Transaction, case: Case, request: ServiceRequest, papers: tuple[Paper, ...]) -> str:
    at, done = case.situation.now, transaction.is_done_at_once(case)
    lines = [
        f"{transaction.zh}{'已办好' if done else '已受理'}，编号 {request.request_no}"
        f"（{at.month} 月 {at.day} 日 {at:%H:%M} 收到）。"
    ]
    if request.papers:
        lines.append("请把这些材料一次备齐：\n" + list_papers(papers))
    if request.due_on and not done and not transaction.promised:
        start = "材料齐了的话，" if request.papers else ""
        promise = "由人工给您答复" if request.status is RequestStatus.WITH_PERSON else transaction.promise
        lines.append(f"{start}最晚 {speak_date(request.due_on, case.today)} {promise}，短信通知您。")
    extra = transaction.what_next(case, request)
    if extra:
        lines.append(extra)
    lines.append("凭编号随时可以在这里问进度。")
    return "\n".join(lines)
