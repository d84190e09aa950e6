"""解除挂失: the policy was found again (F12). A person compares it before money may flow; the reissue that waits is stopped."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation, Step
from bot.services.reply import choose
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Promise, Transaction
from bot.services.understanding import Understood

FOUND = "cancel_loss_reason"
_WHY = ("保单找到了", "报错了，没有丢")
_WORDS = re.compile(
    r"(?:取消|解除|撤销|撤掉|撤回|解开)[^，。]{0,4}(?:挂失|补发)|不(?:用|要|想)?(?:再)?(?:挂失|补发)了|挂失[^，。]{0,6}(?:取消|解除|撤|解开)"
    r"|(?:保单|合同)(?:我)?(?:又|已经|已)?(?:找到|找着|找回)"
)


def _read_why(said: Understood, _: Situation) -> Reading:
    if re.search(r"找到|找着|找回|又有了", said.text):
        return Accepted(_WHY[0])
    if re.search(r"报错|弄错|搞错|没丢|没有丢|点错", said.text):
        return Accepted(_WHY[1])
    return NotAnAnswer()


def _what_next(_: Case, __: ServiceRequest) -> str:
    return "人工核对好之前，退保、贷款、领取还是先停着，保障不受影响。已经补发了新保单的，旧的不再有效，以新的为准。"


TRANSACTION = Transaction(
    kind="cancel_loss_report",
    zh="解除挂失",
    intents=("reissue_policy",),
    words=_WORDS,
    post="保全",
    level=IdentityLevel.L3,
    opening="可以解除挂失，要核对您本人的身份。",
    questions=NEVER_ONLY_ASKED,
    policies=lambda policy: policy.status is PolicyStatus.LOST,
    person=lambda _: "解除挂失，核对保单原件，补发没寄出的停办",
    steps=(
        Step(FOUND, "原因", lambda _: Ask("是保单找到了，还是挂失报错了？", "choice", tuple(map(choose, _WHY))), _read_why, closed=True),
    ),
    papers_for=lambda _: "",
    confirm_title="确认解除挂失",
    promise=Promise(clocks=("D-P03",)),
    what_next=_what_next,
)  # fmt: skip
