"""账号、登录、实名 (F23): what one can do alone first; what that does not mend is looked into by a person."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, Ended, Opening, Reading, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Transaction
from bot.services.understanding import Understood

PROBLEM, DEVICE = "account_problem", "account_device"
NEVER = "密码、验证码、银行卡背面的三位数都不要发给任何人，我们也不会问。"
_STOLEN = re.compile(r"被盗|盗号|有人登|别人登|不是我(?:登|操作|本人)|异地登录|异常登录")
_TRIED = re.compile(r"还是(?:不行|登不|进不)|都试过|试了(?:好几|很多|多)|没用|都不行")
_SECRETS = re.compile(
    r"((?:密码|口令|验证码|校验码|cvv2?|安全码|pin)[^，。,\n0-9A-Za-z]{0,6})([0-9A-Za-z@#$%^&*!._-]{3,32})",
    re.IGNORECASE,
)


def _start(situation: Situation) -> Opening:
    """The answer from the knowledge first; the request when that did not help, or at once for a stolen account."""
    said = situation.said
    if said.chosen or not said.text or _TRIED.search(said.text) or _STOLEN.search(said.text):
        told = {PROBLEM: _without_secrets(said.text)[:500]} if len(said.text) >= 6 else {}
        return Opening((Reply(f"好，我登记下来，由人工处理。{NEVER}"),), told)
    answer = situation.services.knowledge.answer(replace(said, intent="account_help"))
    more = Reply("照做了还不行，我帮您登记，由人工处理。", (intend("还不行，帮我登记", "account_help"), TO_HUMAN))
    return Opening((answer, more), ended=Ended(()))


def _without_secrets(text: str) -> str:
    return _SECRETS.sub(r"\1（已隐去）", text)


def _read_problem(said: Understood, situation: Situation) -> Reading:
    reading = read_words(4, 500)(said, situation)
    if not isinstance(reading, Accepted):
        return reading
    clean = _without_secrets(reading.value)
    return Accepted(clean) if clean == reading.value else Accepted(clean, remark=f"里面的密码或验证码我没有记。{NEVER}")


def _person(case: Case) -> str:
    return "客户怀疑账号被他人登录，请先冻结再核实" if _STOLEN.search(case.get(PROBLEM)) else ""


TRANSACTION = Transaction(
    kind="account_help",
    zh="登记账号问题",
    intents=("account_help",),
    post="综合",
    level=IdentityLevel.L1,
    start=_start,
    questions=NEVER_ONLY_ASKED,
    person=_person,
    steps=(
        Step(PROBLEM, "问题", lambda _: Ask("卡在哪一步，屏幕上提示的文字是什么？不要发密码和验证码。", "text"), _read_problem, free_text=True, story=True),
        Step(DEVICE, "手机或电脑", lambda _: Ask("用的是什么手机或电脑？不清楚就回“不清楚”。", "text"),
             read_words(1, 60, none_as="不清楚"), free_text=True, story=True),
    ),
    promise=Promise(clocks=("D-A01",)),
    what_next=lambda _, __: f"处理的人会打您刚才核对的手机。{NEVER}",
)  # fmt: skip
