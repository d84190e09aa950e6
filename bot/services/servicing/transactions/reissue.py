"""保单挂失补发 (F12): the loss is marked at once and stops money flows; an e-policy serves until the paper comes."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import choose
from bot.services.servicing.documents import can_download, issue_link, link_words, on_the_page
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.transaction import Case, Promise, Refusal, Transaction
from bot.services.understanding import Understood
from bot.text.masking import mask_address

REASON, FORM_WANTED, ADDRESS = "reissue_reason", "reissue_form", "reissue_address"
PAPER, ELECTRONIC, REGISTERED = "纸质保单", "电子保单", "寄登记地址"
_SENT_TO = re.compile(
    r"(?:寄|邮|快递|送)(?:到|给|去|往)(?:我)?(?:公司|单位|家|新家)?[：:，,]?\s*([\u4e00-\u9fffA-Za-z0-9\s\-—]{6,60})"
)
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
_WANTS_FORM = re.compile(r"(?:补|要|发|寄|改成?|换成?|选)[^，。]{0,4}(?:纸|电子)")


def _read_form(said: Understood, situation: Situation) -> Reading:
    if said.aside and not _WANTS_FORM.search(said.text):
        return NotAnAnswer()
    if re.search(r"电子|不用纸|不要纸", said.text):
        return Accepted(ELECTRONIC)
    if re.search(r"纸|寄|快递|邮(?!箱|件)", said.text):
        to = _read_address(replace(said, aside=True), situation)  # "寄到我家"
        return Accepted(PAPER, also={ADDRESS: to.value} if isinstance(to, Accepted) else {})
    return Rejected("请选“电子保单”或“纸质保单”。") if len(said.text) <= 8 else NotAnAnswer()


def _other_address(situation: Situation) -> bool:
    return situation.get(ADDRESS) not in ("", REGISTERED)


def _ask_address(situation: Situation) -> Ask:
    party = case_of(situation).party
    known = mask_address(party.address) if party and party.address else "没有登记地址"
    return Ask(
        f"寄到哪里？登记的地址是{known}。寄到别处也可以，要多做一次真人核验，请直接写地址。",
        "text",
        (choose(REGISTERED),),
    )


def _read_address(said: Understood, situation: Situation) -> Reading:
    """Said in the wish ("寄到杭州…"), chosen, or written as the answer."""
    if not said.aside and (said.text == REGISTERED or re.search(r"登记|老地址|原来的?地址|就寄(?:那|这)", said.text)):
        party = case_of(situation).party
        if party and not party.address:
            return Rejected("没有登记过地址，请写要寄到哪里，写到门牌。")
        return Accepted(REGISTERED)
    if re.search(r"(?:寄|送|邮)(?:到|回|给)?(?:我)?(?:自己)?家(?:里|就行)?(?:吧|就行)?[。.!！]?$", said.text):
        return Accepted(REGISTERED)
    sent = _SENT_TO.search(said.text)
    if said.aside and sent is None:
        return NotAnAnswer()
    text = (sent.group(1) if sent else said.text).strip(" ，。,.")
    if len(text) < 6 or not re.search(r"[省市区县镇乡村路街道号栋弄室楼]", text):
        return (
            NotAnAnswer()
            if said.aside or len(text) > 30
            else Rejected("请写到门牌，比如“杭州市西湖区文一路 1 号 2 室”。")
        )
    also = {} if situation.get(FORM_WANTED) else {FORM_WANTED: PAPER}
    return Accepted(text[:120], also=also)


def _show_address(value: str, situation: Situation) -> str:
    party = case_of(situation).party
    return f"登记地址 {mask_address(party.address)}" if value == REGISTERED and party else mask_address(value)


def _refuses(case: Case) -> Refusal | None:
    if case.policy and case.policy.status is PolicyStatus.LOST:
        return Refusal("这份保单已经挂失，补发正在办。要催进度或撤销挂失，我请人工帮您。", hand_off=True)
    return None


def _mark(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    assert case.policy is not None
    work.requests.mark_lost(case.policy.policy_no, request.request_no, case.situation.now)
    if case.get(FORM_WANTED) == ELECTRONIC and can_download(case.situation):
        issue_link(work, case, request, case.policy.policy_no)


def _what_next(case: Case, request: ServiceRequest) -> str:
    lines = []
    if case.get(FORM_WANTED) == ELECTRONIC:
        here = can_download(case.situation)
        lines = [f"电子保单现在就能下载。{link_words(case, request)}" if here else on_the_page("下载电子保单")]
    lines += ["保单已经挂失：退保、贷款、领取这些动钱的业务先停，保障不受影响。旧保单作废，电子保单和纸质的效力一样。"]
    if case.get(FORM_WANTED).startswith("纸质") and case.party:
        other = case.get(ADDRESS) if _other_address(case.situation) else case.party.address
        lines.append(f"新保单寄到 {mask_address(other)}，寄出会发短信。")
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
        Step(FORM_WANTED, "补发方式", lambda _: Ask("要电子保单，还是纸质的？两种效力一样，电子的可以马上下载。", "choice",
             (choose("电子保单"), choose("纸质保单"))), _read_form, closed=True),
        Step(ADDRESS, "寄到", _ask_address, _read_address, needed=lambda situation: situation.get(FORM_WANTED) == PAPER, closed=True,
             shows_as=_show_address),
    ),
    raised=_other_address,
    papers_for=lambda case: "" if case.get(FORM_WANTED) == ELECTRONIC else "reissue_policy",
    promise=Promise(clocks=("D-P03",)),
    effect=_mark,
    confirm_title="确认挂失补发",
    what_next=_what_next,
)  # fmt: skip
