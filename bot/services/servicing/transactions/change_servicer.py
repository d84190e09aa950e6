"""找服务人员、换服务人员、孤儿保单 (F19): who serves the policy, another one on request, misconduct as a complaint too."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import read_words, says_none
from bot.services.journeys.file_complaint import receive
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
from bot.services.ports import UnitOfWork
from bot.services.reply import Reply, choose
from bot.services.screen_message import screen_message
from bot.services.servicing.transaction import Case, Promise, Questions, Transaction
from bot.services.servicing.transactions.report_misconduct import ACCUSED, FACTS, add_report, pass_on
from bot.services.understanding import Understood
from bot.text.masking import mask_phone

WANT, REASON, DONE_WRONG, WISHES = "servicer_want", "servicer_reason", "servicer_misconduct", "servicer_wishes"
CHANGE, MISCONDUCT = "安排一位", "他有违规行为"
_REASONS = ("离职了", "联系不上", "不满意", "我搬家了", MISCONDUCT, "其他")
_WANTS_ANOTHER = re.compile(
    r"换|重新(?:指派|安排|分配)|派(?:一|个)|指派|分配|变更|孤儿|没人(?:管|服务|联系)|安排(?:个|一|新)"
)
_READ_REASON = (
    (MISCONDUCT, re.compile(r"违规|骗|收(?:了)?(?:我)?的?(?:钱|现金|保费)|代签|误导|返佣|假|挪用|吞")),
    ("离职了", re.compile(r"离职|辞职|走了|不干了|跳槽|不做了|去世|孤儿")),
    ("联系不上", re.compile(r"联系不上|打不通|不接|不回|找不到|停机|空号|拉黑|没人(?:管|联系)|关机")),
    ("我搬家了", re.compile(r"搬|换(?:了)?城市|外地|太远|离我")),
    ("不满意", re.compile(r"不满意|态度|不专业|不主动|不好|不行|服务差|太年轻|不合适|不喜欢")),
)


def _start(situation: Situation) -> Opening:
    """ "换个业务员" and "我的业务员是谁" want different things; the reason may be told as well."""
    text = situation.said.text
    told = {}
    if _WANTS_ANOTHER.search(text):
        told = {WANT: CHANGE} | ({REASON: reason} if (reason := _reason_in(text)) else {})
    return Opening((Reply("您的保单不受影响，办任何事都可以直接找公司。我帮您看是谁在服务。"),), told)


def _terms(case: Case) -> str:
    servicer = case.policy.servicer if case.policy else None
    if servicer is None:
        return (
            "这份保单现在没有在职的服务人员，也就是常说的“孤儿保单”。您的保单不受影响：查询、交费、理赔、保全"
            "在这里、客服热线和柜台都能办。"
        )
    return (
        f"现在的服务人员：{servicer.name}，执业登记号 {servicer.registration_no}，电话 {mask_phone(servicer.phone)}。"
    )


def _ask_want(_: Situation) -> Ask:
    return Ask("要给您安排一位新的服务人员吗？", "choice", (choose(CHANGE), choose("不用了，知道就行")))


def _read_want(said: Understood, _: Situation) -> Reading:
    if re.search(r"不用|不要|不换|不需要|知道就行|知道了", said.text) or said.means("deny"):
        return Ended((Reply("好的。以后想换，说“换服务人员”就行。对方让您把钱转给个人，请不要转，马上告诉我们。"),))
    if said.text == CHANGE or _WANTS_ANOTHER.search(said.text) or said.means("affirm"):
        return Accepted(CHANGE)
    return Accepted(CHANGE) if re.match(r"^(要|好|可以|行|嗯|是的?|安排)[的吧啊]?$", said.text) else NotAnAnswer()


def _reason_in(text: str) -> str:
    return next((reason for reason, words in _READ_REASON if words.search(text)), "")


def _read_reason(said: Understood, _: Situation) -> Reading:
    if said.text in _REASONS:
        return Accepted(said.text)
    found = _reason_in(said.text)
    if found:
        return Accepted(found)
    if says_none(said.text) or "其他" in said.text:
        return Accepted("其他")
    return Rejected("请点一个原因；都不是的话回“其他”。") if len(said.text) <= 12 else NotAnAnswer()


def _is_misconduct(situation: Situation) -> bool:
    return situation.get(REASON) == MISCONDUCT


def _told(case: Case) -> dict[str, str]:
    """What the report says: the accused and the story, not who tells it."""
    servicer = case.policy.servicer if case.policy else None
    accused = f"{servicer.name} {servicer.registration_no}" if servicer else "原服务人员"
    return {ACCUSED: accused, FACTS: case.get(DONE_WRONG)}


def _file_report(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    """Misconduct is not only a reason: the compliance post reads it, and not whom it is against."""
    if _is_misconduct(case.situation):
        add_report(work, case, _told(case), key=_report_key(request))


def _report_key(request: ServiceRequest) -> str:
    return f"{request.idempotency_key}:report"


def _file_complaint(case: Case, request: ServiceRequest) -> tuple[Reply, ...]:
    if not _is_misconduct(case.situation):
        return ()
    said = replace(case.situation.said, text=case.get(DONE_WRONG), intent="file_complaint", chosen=False)
    verdict = screen_message(case.situation.services.complaint_rules, said)
    _, registered = receive(replace(case.situation, said=said, key=f"{request.idempotency_key}:complaint"), verdict)
    return (registered, *pass_on(case.situation, _told(case), _report_key(request)))


def _what_next(case: Case, _: ServiceRequest) -> str:
    lines = ["安排好后，新服务人员的姓名、执业登记号和电话会发到您登记的手机。"]
    if _is_misconduct(case.situation):
        lines.append("您说的违规已交合规监察核查，不会告诉对方；没有核实清楚前，请不要再给任何个人付款。")
    return "\n".join(lines)


TRANSACTION = Transaction(
    kind="change_servicer",
    zh="换服务人员",
    intents=("contact_servicer",),
    post="保全",
    level=IdentityLevel.L2,
    start=_start,
    questions=Questions(wish=re.compile(r"换|指派|分配|安排|申请|是谁|哪位|电话")),
    policies=lambda policy: not policy.group and (policy.status.is_live or policy.servicer is None),
    terms=_terms,
    steps=(
        Step(WANT, "", _ask_want, _read_want, counted=False),
        Step(REASON, "原因", lambda _: Ask("是什么原因？", "choice", tuple(map(choose, _REASONS))), _read_reason),
        Step(DONE_WRONG, "", lambda _: Ask("他做了什么，大概什么时候，涉及多少钱，知道多少说多少。我同时登记投诉和举报。", "text"),
             read_words(4, 1000), needed=_is_misconduct, free_text=True, story=True, takes_complaints=True),
        Step(WISHES, "希望", lambda _: Ask("想要什么样的：城市、男女、方便联系的时段，没有要求就回“没有”。", "text", (choose("没有"),)),
             read_words(1, 200, none_as="无要求"), free_text=True, story=True),
    ),
    promise=Promise(clocks=("D-P15", "D-P15-TARGET")),
    effect=_file_report,
    afterwards=_file_complaint,
    what_next=_what_next,
)  # fmt: skip
