"""A transaction as a journey: eligibility → identity → policy → fields → consent → confirmation → number → date → next."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
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
)
from bot.services.journeys.query_policy import policy_choices, read_policy
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.make_request import make_request, permission, person_reason
from bot.services.servicing.papers import Paper, list_papers
from bot.services.servicing.transaction import CONSENT, POLICY, Case, Transaction, case_of
from bot.services.servicing.who_may import Permission
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

SERVICE_FORM = "service_form"


def journey_of(transaction: Transaction) -> Journey:
    """The conversation of a transaction."""
    return Journey(
        form=SERVICE_FORM,
        zh=transaction.zh,
        intent=transaction.intents[0],
        post=transaction.post,
        opening=_opening(transaction),
        card_title="" if transaction.shows else f"请核对{transaction.zh}的内容：",
        confirm_title=transaction.confirm_title,
        steps=(
            *_identity(transaction),
            *_policy_step(transaction),
            *_own_steps(transaction),
            _person_check(transaction),
        ),
    )


def submitter_of(transaction: Transaction) -> Callable[[Situation], tuple[Reply, ...]]:
    """What writes at the end of that conversation."""

    def submit(situation: Situation) -> tuple[Reply, ...]:
        services, case = situation.services, case_of(situation)
        if transaction.shows:
            return _show(transaction, case)
        papers = services.papers.get(transaction.papers_for(case) or transaction.kind, ())
        try:
            with services.unit_of_work() as work:
                request = make_request(work, transaction, case, papers)
                _record_consent(work, transaction, situation)
                work.commit()
        except IdentityRequiredError:
            return (Reply(_EXPIRED.format(transaction.zh)),)
        except NotAllowedError as error:
            refused = Reply(f"{error.data['reason']}这次没有提交。", (TO_HUMAN,))
            if not error.data.get("hand_off"):
                return (refused,)
            return (refused, *hand_off_journey(journey_of(transaction), situation, "needs_person"))
        said: tuple[Reply, ...] = (Reply(_done_text(transaction, case, request, papers), _AFTER),)
        reason = person_reason(transaction, case)
        if reason:
            said += hand_off_journey(
                journey_of(transaction), situation, "needs_person", because=reason, reference_no=request.request_no
            )
        return said

    return submit


_EXPIRED = "身份核验已过期，这次没有提交。请再说一次“{}”，我们重新核对。"


def _show(transaction: Transaction, case: Case) -> tuple[Reply, ...]:
    """A query: what is read is audited, nothing is written."""
    assert transaction.shows is not None
    with case.situation.services.unit_of_work() as work:
        identity = current_identity(work, case.situation.conversation_id, case.situation.now)
        if identity.party is None or identity.level < transaction.level:
            return (Reply(_EXPIRED.format(transaction.zh)),)
        work.audit.append(
            "policy.shown",
            subject=case.get(POLICY),
            actor=identity.party.party_id,
            at=case.situation.now,
            detail={"kind": transaction.kind},
        )
        work.commit()
    return transaction.shows(case)


_AFTER = (intend("没别的事了", "goodbye"), TO_HUMAN)


def _opening(transaction: Transaction) -> Callable[[Situation], Opening]:
    def opening(situation: Situation) -> Opening:
        answer = _answer_to_question(transaction, situation)
        told, known, ended = _told(transaction, situation)
        if answer:
            matter = told.get(transaction.matter, "")
            title = transaction.offer or f"现在就{transaction.zh}"
            start = intend(title, transaction.intents[0], **({"choice": matter} if matter else {}))
            ask = "要看您自己的保单吗？" if transaction.shows else "要现在就办吗？"
            return Opening((answer, Reply(ask, (start, TO_HUMAN))), ended=Ended(()))
        words = transaction.opening or f"可以办{transaction.zh}。"
        return Opening(() if ended else (Reply(words), *known), told, ended)

    return opening


def _told(transaction: Transaction, situation: Situation) -> tuple[dict[str, str], tuple[Reply, ...], Ended | None]:
    """What the first message says by closed words ("年交改月交"), or a button carries: the answers, remarks, or the end."""
    said = situation.said
    heard = replace(said.as_answer() if said.chosen else said, aside=True)
    told: dict[str, str] = {}
    remarks: list[Reply] = []
    deciding = [_deciding(transaction, step) for step in transaction.steps if step.closed]
    readings: list[tuple[Step, Understood]] = [(step, heard) for step in deciding]
    if said.first("policy_no"):
        readings += [(step, replace(said, aside=True)) for step in _policy_step(transaction)]
    for step, words in readings:
        reading = step.read(words, replace(situation, answers=told))
        if isinstance(reading, Ended):
            return {}, (), reading
        if isinstance(reading, Accepted) and reading.value:
            told |= {step.slot: reading.value, **reading.also}
            remarks += [Reply(reading.remark)] if reading.remark else []
    return told, tuple(remarks), None


def _answer_to_question(transaction: Transaction, situation: Situation) -> Reply | None:
    """A question about the matter ("犹豫期退保扣钱吗") is answered; the transaction is offered, not forced."""
    said = situation.said
    asks = bool(_QUESTION.search(said.text)) and not _WISH.search(said.text)
    if said.chosen or not (asks or transaction.knowledge_first):
        return None
    found = situation.services.knowledge.find(said)
    if not found or found[0].id in transaction.answers_itself:
        return None
    general = transaction.in_general
    if found[0].is_default and not (general and general.search(said.text)):
        return None
    return situation.services.knowledge.answer(said)


_QUESTION = re.compile(
    r"[?？]|吗|呢$|么$|怎么|什么|哪里|哪儿|能不能|可不可以|要不要|是不是|多久|几天|为什么|咋|啥|会不会"
)
_WISH = re.compile(r"我要|帮我|给我|替我|我想|想要|麻烦|申请|办理|办一下|现在就|能退多少|拿回多少|退多少")


def _identity(transaction: Transaction) -> tuple[Step, ...]:
    if transaction.level >= IdentityLevel.L2:
        return identity_steps("为了保护您的信息，")
    if transaction.level is IdentityLevel.L1:
        return phone_steps("为了能联系到您，")
    return ()


def _policy_step(transaction: Transaction) -> tuple[Step, ...]:
    if transaction.policies is None:
        return ()

    def ask(situation: Situation) -> Ask:
        found, can = _own_policies(transaction, situation), "看" if transaction.shows else f"办{transaction.zh}"
        if not found:
            return Ask(f"您名下没有可以{can}的保单，要请人工帮您看看吗？", "choice", (TO_HUMAN, choose("不用了")))
        which = "要看哪一份保单？" if transaction.shows else f"要{can}的是哪一份保单？"
        return Ask(which, "choice", policy_choices(found))

    def read(said: Understood, situation: Situation) -> Reading:
        found = _own_policies(transaction, situation)
        if not found:
            if said.aside:
                return NotAnAnswer()
            return Ended((Reply("好的，需要时再跟我说。"),))
        reading = read_policy(said, found)
        if not isinstance(reading, Accepted):
            return reading
        return _admit(transaction, POLICY, reading, situation)

    return (Step(POLICY, "保单", ask, read, ("policy_no",), shows_as=_show_policy),)


def _own_steps(transaction: Transaction) -> tuple[Step, ...]:
    """The declared steps, the deciding one among them, with the consent before the data that it is about."""
    steps = [_deciding(transaction, step) for step in transaction.steps]
    slots = [step.slot for step in steps]
    place = slots.index(transaction.consent_before) if transaction.consent_before else len(steps)
    return (*steps[:place], *_consent_step(transaction), *steps[place:])


def _deciding(transaction: Transaction, step: Step) -> Step:
    """The step that says which kind of change it is: eligibility and terms follow its answer, another answer starts over."""
    if step.slot != transaction.matter:
        return step
    slots = [each.slot for each in transaction.steps]
    later = slots[slots.index(step.slot) + 1 :]

    def read(said: Understood, situation: Situation) -> Reading:
        reading = step.read(said, situation)
        if not isinstance(reading, Accepted):
            return reading
        before = situation.get(step.slot)
        if before and before != reading.value:
            reading = replace(reading, also={**dict.fromkeys(later, ""), **reading.also})
        return _admit(transaction, step.slot, reading, situation)

    return replace(step, read=read)


def _admit(transaction: Transaction, slot: str, reading: Accepted, situation: Situation) -> Reading:
    """Eligibility, as soon as the policy (and the matter) is known: nobody answers six questions to hear that it can't
    be done."""
    chosen = replace(situation, answers={**situation.answers, **reading.also, slot: reading.value})
    case = case_of(chosen)
    if slot == POLICY and permission(case, transaction) is Permission.NO:
        return Ended((Reply(f"{transaction.zh}要由投保人本人来办，您在这份保单里不是投保人。", (TO_HUMAN,)),))
    unknown = (transaction.matter and not chosen.get(transaction.matter)) or (transaction.policies and not case.policy)
    if unknown:
        return reading
    refusal = transaction.refuses(case)
    if refusal:
        return Ended((Reply(refusal.reason, refusal.choices),), hand_off="needs_person" if refusal.hand_off else "")
    terms = transaction.terms(case)
    remark = "\n".join(filter(None, (reading.remark, terms)))
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


def _consent_step(transaction: Transaction) -> tuple[Step, ...]:
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

    return (Step(CONSENT, "", ask, read, needed=transaction.consent_for, counted=False),)


def _person_check(transaction: Transaction) -> Step:
    """L3, where this transaction or this matter of it needs that."""
    step = person_check_step()

    def needed(situation: Situation) -> bool:
        return transaction.level_for(situation) is IdentityLevel.L3 and step.needed(situation)

    return replace(step, needed=needed)


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
    at = case.situation.now
    lines = [
        f"{transaction.zh}{'已办好' if transaction.is_done(case) else '已受理'}，编号 {request.request_no}"
        f"（{at.month} 月 {at.day} 日 {at:%H:%M} 收到）。"
    ]
    if request.papers:
        lines.append("请把这些材料一次备齐：\n" + list_papers(papers))
    if request.due_on and not transaction.is_done(case):
        start = "材料齐了的话，" if request.papers else ""
        by_when = f"最晚 {speak_date(request.due_on, case.today)}"
        if person_reason(transaction, case) and request.due_rule == "D-P01":
            lines.append(f"{start}{by_when} 答复您是否受理，短信通知您。")
        else:
            lines.append(f"{start}{by_when} 办完，短信通知您。")
    extra = transaction.what_next(case, request)
    if extra:
        lines.append(extra)
    lines.append("凭编号随时可以在这里问进度。")
    return "\n".join(lines)
