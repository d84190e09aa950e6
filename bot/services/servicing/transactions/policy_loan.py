"""保单贷款与还款 (F14): the limit, the rate and what too much debt does before anything; a fraud story stops it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.calendars.months import add_months
from bot.insurance.amounts import loan_limit, loan_owed, simple_interest
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Opening, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose
from bot.services.servicing.accounts import ORIGINAL, give_up_account, read_own_account
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.open_request import open_requests, takes_from_value
from bot.services.servicing.transaction import Case, ConsentQuestion, Promise, Refusal, Transaction, insured_signs
from bot.services.servicing.wish import told_in_closed_words
from bot.services.speak_money import money
from bot.services.understanding import Understood

WHAT, AMOUNT, PURPOSE, CARD = "loan_what", "loan_amount", "loan_purpose", "loan_card"
REPAY_AMOUNT, REPAY_WAY = "repay_amount", "repay_way"
BORROW, REPAY, ALL = "借款", "还款", "全部还清"
_REPAY = re.compile(
    r"还(?:款|清|掉|钱|上|部分|本|息)|还(?:贷|借)(?!呗)|还.{0,3}(?:保单|这笔|那笔)?(?:贷款|借款|的钱)|还(?:个|上|你们?)?[一二两三四五六七八九十几\d半点些]+(?:万|千|百|元|块|部分|点|些|笔)"
    r"|(?:先|要|想|来|怎么|提前|全部|都|帮我)还(?!是|能|有|可以|想|要|没|差|剩|会|得)|归还|结清|还欠|续借|欠多少"
)
# Money borrowed to pay another debt is borrowed, and what is not to be repaid or is repaid is no wish to repay.
_OTHER_DEBT = re.compile(
    r"(?:用来|拿去|拿来|来|去|好|要)?还(?:我的?)?(?:房贷|车贷|信用卡|花呗|借呗|白条|网贷|外债|债|别人|朋友|亲戚|银行)(?:的)?(?:钱|款|贷款)?"
    r"|(?:借|贷)(?:点|些|笔)?(?:钱|款)?(?:来|去|拿去|用来)还(?:贷款|款|钱|债)|拿去还(?:贷款|款|钱|债)|不(?:想|用|要|能)?还|还完了|还清了|都还了"
)
_NO_PURPOSE = re.compile(
    r"(?:借|用|贷|就|大概|先)?[\d一二三四五六七八九十半两几]+(?:个)?(?:多)?(?:年|月|个月|天|期|万|千|百|元|块)+(?:钱)?(?:左右|吧)?"
)
_REFUSES = re.compile(
    r"^(?:那|我|也|先|就)*(?:不|别)(?:想|要)?(?:贷款?|借)(?:了|吧)|(?:贷款|借钱)(?:先)?(?:不用|别|不)(?:办|贷|借)?了(?:吧)?$"
)
_BORROW = re.compile(r"借|贷")
_THIRD = re.compile(r"借给|(替|帮)(别人|他人|朋友|亲戚|同事)|(朋友|同事|亲戚|业务员).{0,4}(用|要|急)")
FRAUD = Ended(
    (
        Reply(
            "请先停一停：让您用保单贷款去买理财、投项目或转账“解冻”的，很多是骗局，保单的保障也会跟着受损。"
            "公司不会要您贷款去投资，钱不要转到别人给的账户，可以打 96110 反诈专线核实。这次没有提交，我请人工跟您一起看。"
        ),
    ),
    hand_off="fraud_suspected",
)


def _is(value: str):  # type: ignore[no-untyped-def]
    return lambda situation: situation.get(WHAT) == value


def _read_what(said: Understood, situation: Situation) -> Reading:
    """还 always means repayment; who changes from one to the other hears what is owed or left, or why it cannot be."""
    text = _OTHER_DEBT.sub("", said.text)
    what = REPAY if _REPAY.search(text) else BORROW if _BORROW.search(text) else ""
    if not what:
        return NotAnAnswer()
    if situation.get(WHAT) in ("", what):
        return Accepted(what)
    case = case_of(replace(situation, answers={**situation.answers, WHAT: what}))
    if case.policy is None:
        return Accepted(what)
    refused = _refuses(case)
    return Rejected(refused.reason) if refused else Accepted(what, remark=_terms(case))


def _start(situation: Situation) -> Opening:
    if situation.services.limits.mentions("loan.fraud_stories", situation.said.text):
        return Opening(ended=FRAUD)
    if not situation.said.chosen and _REFUSES.search(situation.said.text):
        return Opening(ended=Ended((Reply("好，不办贷款。什么都没有提交，需要时再跟我说。"),)))
    words = "可以办。先核对身份，再给您看能借多少、利率多少，或者欠多少。"
    return told_in_closed_words(words, TRANSACTION.all_steps, situation)


def owed(case: Case) -> Decimal:
    """The loan with its interest up to today."""
    policy = case.policy
    assert policy is not None
    days = (case.today - policy.loan_since).days if policy.loan_since else 0
    return loan_owed(policy.loan_balance, case.limits.number("loan.annual_rate"), days)


def limit(case: Case) -> Decimal:
    """The most that may still be borrowed."""
    assert case.policy is not None
    return loan_limit(case.policy.cash_value, owed(case), case.limits.number("loan.share"))


def _term_end(case: Case) -> date:
    return add_months(case.today, case.limits.whole("loan.term_months"))


def _rate(case: Case) -> str:
    return f"{(case.limits.number('loan.annual_rate') * 100).normalize():f}%"


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.status is PolicyStatus.LOST:
        return Refusal("这份保单已经挂失，动钱的业务先停，补发后再办。要催补发我请人工帮您。", hand_off=True)
    if case.get(WHAT) == REPAY:
        return None if policy.loan_balance else Refusal("这份保单现在没有保单贷款，不用还款。")
    return _refuses_by_contract(policy, case) or _refuses_by_money(policy, case)


def _refuses_by_contract(policy: InsurancePolicy, case: Case) -> Refusal | None:
    if policy.group:
        return Refusal("团体保单不能由个人办保单贷款。")
    if policy.insured_event_on is not None or (policy.pledged and not policy.loan_balance):
        return Refusal("这份保单有事故记录或者质押在别处，能不能贷款要由人工核对。", hand_off=True)
    if policy.status is not PolicyStatus.IN_FORCE:
        return Refusal(f"这份保单现在是“{policy.status.zh}”，恢复到“有效”之后才能贷款；先交清欠的保费就可以。")
    if "投资连结" in policy.product_name:
        return Refusal("投资连结保险不能办保单贷款。")
    if policy.cooling_off_until and case.today <= policy.cooling_off_until:
        until = speak_date(policy.cooling_off_until, case.today)
        return Refusal(f"这份保单还在犹豫期（到 {until}），过了犹豫期、生效满一年才能贷款。")
    opens_on = add_months(policy.effective_on, case.limits.whole("loan.after_months"))
    if case.today < opens_on:
        return Refusal(f"这份保单 {speak_date(opens_on, case.today)} 生效满一年，从那天起才能贷款。")
    return None


def _refuses_by_money(policy: InsurancePolicy, case: Case) -> Refusal | None:
    pending = takes_from_value(case) or next(iter(open_requests(case, "surrender_policy")), None)
    if pending:
        return Refusal(
            f"这份保单有正在办的业务（编号 {pending.request_no}），办完才知道还能借多少。要催或要改，我请人工帮您。",
            hand_off=True,
        )
    if policy.loan_since and add_months(policy.loan_since, case.limits.whole("loan.term_months")) < case.today:
        return Refusal("上一笔保单贷款已经到期没有还清，再借之前要由人工核对。", hand_off=True)
    most, least = limit(case), case.limits.number("loan.least")
    if most < least:
        return Refusal(f"这份保单今天最多能借 {money(most)}，不到最低的 {money(least)}，暂时不能贷款。")
    if case.get(AMOUNT) and Decimal(case.get(AMOUNT)) > most:
        return Refusal(f"这份保单今天最多能借 {money(most)}，您要借的超过了。")
    return None


def _terms(case: Case) -> str:
    policy = case.policy
    assert policy is not None
    if case.get(WHAT) == REPAY:
        since = speak_date(policy.loan_since, case.today) if policy.loan_since else "放款那天"
        return (
            f"贷款本金 {money(policy.loan_balance)}，从 {since}起按年利率 {_rate(case)} 每天计息，到今天利息 "
            f"{money(owed(case) - policy.loan_balance)}，今天还清一共 {money(owed(case))}。以还款到账那天为准。"
        )
    debt = f"，减去已借的本息 {money(owed(case))}" if policy.loan_balance else ""
    share = (case.limits.number("loan.share") * 100).normalize()
    return (
        f"今天最多还能借 {money(limit(case))}（现金价值 {money(policy.cash_value)} 的 {share:f}%{debt}），"
        f"最低 {money(case.limits.number('loan.least'))}。\n"
        f"年利率 {_rate(case)}，按天算；每次最长 {case.limits.whole('loan.term_months')} 个月，"
        f"今天借的最晚 {speak_date(_term_end(case), case.today)} 还。\n"
        "到期不还会一直计息；本息超过现金价值那天起，合同效力中止，保障就停了。"
    )


def interest_to_term(case: Case) -> Decimal:
    """Interest of the loan asked for, from today to the end of its term."""
    days = (_term_end(case) - case.today).days
    return simple_interest(Decimal(case.get(AMOUNT)), case.limits.number("loan.annual_rate"), days)


def _read_amount(said: Understood, situation: Situation) -> Reading:
    case = case_of(situation)
    if case.policy is None or case.get(WHAT) == REPAY:
        return NotAnAnswer()  # how much may be borrowed is not known yet
    most, least = limit(case), case.limits.number("loan.least")
    amount = most if re.search(r"最多|全部|顶格|最高", said.text) else read_money(said)
    if amount is None:
        return NotAnAnswer()
    if amount > most:
        return Rejected(f"今天最多能借 {money(most)}，请说一个不超过它的数。")
    if amount < least:
        return Rejected(f"最低借 {money(least)}，请说一个不低于它的数。")
    return Accepted(f"{amount:f}")


def read_money(said: Understood) -> Decimal | None:
    """A sum in yuan, to the fen, or None."""
    entity = said.first("amount")
    bare = re.fullmatch(r"(\d{1,9}(?:\.\d{1,2})?)\s*[元块]?", said.text.replace(",", "").strip())
    text = entity.value if entity else bare.group(1) if bare else ""
    return Decimal(text).quantize(Decimal("0.01")) if text else None


def _read_purpose(said: Understood, situation: Situation) -> Reading:
    limits = situation.services.limits
    if limits.mentions("loan.fraud_stories", said.text):
        return FRAUD
    if limits.mentions("loan.purposes_refused", said.text):
        return Rejected("保单贷款不能用来买股票、基金、房产这类投资（借款协议的约定）。换一个真实用途，或者先不借。")
    if _NO_PURPOSE.fullmatch(said.text.strip(" 。.!！")):
        return Rejected(
            f"每次最长借 {limits.whole('loan.term_months')} 个月，到期可以还了再借。这里请写用途，比如“孩子学费”“周转进货”。"
        )
    return read_words(2, 60)(said, situation)


def _read_repay_amount(said: Understood, situation: Situation) -> Reading:
    case = case_of(situation)
    if case.policy is None or case.get(WHAT) != REPAY:
        return NotAnAnswer()
    if re.search(r"全部|全还|还清|结清|都还|一次", said.text):
        return Accepted(ALL)
    amount = read_money(said)
    if amount is None:
        return NotAnAnswer()
    if amount > owed(case):
        return Rejected(f"今天还清一共 {money(owed(case))}，不用多还。要还清就回“全部还清”。")
    return Accepted(f"{amount:f}") if amount > 0 else Rejected("请说要还多少元，或者回“全部还清”。")


def _read_way(said: Understood, _: Situation) -> Reading:
    ways = (
        ("链接|微信|支付宝|App|app|网上|官方", "官方缴费链接"),
        ("原|扣款|绑定", "原缴费账户扣款"),
        ("柜台|网点", "柜台"),
    )
    for words, way in ways:
        if re.search(words, said.text):
            return Accepted(way)
    return Rejected("请选官方缴费链接、原缴费账户扣款或柜台。") if len(said.text) <= 8 else NotAnAnswer()


def _show_amount(value: str, _: Situation) -> str:
    return value if value == ALL else money(Decimal(value))


def _person(case: Case) -> str:
    if case.get(WHAT) == REPAY:
        return ""
    reasons = []
    age = case.party.age_on(case.today) if case.party else None
    above = case.limits.number("loan.call_above")
    if age is not None and age >= case.limits.whole("loan.call_age"):
        reasons.append(f"客户 {age} 岁，放款前人工电话确认")
    if case.get(AMOUNT) and Decimal(case.get(AMOUNT)) > above:
        reasons.append(f"金额超过 {money(above)}，放款前人工电话确认")
    if _THIRD.search(case.get(PURPOSE)):
        reasons.append("钱可能给别人用，核实用途")
    return "；".join(reasons)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    if case.policy is None:
        return ()
    if case.get(WHAT) == REPAY:
        return (("今天本息合计", money(owed(case))),)
    interest = interest_to_term(case)
    return (
        ("年利率", f"{_rate(case)}，按天计息"),
        ("到期日", speak_date(_term_end(case), case.today)),
        ("到期利息", money(interest)),
        ("到期一共还", money(Decimal(case.get(AMOUNT)) + interest)),
    )


def _what_next(case: Case, request: ServiceRequest) -> str:
    if case.get(WHAT) == REPAY:
        return "还款只走官方缴费链接、原缴费账户或柜台，不要转给任何人；到账后利息停算，回执短信发您。"
    call = "放款前人工会打您登记的手机确认。" if _person(case) else ""
    return f"{call}钱打到您确认的本人账户，到期前随时可以提前还，利息算到还款那天。"


TRANSACTION = Transaction(
    kind="policy_loan",
    zh="保单贷款",
    intents=("policy_loan",),
    post="保全",
    level=IdentityLevel.L3,
    policies=lambda policy: policy.cash_value > 0 or policy.loan_balance > 0,
    refuses=_refuses,
    person=_person,
    signs=lambda case: "" if case.get(WHAT) == REPAY else insured_signs(case),
    terms=_terms,
    facts=_facts,
    start=_start,
    right=lambda case: "repay_loan" if case.get(WHAT) == REPAY else "",
    before=(
        Step(WHAT, "办理", lambda _: Ask("是要借款，还是还之前的保单贷款？", "choice", (choose(BORROW), choose(REPAY))),
             _read_what, closed=True),
    ),
    steps=(
        Step(AMOUNT, "借款金额", lambda _: Ask("要借多少？", "amount", (choose("借最多"),)), _read_amount, ("amount",), _is(BORROW), shows_as=_show_amount),
        Step(PURPOSE, "用途", lambda _: Ask("这笔钱做什么用？不能用于股票、房产这类投资。", "text", (choose("生活周转"), choose("看病"), choose("教育"))),
             _read_purpose, needed=_is(BORROW), free_text=True),
        Step(CARD, "收款账户", lambda _: Ask("钱打到您本人的哪个账户？", "text", (choose(ORIGINAL),)), read_own_account, ("bank_card",), _is(BORROW), gives_up=give_up_account),
        Step(REPAY_AMOUNT, "还款金额", lambda _: Ask("全部还清，还是先还一部分？还一部分请说金额。", "amount", (choose(ALL),)),
             _read_repay_amount, ("amount",), _is(REPAY), shows_as=_show_amount),
        Step(REPAY_WAY, "还款方式", lambda _: Ask("怎么还？都是官方渠道。", "choice",
             (choose("官方缴费链接"), choose("原缴费账户扣款"), choose("柜台"), TO_HUMAN)), _read_way, (), _is(REPAY)),
    ),
    consent=ConsentQuestion(
        "C3", "放款要用到您的银行账户信息，属于敏感个人信息，只用于这次放款。您同意吗？",
        "没有账户信息就没法在线放款。您可以带身份证到柜台办，或转人工；这次没有提交。", before=CARD,
    ),
    promise=Promise(working_days="loan.pay_days", word="办好"),
    papers_for=lambda case: "policy_loan" if case.get(WHAT) == BORROW else "",
    confirm_title="我已知悉，确认",
    what_next=_what_next,
)  # fmt: skip
