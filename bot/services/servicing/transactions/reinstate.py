"""复效 (F10): the money and what starts over first, then the health declaration; a yes there is a person's to judge."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from bot.insurance.amounts import arrears_with_interest
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.reply import choose
from bot.services.servicing.transaction import Case, ConsentQuestion, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood

HEALTH, JOB, PAY_WAY = "reinstate_health", "reinstate_job", "reinstate_pay"
NONE_, SOME = "没有", "有"
_ASKS = re.compile(r"[?？]|吗|要不要|怎么|什么|会不会|算不算")
_NEGATED = re.compile(r"(没|没有|未|无)(再)?(住过?院|做过?手术|吃药|确诊|查出|异常|换|变|生病|得病)[^，。,；;]*")
_SOME = re.compile(
    r"有|确诊|住过?院|做过|得了|手术|吃药|查出|异常|换|变|改行|新工作|结节|但是?|不过|说不清|不清楚|不确定|记不"
)
_NO = re.compile(r"^(都|全|全部|身体)?(没|无|不是|否|未)")


# What a message must speak of to be taken for the health question wherever it stands.
_OF_HEALTH = re.compile(r"病|住过?院|手术|确诊|吃药|检查|结节|身体|健康|体检|复查|癌|瘤|高血压|糖尿")
_OF_JOB = re.compile(r"工作|职业|工种|上班|改行|岗位|单位|跑车|外卖|工地")


def _read_health(said: Understood, situation: Situation) -> Reading:
    if said.aside and not _OF_HEALTH.search(said.text):
        return NotAnAnswer()
    reading = _read_change(said, situation)
    return NotAnAnswer() if said.aside and isinstance(reading, Rejected) else reading


def _read_job(said: Understood, situation: Situation) -> Reading:
    """An illness told here belongs to the question before it."""
    if _OF_HEALTH.search(said.text) and not _OF_JOB.search(said.text):
        return NotAnAnswer()
    return _read_change(said, situation)


def _read_change(said: Understood, _: Situation) -> Reading:
    """有 or 没有; whoever is not sure says 有, for a person then asks further."""
    text = said.text.strip(" 。.!！")
    if _ASKS.search(text):
        return NotAnAnswer()
    rest = _NEGATED.sub("", text)
    rest = re.sub(r"^(都|全|全部)?没有?(了|变化|变动|这些情况|过)?|一样|照旧", "", rest)
    if _SOME.search(rest) and not (rest.startswith("没") and len(rest) <= 4):
        return Accepted(SOME)
    if _NO.search(text) or re.search(r"一样|照旧|没变", text):
        return Accepted(NONE_)
    return Rejected("请回“有”或“没有”；拿不准就回“有”，由人工再问。") if len(text) <= 6 else NotAnAnswer()


def _read_pay_way(said: Understood, _: Situation) -> Reading:
    if re.search(r"原|扣款|自动扣|绑定", said.text):
        return Accepted("原缴费账户扣款")
    if re.search(r"链接|自己交|微信|支付宝|官方|App|app|网上", said.text):
        return Accepted("官方缴费链接")
    return Rejected("请选“原缴费账户扣款”或“官方缴费链接”。") if len(said.text) <= 8 else NotAnAnswer()


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None or policy.status is not PolicyStatus.SUSPENDED or policy.reinstatable_until is None:
        return Refusal("这份保单现在不是“效力中止”，没有要恢复的效力。状态有疑问我请人工帮您看。", hand_off=True)
    if policy.group or policy.insured_event_on is not None:
        return Refusal("这份保单要先由人工核对，才能申请复效。", hand_off=True)
    until = policy.reinstatable_until
    if case.today > until:
        return Refusal(
            f"这份保单的效力到 {speak_date(until, case.today)}已经中止满两年。按保险法第三十七条，满两年没有达成协议的，"
            "公司可以解除合同；还能不能恢复要由人工看，我请人工帮您。",
            hand_off=True,
        )
    return None


def owed(case: Case) -> tuple[Decimal, Decimal]:
    """Premiums in arrears and their interest up to today."""
    assert case.policy is not None
    missed = ((item.amount, (case.today - item.due_on).days) for item in case.policy.arrears(case.today))
    return arrears_with_interest(missed, case.limits.number("reinstate.annual_rate"))


def _terms(case: Case) -> str:
    policy, (arrears, interest) = case.policy, owed(case)
    assert policy is not None
    assert policy.suspended_on is not None
    assert policy.reinstatable_until is not None
    waiting = f"条款里的等待期 {policy.waiting_days} 天也从恢复那天重新算。" if policy.waiting_days else ""
    rate = case.limits.number("reinstate.annual_rate") * 100
    return (
        f"效力从 {speak_date(policy.suspended_on, case.today)}起中止，{speak_date(policy.reinstatable_until, case.today)}前"
        "可以申请复效。\n"
        f"今天补交：欠交保费 {money(arrears)}（{len(policy.arrears(case.today))} 期），利息 {money(interest)}"
        f"（年利率 {rate.normalize():f}%，按天算），一共 {money(arrears + interest)}；以实际补交那天为准。\n"
        f"恢复后，自杀免责的两年从恢复那天重新算（保险法第四十四条）。{waiting}中止期间发生的事故不在保障内。"
    )


def _person(case: Case) -> str:
    if SOME in (case.get(HEALTH), case.get(JOB)):
        return "健康或职业有变化，由核保人员评估，可能要体检"
    return ""


def _what_next(case: Case, _: ServiceRequest) -> str:
    deadlines, now = case.situation.services.deadlines, case.situation.now
    accepted = speak_date(deadlines.due("D-P01", now).internal_due, case.today)
    return (
        f"最晚 {accepted} 完成受理；三十天内没有明确拒绝的，按司法解释（三）第八条视为同意。"
        "同意后补足保费和利息，从补足那天恢复效力，5 个工作日内办完并通知您。\n"
        "补交只走官方缴费链接或原缴费账户，不要把钱转到任何人的账户。"
    )


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    return (("今天补交合计", money(sum(owed(case), Decimal(0)))),) if case.policy else ()


def _show_health(value: str, _: Situation) -> str:
    """With what was declared, so that the card says what is signed for."""
    declared = "没有新确诊的病、住院或手术、长期吃药、检查异常还没复查"
    return f"{value}（{declared}）" if value == NONE_ else value


_CHANGES = (choose(NONE_), choose(SOME))

TRANSACTION = Transaction(
    kind="reinstate_policy",
    zh="复效",
    intents=("reinstate_policy",),
    post="保全",
    level=IdentityLevel.L3,
    opening="可以申请。我先帮您看能不能复效、要补交多少，再由您决定。",
    policies=lambda policy: policy.status is PolicyStatus.SUSPENDED,
    refuses=_refuses,
    person=_person,
    terms=_terms,
    facts=_facts,
    steps=(
        Step(HEALTH, "健康变化", lambda _: Ask(
            "从中止到现在，被保险人有没有新确诊的病、住院或手术、长期吃药、检查异常还没复查？请如实说，没说实话会影响以后理赔。",
            "choice", _CHANGES), _read_health, shows_as=_show_health, closed=True),
        Step(JOB, "职业变化", lambda _: Ask("被保险人的职业或工种有没有变？", "choice", _CHANGES), _read_job),
        Step(PAY_WAY, "补交方式", lambda _: Ask("同意复效后，保费和利息怎么补交？", "choice",
             (choose("原缴费账户扣款"), choose("官方缴费链接"))), _read_pay_way),
    ),
    consent=ConsentQuestion(
        "C2", "接下来要问被保险人的健康情况，属于敏感个人信息，只用于这次复效审核。您同意吗？",
        "不问健康情况就没法在线审核复效。您可以带身份证到柜台办，或转人工；这次没有提交。", before=HEALTH,
    ),
    promise=Promise(
        clocks=("D-P10",), word="给您答复", alert=lambda case: case.today + timedelta(days=case.limits.whole("reinstate.alert_days"))
    ),
    what_next=_what_next,
)  # fmt: skip
