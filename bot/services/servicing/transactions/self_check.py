"""风险自测 (C04): a few closed questions, then kinds of risk and kinds of insurance to read about; no product, no advice.

Nothing is kept: the answers end with the conversation's form. The questions are data (data/self_check.yml).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.insurance.identity import IdentityLevel
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.self_check_data import MOST_QUESTIONS, Question
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction
from bot.services.understanding import Understood

_SLOT = "check_"
ENQUIRE = choose("请销售人员联系我", "@switch:sales_enquiry")
_READ_MOST = 3
_PUNCTUATION = re.compile(r"[\s，,。.!！~]+")


def _question(situation: Situation, place: int) -> Question:
    return situation.services.self_check.questions[place]


def _step(place: int) -> Step:
    slot = f"{_SLOT}{place + 1}"

    def needed(situation: Situation) -> bool:
        return place < len(situation.services.self_check.questions)

    def ask(situation: Situation) -> Ask:
        question = _question(situation, place)
        return Ask(f"{question.ask}？", "choice", tuple(choose(option) for option in question.options))

    return Step(slot, "", ask, _reader(place), needed=needed)


def _reader(place: int) -> Callable[[Understood, Situation], Reading]:
    def read(said: Understood, situation: Situation) -> Reading:
        options, text = _question(situation, place).options, _PUNCTUATION.sub("", said.text)
        told = max((option for option in options if option in text), key=len, default="")
        meant = [option for option in options if len(text) >= 2 and text in option]
        if told or text in options or len(meant) == 1:
            return Accepted(told or (text if text in options else meant[0]))
        by_number = re.fullmatch(r"第?([1-6一二三四五六])个?", text)
        if by_number:
            number = "123456".find(by_number.group(1)) + 1 or "一二三四五六".find(by_number.group(1)) + 1
            return Accepted(options[number - 1]) if number <= len(options) else Rejected("没有这一项，点一个选项就行。")
        return Rejected("点一个最接近的选项就行。") if len(text) <= 8 else NotAnAnswer()

    return read


def _shows(case: Case) -> tuple[Reply, ...]:
    check = case.situation.services.self_check
    answers = {question.id: case.get(f"{_SLOT}{place}") for place, question in enumerate(check.questions, 1)}
    risks = check.points_to(answers)
    boundary = "这里只说风险的种类，不是产品建议，也没有保存您的回答。买不买、买多少，要由有执业登记的人员按您的情况评估，由您自己定。"
    if not risks:
        return (Reply(f"按您选的，没有特别突出的一类。{boundary}", (ENQUIRE, TO_HUMAN)),)
    lines = [f"· {risk.risk}：可以读{risk.title}" for risk in risks]
    titles = dict.fromkeys((risk.title, risk.read.value) for risk in risks)
    read = tuple(intend(f"{title}保什么", "ask_coverage", line_of_business=line) for title, line in titles)[:_READ_MOST]
    return (Reply("\n".join(["按您选的，可以先了解这几类风险：", *lines, boundary]), (*read, ENQUIRE, TO_HUMAN)),)


TRANSACTION = Transaction(
    kind="self_check",
    zh="风险自测",
    intents=(),
    post="综合",
    level=IdentityLevel.L0,
    opening="几个选择题，半分钟。只帮您看有哪几类风险，不推荐产品，回答不保存。",
    questions=NEVER_ONLY_ASKED,
    steps=tuple(_step(place) for place in range(MOST_QUESTIONS)),
    shows=_shows,
)
