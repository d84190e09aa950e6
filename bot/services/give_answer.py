"""One question outside a journey: its answer, and what stays open when the answer asks back."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.answer_clause import answer_clause
from bot.services.answer_coverage import answer_all_exclusions, answer_coverage, asked_for_all_exclusions
from bot.services.answer_from_data import answer_from_data
from bot.services.answer_question import tell
from bot.services.assistant import AssistantServices
from bot.services.clarify import asks_for_money, offer_meanings
from bot.services.follow_up import MOST_QUESTIONS, Asked, complete, is_follow_up
from bot.services.missing_papers import tell_missing_papers
from bot.services.promises import tell_promises
from bot.services.reply import TO_HUMAN, Choice, Reply
from bot.services.sales_offer import with_offer
from bot.services.understanding import Understood
from bot.services.verify_salesperson import find_registration_no, verify_salesperson

_ABOUT_PAPERS = frozenset({"ask_claim_documents", "supplement_claim"})


@dataclass(frozen=True)
class Given:
    """`asked` is what the next short message will complete; `completes` when this message did."""

    replies: list[Reply]
    asked: Asked | None = None
    completes: bool = False


def give_answer(said: Understood, using: AssistantServices, asked: Asked | None) -> Given:
    """Answer `said`, together with the question that `asked` left open where it completes that."""
    completes = asked is not None and is_follow_up(asked, said)
    question = complete(asked, said) if asked and completes else said
    number = find_registration_no(said.text)
    if number and question.intent == "verify_salesperson":
        with using.reading() as work:
            return Given([verify_salesperson(work, number)], completes=completes)
    served = answer_from_data(question, using)
    if served and served.asks and asked and completes:
        return _ask_again((), asked)
    if served:
        return Given(list(served.replies), Asked(question.intent, question.text) if served.asks else None, completes)
    code = asked_for_all_exclusions(said)
    if code:
        return Given([answer_all_exclusions(said, code, using)])
    missing = tell_missing_papers(said, using) if said.intent in _ABOUT_PAPERS else None
    if missing:
        return Given([missing])
    clause = answer_clause(question, using)
    if clause and clause.asks and asked and completes:
        return _ask_again(clause.reply.choices, asked)
    if clause:
        return Given([clause.reply], Asked(question.intent, question.text) if clause.asks else None, completes)
    found = using.knowledge.find(question)
    if not found and asks_for_money(said.text):  # "钱到底给不给": which money, before we say that we do not know
        return Given([offer_meanings(said)])
    asks = next((entry for entry in found if entry.asks), None)
    if asks and asked and completes:
        return _ask_again(asks.options, asked)
    open_question = Asked(question.intent, question.text) if asks else None
    coverage = bool(found) and found[0].intent == "ask_coverage"
    replies = (
        answer_coverage(question, found, using)
        if coverage
        else [tell(found) if found else using.knowledge.decline(question)]
    )
    return Given(with_offer(question, replies), open_question, completes)


def answer_doubtful(said: Understood, using: AssistantServices) -> list[Reply]:
    """The answer to a message of doubtful intent: a clause asked for, an entry far ahead of others; else nothing."""
    if said.chosen or asks_for_money(said.text):
        return []
    clause = answer_clause(said, using)
    if clause:
        return [] if clause.asks else [clause.reply]
    if served := tell_promises(said, using):
        return list(served.replies)
    found = using.knowledge.find_sure(said)
    if found and found[0].intent == "ask_coverage":
        return answer_coverage(said, found, using)
    return [tell(found)] if found else []


def _ask_again(options: tuple[Choice, ...], asked: Asked) -> Given:
    """The words did not help. Once more with choices to press, then a person (business flows 0.6)."""
    if asked.times >= MOST_QUESTIONS:
        return Given([Reply("还是没能对上是哪一种。请人工接着看，您说过的不用重说。", (TO_HUMAN,))], completes=True)
    words = "是下面哪一个？都不是的，转人工。" if options else "换个说法再告诉我一次，或者转人工。"
    choices = tuple(dict.fromkeys((*options, TO_HUMAN)))
    return Given(
        [Reply(f"这个我没对上。{words}", choices)], Asked(asked.intent, asked.text, asked.times + 1), completes=True
    )
