"""How a transaction begins: a question is answered and the transaction offered; a wish starts it with what it told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.services.answer_question import tell
from bot.services.journeys.journey import Ended, Opening, Situation
from bot.services.reply import TO_HUMAN, Choice, Reply, choose, intend
from bot.services.send_files import can_send_files, send_elsewhere
from bot.services.servicing.admission import own_steps, policy_step
from bot.services.servicing.for_another import FOR_ANOTHER, speaks_for_another
from bot.services.servicing.kept_wish import keep
from bot.services.servicing.transaction import POLICY, Transaction
from bot.services.servicing.wish import told_in_closed_words
from bot.text.typed_choice import OFFER

_QUESTION = re.compile(
    r"[?？]|吗|呢$|么$|怎么|怎样|如何|什么|哪里|哪儿|能不能|可不可以|要不要|是不是|多久|几天|为什么|咋|啥|会不会|多少"
)
LONGEST_TAKING_BACK = 14  # characters
_TAKES_BACK = re.compile(
    r"(?:(?:好|行|那|嗯|哦|算了|我)+[的吧]?[，,\s]*)?(?!.*(?:旧|老|原来|原先|以前|之前|搬|换了(?=.)|(?:手机|号码?|卡|地址|纸质的?|电子的?)(?:都|就|也)?不用了))"
    r"[\u4e00-\u9fff]{0,6}[，,\s]*(?:先|就|还是)?"
    r"(?:(?:别|甭|不用|不必)(?:再)?(?:办|弄|搞|退|开|改|贷|借|补|换)?|不要(?:办|弄|搞|退|开|改|贷|借|补|换))(?:了|吧)+[。.!！\s]*"
)
# Of these the wish itself is that something be no more.
_ENDS_SOMETHING = frozenset(
    ("cancel_claim", "cancel_loss_report", "move_callback", "stop_marketing", "privacy_request")
)
_WISH = re.compile(
    r"我要|帮我|给我|替我|[我就]?想(?:要|把|退|换|改|办|补|领|贷|借|取)|麻烦|申请|办理|办一下|现在就|拿回多少|退多少"
)


def takes_back(text: str) -> bool:
    """ "退保先别办了": the wish is named to say that it is none."""
    return len(text) <= LONGEST_TAKING_BACK and bool(_TAKES_BACK.fullmatch(text.strip()))


def opening_of(transaction: Transaction) -> Callable[[Situation], Opening]:
    """The opening of that transaction's conversation."""
    words = transaction.opening or f"可以办{transaction.zh}。"
    steps = (*transaction.before, *own_steps(transaction), *policy_step(transaction))
    own, takes_files = transaction.start, any(step.takes_files for step in transaction.steps)

    def start(situation: Situation) -> Opening:
        if takes_files and not can_send_files(situation.said.channel):
            return Opening(ended=Ended((Reply(send_elsewhere(transaction.zh), (TO_HUMAN,)),)))
        if own is None and transaction.kind not in _ENDS_SOMETHING and takes_back(situation.said.text):
            taken_back = f"好，{transaction.zh}不办，什么都没有提交。需要时再跟我说。"
            return Opening(ended=Ended((Reply(taken_back),)))
        if own is None:
            return told_in_closed_words(words, steps, situation)
        begun = own(situation)
        if begun.ended or transaction.policies is None or begun.answers.get(POLICY):
            return begun
        told = told_in_closed_words("", policy_step(transaction), situation, begun.answers)  # "还是刚才那份"
        return replace(told, replies=(*begun.replies, *told.replies))

    def start_and_keep(situation: Situation) -> Opening:
        begun = start(situation)
        whose = {FOR_ANOTHER: "?"} if speaks_for_another(situation.said) else {}
        return begun if begun.ended else replace(begun, answers={**keep(situation.said), **whose, **begun.answers})

    def opening(situation: Situation) -> Opening:
        answer = _answer_to_question(transaction, situation)
        if answer is None:
            return start_and_keep(situation)
        if _WISH.search(situation.said.text):  # "想退保，能退多少": the rule first, then the customer's own policy
            begun = start_and_keep(situation)
            return replace(begun, replies=(Reply(answer.text), *begun.replies))
        matter = start(situation).answers.get(transaction.matter.slot, "") if transaction.matter else ""
        offer = open_choice(transaction.questions.offer or f"现在就{transaction.zh}", transaction, matter)
        ask = "要看您自己的保单吗？" if transaction.shows else "要现在就办吗？"
        beside = _answers_beside(situation, answer)
        ways = (offer,) if TO_HUMAN in answer.choices else (offer, TO_HUMAN)
        return Opening((*beside, answer, Reply(ask, ways, OFFER, "choice")), ended=Ended(()))

    return opening


def _answers_beside(situation: Situation, answer: Reply) -> tuple[Reply, ...]:
    """The other questions of the same message ("犹豫期几天？宽限期多久？"), each answered where its words name an entry."""
    said, knowledge = situation.said, situation.services.knowledge
    parts = [said.part(each) for each in said.requests]
    if len(parts) < 2 or not all(_QUESTION.search(part.text) for part in parts):
        return ()
    told = (tell(found) for part in parts if (found := knowledge.find_by_words(part)))
    return tuple(Reply(each.text) for each in dict.fromkeys(told) if each.text != answer.text)


def open_choice(title: str, transaction: Transaction, matter: str = "") -> Choice:
    """A button that opens a transaction; one that its intent alone does not name is named by its kind."""
    if transaction.words or not transaction.intents:
        return choose(title, f"@switch:{transaction.kind}")
    return intend(title, transaction.intents[0], **({"choice": matter} if matter else {}))


def _answer_to_question(transaction: Transaction, situation: Situation) -> Reply | None:
    """A question about the matter ("犹豫期退保扣钱吗") is answered; the transaction is offered, not forced."""
    # The intent opened this transaction: what other intents' entries say ("终身寿险" of a loan on one) is not asked.
    questions, said = transaction.questions, replace(situation.said, ranking=())
    knowledge = situation.services.knowledge
    if said.chosen or not (questions.first or _QUESTION.search(said.text)):
        return None
    if questions.wish and questions.wish.search(said.text):
        return None
    found, general = knowledge.find(said), questions.in_general
    if not found or found[0].id in questions.answers_itself:
        return None
    if found[0].is_default and not (general and general.search(said.text)):
        return None
    return knowledge.answer(said)
