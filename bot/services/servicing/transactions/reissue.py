"""保单挂失补发 (F12): the loss is marked at once and stops money flows; an e-policy serves until the paper comes."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import choose
from bot.services.servicing.transaction import Case, Promise, Refusal, Transaction
from bot.services.understanding import Understood
from bot.text.masking import mask_address

REASON, FORM_WANTED = "reissue_reason", "reissue_form"
_REASONS = ("遗失", "损毁", "从未收到")


def _read_reason(said: Understood, _: Situation) -> Reading:
    text = said.text
    if re.search(r"没(有)?收到|从未收到|没(有)?寄", text):
        return Accepted("从未收到")
    if re.search(r"丢|遗失|找不到|不见|弄没", text):
        return Accepted("遗失")
    if re.search(r"坏|毁|湿|撕|烧|破|污", text):
        return Accepted("损毁")
    return NotAnAnswer()


# Said by the way, the word alone is none: "纸质保单一直没收到".
_WANTS_FORM = re.compile(r"(?:要|发|寄|改成?|换成?|选)[^，。]{0,4}(?:纸|电子)")


def _read_form(said: Understood, _: Situation) -> Reading:
    if said.aside and not _WANTS_FORM.search(said.text):
        return NotAnAnswer()
    if re.search(r"电子|不用纸|不要纸", said.text):
        return Accepted("电子保单")
    if re.search(r"纸|寄|快递|邮(?!箱|件)", said.text):
        return Accepted("纸质保单，寄登记地址")
    return Rejected("请选“电子保单”或“纸质保单”。") if len(said.text) <= 8 else NotAnAnswer()


def _refuses(case: Case) -> Refusal | None:
    if case.policy and case.policy.status is PolicyStatus.LOST:
        return Refusal("这份保单已经挂失，补发正在办。要催进度或撤销挂失，我请人工帮您。", hand_off=True)
    return None


def _mark(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    assert case.policy is not None
    work.requests.mark_lost(case.policy.policy_no, request.request_no, case.situation.now)


def _what_next(case: Case, _: ServiceRequest) -> str:
    lines = ["保单已经挂失：退保、贷款、领取这些动钱的业务先停，保障不受影响。旧保单作废，电子保单和纸质的效力一样。"]
    if case.get(FORM_WANTED).startswith("纸质") and case.party:
        lines.append(f"新保单寄到 {mask_address(case.party.address)}；地址变了请先说“改地址”。")
    return "\n".join(lines)


TRANSACTION = Transaction(
    kind="reissue_policy",
    zh="补发保单",
    intents=("reissue_policy",),
    post="保全",
    level=IdentityLevel.L2,
    opening="可以，先挂失再补发，当场就能挂失。",
    policies=lambda policy: policy.status.is_live or policy.status is PolicyStatus.SUSPENDED,
    refuses=_refuses,
    person=lambda case: "客户说从未收到保单，核对送达和犹豫期起算" if case.get(REASON) == "从未收到" else "",
    steps=(
        Step(REASON, "原因", lambda _: Ask("是丢了、坏了，还是一直没收到？", "choice", tuple(map(choose, _REASONS))), _read_reason, closed=True),
        Step(FORM_WANTED, "补发方式", lambda _: Ask("要电子保单，还是纸质的？两种效力一样，电子的当场可以下载。", "choice",
             (choose("电子保单"), choose("纸质保单"))), _read_form, closed=True),
    ),
    promise=Promise(clocks=("D-P01",)),
    effect=_mark,
    confirm_title="确认挂失补发",
    what_next=_what_next,
)  # fmt: skip
