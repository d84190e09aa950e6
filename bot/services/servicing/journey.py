"""A transaction as a journey: eligibility → identity → policy → fields → consent → confirmation → number → date → next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.services.journeys import controls
from bot.services.journeys.consent_words import agrees_plainly, declines_plainly
from bot.services.journeys.identity_steps import identity_steps, person_check_step, phone_steps
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    Journey,
    NotAnAnswer,
    Reading,
    Rejected,
    Situation,
    Step,
    always,
)
from bot.services.reply import Reply, choose
from bot.services.servicing.accounts import REFUSED
from bot.services.servicing.admission import own_steps, policy_step
from bot.services.servicing.for_another import FOR_ANOTHER, whose_step
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.kept_wish import HEARD, WISH, told_in_wish
from bot.services.servicing.opening import opening_of
from bot.services.servicing.own_claim import CLAIM
from bot.services.servicing.transaction import CONSENT, Transaction
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_phone

SERVICE_FORM = "service_form"
LONGEST_QUESTION = 12  # characters; a longer one tells a story or asks something else
_HOW_MUCH = re.compile(r"(?:多少|利息|利率|划算|损失)[^，。]{0,4}[啊呀呢吗?？]*$")


def journey_of(transaction: Transaction) -> Journey:
    """The conversation of a transaction."""
    return Journey(
        form=SERVICE_FORM,
        zh=transaction.zh,
        intent=(*transaction.intents, transaction.kind)[0],
        kind=transaction.kind,
        post=transaction.post,
        restricted=transaction.restricted is True,
        opening=opening_of(transaction),
        card_title="" if transaction.shows else f"请核对{transaction.zh}的内容：",
        confirm_title=transaction.confirm_title,
        otherwise=transaction.otherwise,
        cancelled=transaction.cancelled or Journey.cancelled,
        facts=lambda situation: (*transaction.facts(case_of(situation)), *_phone_line(transaction, situation)),
        own_answer=_own_answer(transaction),
        told=told_in_wish,
        carries=(WISH, HEARD, FOR_ANOTHER),
        desk_labels={WISH: "原话", HEARD: "", FOR_ANOTHER: ""},
        steps=(
            *_whose(transaction),
            *transaction.before,
            *_identity(transaction),
            *policy_step(transaction),
            *_with_consent(transaction),
            *_person_check(transaction),
        ),
    )


def _whose(transaction: Transaction) -> tuple[Step, ...]:
    """Of whose policy or claim it is spoken, where one of the speaker's own could be taken instead."""
    claim = any(step.slot == CLAIM for step in transaction.all_steps)
    return (whose_step(transaction.kind, transaction.zh, claim=claim),) if transaction.policies or claim else ()


def _phone_line(transaction: Transaction, situation: Situation) -> tuple[tuple[str, str], ...]:
    """Which phone is called, where nothing but a phone was proved."""
    if transaction.level is not IdentityLevel.L1:
        return ()
    with situation.services.reading() as work:
        phone = current_identity(work, situation.conversation_id, situation.now).phone
    return (("联系电话", mask_phone(phone)),) if phone else ()


def _own_answer(transaction: Transaction) -> Callable[[Situation], str]:
    """What the transaction says itself; "能退多少啊": the figures of this very policy again, not how it is in general."""

    def answer(situation: Situation) -> str:
        said, case = situation.said, case_of(situation)
        own = "" if said.chosen else transaction.answers(case)
        if own:
            return own
        asks = said.intent in transaction.intents and len(said.text) <= LONGEST_QUESTION and _HOW_MUCH.search(said.text)
        known = case.policy and (transaction.matter is None or case.get(transaction.matter.slot))
        return transaction.terms(case) if asks and known and not said.chosen else ""

    return answer


def _identity(transaction: Transaction) -> tuple[Step, ...]:
    if transaction.level >= IdentityLevel.L2:
        return identity_steps("为了保护您的信息，")
    if transaction.level is IdentityLevel.L1:
        return phone_steps("为了能联系到您，", question="请问您的手机号是？")
    return ()


def _with_consent(transaction: Transaction) -> tuple[Step, ...]:
    """The steps with the consent question: before the step it is about, or at the end."""
    steps, wanted = own_steps(transaction), transaction.consent.before if transaction.consent else ""
    place = next((i for i, step in enumerate(steps) if step.slot == wanted), len(steps))
    needed = steps[place].needed if place < len(steps) else always
    guarded = tuple(_after_consent(step) if step.slot == wanted else step for step in steps[place:])
    return (*steps[:place], *_consent_step(transaction, needed), *guarded)


def _after_consent(step: Step) -> Step:
    """What is told of it before the consent is not kept (business flows 0.4); that it is refused is said all the same."""

    def read(said: Understood, situation: Situation) -> Reading:
        reading = step.read(said, situation)
        told_early = said.aside and situation.get(CONSENT) != "同意"
        if not (told_early and isinstance(reading, Accepted)) or REFUSED in reading.also:
            return reading
        return Accepted("", remark="卡号先不记，到那一步再告诉我。") if said.of_type("bank_card") else NotAnAnswer()

    return replace(step, read=read)


def _consent_step(transaction: Transaction, needed: Callable[[Situation], bool]) -> tuple[Step, ...]:
    question = transaction.consent
    if question is None:
        return ()

    def ask(_: Situation) -> Ask:
        assert question is not None
        return Ask(question.text, "choice", (choose("同意"), choose("不同意")))

    def read(said: Understood, _: Situation) -> Reading:
        assert question is not None
        if declines_plainly(said.text):
            return Ended((Reply(question.without),))
        if agrees_plainly(said.text) or controls.confirms(said):
            return Accepted("同意")
        answers_nothing = len(said.text) > 8 or controls.is_question(said)
        return NotAnAnswer() if answers_nothing else Rejected("请回“同意”或“不同意”。")

    return (Step(CONSENT, "", ask, read, needed=needed, counted=False),)


def _person_check(transaction: Transaction) -> tuple[Step, ...]:
    """L3, where this transaction or this matter of it needs that."""
    step = person_check_step()

    def needed(situation: Situation) -> bool:
        return transaction.level_for(situation) is IdentityLevel.L3 and step.needed(situation)

    return (replace(step, needed=needed),)
