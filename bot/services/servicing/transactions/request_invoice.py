"""开发票 (F21): the premium that was paid and not invoiced yet; its sum and its item can't be altered (发票管理办法 art 19)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import Instalment
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.reply import choose
from bot.services.servicing.email import read_email, show_email
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.transaction import Case, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood
from bot.text.identifiers import parse_credit_code
from bot.text.normalise import fold

WHAT, PAYER, PERIOD, KIND = "invoice_what", "invoice_payer", "invoice_period", "invoice_kind"
TITLE, TAX_NO, EMAIL, AMOUNT = "invoice_title", "invoice_tax_no", "invoice_email", "invoice_amount"
REPLACE, SELF, OTHER, PERSON_, FIRM = "换开或红冲", "投保人本人", "别人或单位", "个人", "单位"
PERIOD_LABEL = "开票的保费"
_REPLACE = re.compile(r"换开|红冲|冲红|开错|重开|重新开|作废|退票|(抬头|税号)[^，。]{0,4}错")
_TITLE_TOLD = re.compile(
    r"(?:抬头|单位|公司)(?:名称|名字)?(?:是|为|写|开|叫|用)?[:：，,]?\s*([\u4e00-\u9fff（）()]{2,40}(?:公司|厂|店|中心|医院|学校|大学|集团|合作社|事务所|协会|委员会))"
)
FIXED = "发票的金额和品名要和实际收的保费一致，不能改（发票管理办法第十九条）。"
_SHOWN = 4


def _read_what(said: Understood, _: Situation) -> Reading:
    return Accepted(REPLACE) if _REPLACE.search(said.text) else NotAnAnswer()


def _new(situation: Situation) -> bool:
    return situation.get(WHAT) != REPLACE


def _firm(situation: Situation) -> bool:
    return _new(situation) and situation.get(KIND) == FIRM


def open_instalments(case: Case) -> Sequence[Instalment]:
    """Premiums paid and not in an earlier request for an invoice."""
    policy, party = case.policy, case.party
    if policy is None or party is None:
        return ()
    with case.situation.services.reading() as work:
        earlier = [
            request
            for request in work.requests.of_party(party.party_id)
            if request.kind == TRANSACTION.kind
            and request.policy_no == policy.policy_no
            and request.idempotency_key != case.situation.key
            and request.status not in (RequestStatus.WITHDRAWN, RequestStatus.DECLINED)
        ]
    taken = {
        day
        for request in earlier
        for label, value in request.fields
        if label == PERIOD_LABEL
        for day in value.split("、")
    }
    return [item for item in policy.instalments if item.paid_on and item.due_on.isoformat() not in taken]


def chosen_instalments(case: Case) -> Sequence[Instalment]:
    days = case.get(PERIOD).split("、")
    return [item for item in open_instalments(case) if item.due_on.isoformat() in days]


def amount(items: Sequence[Instalment]) -> Decimal:
    return sum((item.amount for item in items), Decimal(0))


def _refuses(case: Case) -> Refusal | None:
    if case.policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if case.policy.group:
        return Refusal("团体保单的发票由投保单位统一申请，我请人工帮您看。", hand_off=True)
    if case.get(WHAT) == REPLACE:
        return None
    if not open_instalments(case):
        return Refusal("这份保单已交的保费都开过发票或正在开；要补发、换开或红冲，我请人工帮您。", hand_off=True)
    if case.get(PERIOD) and case.get(AMOUNT) != f"{amount(chosen_instalments(case)):f}":
        return Refusal("选的保费里有一部分刚刚开过发票，请重新选一次。")
    return None


def _spoken(item: Instalment, case: Case) -> str:
    return f"{speak_date(item.due_on, case.today)} 那期 {money(item.amount)}"


def _ask_period(situation: Situation) -> Ask:
    case = case_of(situation)
    items = list(open_instalments(case))
    latest = [choose(_spoken(item, case), item.due_on.isoformat()) for item in reversed(items[-_SHOWN:])]
    every = choose(f"全部 {len(items)} 期 {money(amount(items))}", "全部")
    return Ask("开哪一期的保费？下面是交过、还没开发票的。", "choice", (*latest, *((every,) if len(items) > 1 else ())))


def _read_period(said: Understood, situation: Situation) -> Reading:
    items = list(open_instalments(case_of(situation)))
    day = said.first("date")
    text = day.value if day else said.text.strip()
    if re.search(r"全部|所有|都", said.text):
        found = items
    elif re.search(r"最近|上一?期|最后", said.text):
        found = items[-1:]
    elif re.match(r"\d{4}", text):
        found = [item for item in items if item.due_on.isoformat().startswith(re.sub(r"年.*", "", text))]
    else:
        return NotAnAnswer()
    if not found:
        return Rejected("没有找到那一期，请从列出的里面选。")
    value = "、".join(item.due_on.isoformat() for item in found)
    return Accepted(value, also={AMOUNT: f"{amount(found):f}"})


def _show_period(value: str, situation: Situation) -> str:
    today = situation.now.date()
    days = [
        item.due_on for item in open_instalments(case_of(situation)) if item.due_on.isoformat() in value.split("、")
    ]
    if len(days) > 2:
        return f"{speak_date(days[0], today)} 至 {speak_date(days[-1], today)} 共 {len(days)} 期"
    return "、".join(speak_date(day, today) for day in days)


def _read_payer(said: Understood, _: Situation) -> Reading:
    text = said.text
    if re.search(r"别人|他人|不是|单位|公司|老板|老公|老婆|爱人|儿子|女儿|爸|妈|朋友|业务员|代交|垫", text):
        return Accepted(OTHER)
    if re.search(r"本人|我(自己)?(交|付|出|缴)|自己|^(是|对|嗯|是的|对的)[。！]*$", text):
        return Accepted(SELF)
    return Rejected("请回“本人交的”或“别人交的”。") if len(text) <= 8 else NotAnAnswer()


def _read_kind(said: Understood, situation: Situation) -> Reading:
    if said.aside:  # "抬头开公司，北京某某有限公司" in the wish
        return Accepted(FIRM) if isinstance(_read_title(said, situation), Accepted) else NotAnAnswer()
    if re.search(r"单位|公司|企业|抬头是.{2,}(公司|厂|店)", said.text):
        return Accepted(FIRM)
    if re.search(r"个人|本人|我的名字|自己", said.text):
        return Accepted(PERSON_)
    return Rejected("请选“个人”或“单位”。") if len(said.text) <= 8 else NotAnAnswer()


def _read_title(said: Understood, _: Situation) -> Reading:
    if said.aside:
        told = _TITLE_TOLD.search(said.text)
        return Accepted(told[1]) if told else NotAnAnswer()
    if back := _personal_after_all(said):
        return back
    if re.search(r"品名|金额|项目|写成|开成|办公用品|服务费|餐费|会议费", said.text):
        return Rejected(FIXED)
    name = re.sub(r"^(抬头|单位|公司)?(名称|名字)?(是|为|写|开)?[:：]?", "", said.text.strip()).strip(" 。")
    if re.search(r"[?？]", name):
        return NotAnAnswer()
    if not 4 <= len(name) <= 60 or not re.search(r"[\u4e00-\u9fff]{4,}", name):
        return Rejected("请写单位全称，和营业执照上的一样，4 到 60 个字。")
    return Accepted(name)


def _personal_after_all(said: Understood) -> Accepted | None:
    """ "算了，还是个人吧" when the firm's name or number is asked for."""
    if not re.search(r"个人|我自己|我的名字|不要单位|不开(?:单位|公司)", said.text) or len(said.text) > 16:
        return None
    also = {KIND: PERSON_, TITLE: "", TAX_NO: ""}
    return Accepted("", remark="好，抬头开个人，就是您的姓名。", also=also)


def _read_tax_no(said: Understood, _: Situation) -> Reading:
    if said.aside and "税号" not in said.text and "识别号" not in said.text:
        return NotAnAnswer()
    if back := _personal_after_all(said):
        return back
    found = re.search(r"[0-9A-Z]{8,24}", re.sub(r"[\s-]", "", fold(said.text)).upper())
    if not found:
        return NotAnAnswer()
    if len(found.group()) != 18:
        return Rejected(f"纳税人识别号是 18 位，您给的是 {len(found.group())} 位，请对照营业执照再看一下。")
    code = parse_credit_code(found.group())
    return (
        Accepted(code)
        if code
        else Rejected("这个税号的校验位对不上，可能有一位错了（没有字母 I、O、S、V、Z），请再核对。")
    )


def _read_fixed(said: Understood, situation: Situation) -> Reading:
    if re.search(r"[?？]|吗|为什么", said.text):
        return NotAnAnswer()
    if re.search(r"\d|改|写|开成|多|少", said.text):
        return Rejected(FIXED)
    return Accepted(situation.get(AMOUNT))


def _person(case: Case) -> str:
    if case.get(WHAT) == REPLACE:
        return "换开或红冲，核对原发票"
    return "交款人不是投保人，核对付款记录和抬头" if case.get(PAYER) == OTHER else ""


def _what_next(case: Case, _: ServiceRequest) -> str:
    if _person(case):
        return "人工核对后告诉您结果；原来的发票先不要用。" if case.get(WHAT) == REPLACE else "人工核对付款记录后开。"
    return f"电子发票发到 {show_email(case.get(EMAIL), case.situation)}，和纸质发票效力一样；要改抬头请先说，开出后要换开。"


TRANSACTION = Transaction(
    kind="request_invoice",
    zh="开发票",
    intents=("request_invoice",),
    post="收付费",
    level=IdentityLevel.L2,
    opening="可以开电子发票。先核对身份，再看哪些保费还没开过。",
    policies=lambda policy: any(item.paid_on for item in policy.instalments),
    refuses=_refuses,
    person=_person,
    facts=lambda case: () if case.get(WHAT) == REPLACE else (("品名", "保险费"),),
    before=(
        Step(WHAT, "办理", lambda _: Ask("是新开，还是换开、红冲？", "choice", (choose(REPLACE),)), _read_what,
             needed=lambda situation: situation.get(WHAT) == REPLACE, closed=True),
    ),
    steps=(
        Step(PERIOD, PERIOD_LABEL, _ask_period, _read_period, (), _new, shows_as=_show_period),
        Step(AMOUNT, "发票金额", lambda situation: Ask(f"发票金额 {money(Decimal(situation.get(AMOUNT)))}。{FIXED}回“好”接着往下。", "choice", (choose("好"),)),
             _read_fixed, (), lambda situation: bool(situation.get(AMOUNT)) and _new(situation), shows_as=lambda value, _: money(Decimal(value)), counted=False),
        Step(PAYER, "交款人", lambda _: Ask("这笔保费是投保人本人交的吗？", "choice", (choose("本人交的"), choose("别人或单位交的"))), _read_payer, (), _new),
        Step(KIND, "抬头", lambda _: Ask("抬头开个人，还是单位？个人的抬头就是您的姓名。", "choice", (choose("个人抬头", PERSON_), choose("单位抬头", FIRM))), _read_kind, (), _new, closed=True),
        Step(TITLE, "单位名称", lambda _: Ask("请告诉我单位全称。", "text"), _read_title, (), _firm, free_text=True, closed=True),
        Step(TAX_NO, "纳税人识别号", lambda _: Ask("单位的纳税人识别号是？18 位，营业执照上有。", "text"), _read_tax_no, (), _firm, closed=True),
        Step(EMAIL, "收票邮箱", lambda situation: Ask("发票发到哪个邮箱？", "text", (choose("登记的邮箱"),)), read_email, ("email",), _new, shows_as=show_email),
    ),
    promise=Promise(working_days="invoice.days", word="开出"),
    confirm_title="确认开票",
    what_next=_what_next,
)  # fmt: skip
