"""核实业务员 (F19): whether a name and a registration number are ours, yes or no; never whom the person serves."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.services.journeys.fields import read_name, says_none
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    NotAnAnswer,
    Opening,
    Reading,
    Rejected,
    Situation,
    Step,
)
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.transaction import Case, Questions, Transaction
from bot.services.understanding import Understood
from bot.text.identifiers import is_mobile
from bot.text.normalise import fold
from bot.text.numerals import read_digits

PERSON, NUMBER = "salesperson_name", "salesperson_no"
_WARNING = "没核实之前，先别付钱、别报验证码、别把证件给他。"
_LEAST_DIGITS = 8
_REPORT = (intend("举报", "report_misconduct"), TO_HUMAN)
# What a stranger may have got already changes what has to be said first.
_HANDED_OVER = re.compile(
    r"(?:转|付|交|给)(?:了|过)(?!.{0,6}(?:电话|号码|名片)).{0,8}(?:钱|款|元|块|万|定金|保费|现金|验证码)"
)


def _start(situation: Situation) -> Opening:
    replies = [Reply(_WARNING)]
    if _HANDED_OVER.search(situation.said.text):
        replies = [Reply("已经付了钱或给了验证码的，请马上停下，打 110 或 96110，再联系您的银行止付。")]
    number = _number_in(situation.said.text)
    return Opening(tuple(replies), {NUMBER: number} if number else {})


def _read_person(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text):
        return Ended((Reply(f"连名字都不肯说的，不要信。{_WARNING}请记下他的号码和微信，可以匿名举报。", _REPORT),))
    return read_name(said, situation)


def _number_in(text: str) -> str:
    found = re.search(r"(?<![A-Z0-9])[A-Z]{0,2}\d{8,26}(?![0-9])", re.sub(r"[\s-]", "", fold(text).upper()))
    return found.group() if found and not is_mobile(found.group()) else ""


def _read_number(said: Understood, _: Situation) -> Reading:
    number = _number_in(said.text) or _number_in(read_digits(said.text) or "")
    if number:
        return Accepted(number)
    if says_none(said.text):
        return Accepted("没有")
    if re.search(r"\d", said.text):
        return Rejected(f"执业登记号至少 {_LEAST_DIGITS} 位，工号、手机号查不准。没有就回“没有”。")
    return NotAnAnswer()


def _shows(case: Case) -> tuple[Reply, ...]:
    name, number = case.get(PERSON), case.get(NUMBER)
    if number == "没有":
        return (
            Reply(
                f"只有名字我没法核实，同名的人很多。真的销售人员都有执业登记号，请当面要来再查。{_WARNING}\n"
                "也可以在金融监管总局官网按登记号查，或拨保单首页的客服热线。",
                _REPORT,
            ),
        )
    with case.situation.services.reading() as work:
        registered = work.policies.servicer(number)
    if registered and registered.name == name:
        return (
            Reply(
                f"是的，{name}（执业登记号尾号 {number[-4:]}）是我们登记的销售人员。\n"
                "保费只付到公司官方账户；任何人让您转到个人账户，都不要转，可以向我们举报。",
                (intend("没别的事了", "goodbye"), *_REPORT),
            ),
        )
    return (
        Reply(
            "没有查到：这个姓名和登记号对不上我们登记的销售人员。也可能有一位数字写错了，可以再核对一次。\n不要向他付钱。"
            "已经付了钱的，打 110 或 96110；要举报现在就可以，也可以匿名。",
            (*_REPORT, choose("换个号码再查", "@switch:verify_salesperson")),
        ),
    )


TRANSACTION = Transaction(
    kind="verify_salesperson",
    zh="核实业务员",
    intents=("verify_salesperson",),
    post="综合",
    level=IdentityLevel.L0,
    start=_start,
    questions=Questions(wish=re.compile(r"查一?下|核实|有没有|有这|是不是(?:你们|贵司|恁)|在册|备案|帮")),
    shows=_shows,
    steps=(
        Step(PERSON, "", lambda _: Ask("他叫什么名字？", "text"), _read_person, ("person_name",), called="姓名"),
        Step(NUMBER, "", lambda _: Ask("他的执业登记号是多少？在名片、展业证或保单上，没有就回“没有”。", "text", (choose("没有"),)),
             _read_number, called="登记号"),
    ),
)  # fmt: skip
