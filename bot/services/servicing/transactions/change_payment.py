"""缴费方式变更 (F08): the account to debit (own name only), how often, automatic debit, a reminder before the due date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.accounts import give_up_account, others_account, read_bank
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.premium_text import missed_text
from bot.services.servicing.transaction import Case, ConsentQuestion, Matter, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood
from bot.text.identifiers import parse_id_card, passes_luhn
from bot.text.masking import mask_phone
from bot.text.spoken_runs import longest_number

WHAT, OWNER, CARD, BANK, OFTEN = "payment_what", "payment_owner", "payment_card", "payment_bank", "payment_often"
DOUBT = "payment_doubt"  # the last digits of a number whose check digit was wrong
ACCOUNT, FREQUENCY, DEBIT_ON, DEBIT_OFF, REMINDER = "扣款账户", "缴费频率", "开通自动扣款", "关闭自动扣款", "缴费提示"
_DATE = "扣款日期"
_MATTERS = (
    (DEBIT_OFF, r"(关|取消|解除|停|不要|不想|解约|退出)[^，。]{0,8}(自动|代扣|自己扣|免密|续费)|(自动|代扣)[^，。]{0,6}(关|取消|解除|停|不要)"),
    (DEBIT_ON, r"(开通|设置|签约|改成|改用|想用)[^，。]{0,6}(自动|代扣|划)|自动扣款签约"),
    (REMINDER, r"[缴交]费提[示醒]|到期[^，。]{0,4}提醒|提醒我|提前通知"),
    (_DATE, r"扣款[^，。]{0,3}(日|时间)|扣[^，。]{0,4}日子|往后挪"),
    (FREQUENCY, r"频率|[年月季]\s*[交缴付]|半年|按[月季年]|一个?次?月一|季度"),
    (ACCOUNT, r"卡|账户|帐户|账号|帐号|存折|折子|换绑|银行|扣[钱款保费]"),
)  # fmt: skip
_ELSEWHERE = re.compile(r"垫[交缴]|抵[交缴]|减额")
_MODES = (
    ("半年缴", r"半年"),
    ("季缴", r"季度|季[交缴付]|[按每]季"),
    ("月缴", r"月[交缴付]|[按每]个?月|一个月"),
    ("年缴", r"年[交缴付]|[按每]年|一年"),
)
_OTHERS = re.compile(
    r"别人|他人|家人|老[公婆]|爱人|[爸妈哥姐弟妹]|儿子|女儿|孩子|朋友|同事|公司|单位|对公|不是我|不是本人"
)
_SELLER = re.compile(r"业务员|代理人|客户经理|收费员|销售")
_SECRETS = re.compile(r"密码|cvv|安全码|背面.{0,4}三位", re.IGNORECASE)


def _about(*matters: str) -> Callable[[Situation], bool]:
    return lambda situation: situation.get(WHAT) in matters


_CARD_MATTERS = _about(ACCOUNT, DEBIT_ON)


def pays_by_instalments(policy: InsurancePolicy) -> bool:
    """Another premium is to come."""
    live = policy.status.is_live or policy.status is PolicyStatus.SUSPENDED
    return live and len(policy.instalments) > 1 and policy.next_due is not None


def _read_what(said: Understood, _: Situation) -> Reading:
    elsewhere = _ELSEWHERE.search(said.text)
    if elsewhere:
        ways = (intend("去办", "change_contract", choice=elsewhere.group()), TO_HUMAN)
        return Ended((Reply("垫交、抵交和减额缴清要改合同，在“改合同”里办。", ways),))
    found = next((matter for matter, words in _MATTERS if matter in said.text or re.search(words, said.text)), None)
    return Accepted(found) if found else NotAnAnswer()


def _read_owner(said: Understood, situation: Situation) -> Reading:
    text = said.text
    refused = others_account(said, situation)
    if isinstance(refused, Accepted):  # with its number, which stays refused
        return refused
    if _SELLER.search(text):
        return Rejected(
            "业务员不能经手保费，也不能用他的账户扣款（保险销售行为管理办法第三十二条）。请换一张您本人名下的卡。"
        )
    if _OTHERS.search(text):
        return Rejected(
            "扣款账户要用投保人本人名下的（互联网保险业务监管办法第四十条）。有本人的卡就继续；要由家人代付，得带关系证明由人工办。"
        )
    if said.aside:
        return NotAnAnswer()
    if re.search(r"本人|我的|我自己|自己的|^(是|是的|对|对的|嗯|好|可以)", text.strip()):
        return Accepted("投保人本人")
    return NotAnAnswer()


def _read_card(said: Understood, situation: Situation) -> Reading:
    """16 to 19 digits. Not every card has a check digit: a wrong one is doubted once, the same number again is taken."""
    if _SECRETS.search(said.text):
        return Rejected("密码、安全码和银行的验证码都不用给，也不要告诉任何人。只要卡号。")
    refused = others_account(said, situation)
    if refused:
        return refused
    entity = said.first("bank_card")
    digits = entity.value if entity else longest_number(said.text)
    if not 16 <= len(digits) <= 19:
        return Rejected("银行卡号是 16 到 19 位数字，请再核对一下。") if len(digits) >= 6 else NotAnAnswer()
    if entity is None and parse_id_card(digits, situation.now.date()):
        return Rejected("这一串是身份证号，请给银行卡号。")
    tail = digits[-4:]
    if not passes_luhn(digits) and situation.get(DOUBT) != tail:
        doubt = f"尾号 {tail} 这个卡号的校验位对不上，可能有一位输错了。核对后请再发一次；确认没错，就原样再发。"
        return Accepted("", remark=doubt, also={DOUBT: tail})
    return Accepted(f"尾号 {tail}")


def _read_bank(said: Understood, situation: Situation) -> Reading:
    if said.aside and not _CARD_MATTERS(situation):
        return NotAnAnswer()
    return read_bank(said, situation)


def _read_often(said: Understood, situation: Situation) -> Reading:
    if said.aside and situation.get(WHAT) != FREQUENCY:
        return NotAnAnswer()
    wanted = re.split(r"[改换变合]成|改为|改|换", said.text)[-1]
    mode = next((name for name, words in _MODES if re.search(words, wanted)), None)
    if mode is None:
        return NotAnAnswer()
    policy = case_of(situation).policy
    if policy and policy.pay_mode == mode:
        return Rejected(f"这份保单现在就是{mode}，要改成哪一种？")
    return Accepted(mode)


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.group:
        return Refusal("团体保单由单位统一交费，个人的部分我请人工帮您看。", hand_off=True)
    if case.get(WHAT) == _DATE:
        return Refusal(
            "扣款日由保单生效日决定，改不了；晚几天交不影响保障，宽限期内都可以自己先交。\n" + _next_due(case),
            choices=_WAYS,
        )
    if policy.status is PolicyStatus.SUSPENDED and case.get(WHAT) in (FREQUENCY, REMINDER):
        return Refusal(
            "这份保单效力中止，要先办复效，再改缴费方式。", choices=(intend("办复效", "reinstate_policy"), TO_HUMAN)
        )
    return None


_WAYS = (
    intend("到期前提醒我", "change_payment", choice=REMINDER),
    intend("换扣款卡", "change_payment", choice=ACCOUNT),
    TO_HUMAN,
)


def _next_due(case: Case) -> str:
    due = case.policy.next_due if case.policy else None
    if due and due.due_on < case.today:
        return f"{speak_date(due.due_on, case.today)} 那期 {money(due.amount)} 还没有交。"
    return f"下一次交费是 {speak_date(due.due_on, case.today)}，{money(due.amount)}。" if due else ""


def _terms(case: Case) -> str:
    policy = case.policy
    assert policy is not None
    if case.get(WHAT) == FREQUENCY:
        starts = policy.next_anniversary(case.today)
        return (
            f"现在是{policy.pay_mode}。新的频率从下一个保单周年日 {speak_date(starts, case.today)} 起，之前照旧。"
            "分得越细，全年合计一般略高，每期金额以批单为准。"
        )
    if case.get(WHAT) == DEBIT_OFF:
        return f"关掉以后要您自己按时交。{_next_due(case)}{missed_text(case)}"
    if case.get(WHAT) == REMINDER:
        return f"{_next_due(case)}每期缴费日前 {_days_before(case)} 天发短信到您登记的手机，不收费，随时可以取消。"
    return f"新的卡要是您本人名下的，办好以后从下一次起扣。{_next_due(case)}"


def _days_before(case: Case) -> int:
    return case.limits.whole("premium.reminder_days")


def _what_next(case: Case, request: ServiceRequest) -> str:
    policy, what = case.policy, case.get(WHAT)
    due = policy.next_due if policy else None
    if policy is None or due is None:
        return ""
    if what == REMINDER:
        first = max(due.due_on - timedelta(days=_days_before(case)), case.today + timedelta(days=1))
        overdue = due.due_on <= case.today
        phone = mask_phone(case.party.phone) if case.party else ""
        return (
            f"提醒从下一期开始。{missed_text(case)}"
            if overdue
            else f"第一条提醒 {speak_date(first, case.today)} 发到 {phone}。"
        )
    if what == FREQUENCY:
        return f"从 {speak_date(policy.next_anniversary(case.today), case.today)} 起改为{case.get(OFTEN)}。"
    if request.due_on and due.due_on <= request.due_on:
        return (
            f"{speak_date(due.due_on, case.today)} 那期（{money(due.amount)}）可能来不及，请在官方App“续期缴费”自己先交，"
            "不要转给任何个人。"
        )
    return ""


def _papers(case: Case) -> str:
    return "change_payment.account" if case.get(WHAT) in (ACCOUNT, DEBIT_ON) else "change_payment"


def _ask_what(_: Situation) -> Ask:
    choices = tuple(map(choose, (ACCOUNT, FREQUENCY, DEBIT_ON, DEBIT_OFF, REMINDER)))
    return Ask("要改哪一项？", "choice", choices)


def _ask_owner(_: Situation) -> Ask:
    return Ask("新的扣款卡是您本人名下的吗？", "choice", (choose("是本人的"), choose("不是本人的")))


def _ask_often(situation: Situation) -> Ask:
    policy = case_of(situation).policy
    modes = [mode for mode, _ in reversed(_MODES) if not policy or policy.pay_mode != mode]
    return Ask("要改成多久交一次？", "choice", tuple(map(choose, modes)))


def _ask_card(_: Situation) -> Ask:
    return Ask("请告诉我卡号（16 到 19 位）。只记尾号，不要给密码和验证码。", "text")


TRANSACTION = Transaction(
    kind="change_payment",
    zh="改缴费方式",
    intents=("change_payment",),
    post="收付费",
    level=IdentityLevel.L2,
    opening="可以在线办。",
    policies=pays_by_instalments,
    refuses=_refuses,
    terms=_terms,
    matter=Matter(slot=WHAT),
    raised=_about(ACCOUNT, DEBIT_ON, DEBIT_OFF),
    steps=(
        Step(WHAT, "变更项目", _ask_what, _read_what, closed=True),
        Step(OWNER, "卡主", _ask_owner, _read_owner, needed=_CARD_MATTERS),
        Step(CARD, "新的扣款卡", _ask_card, _read_card, ("bank_card",), _CARD_MATTERS, alone=True, gives_up=give_up_account),
        Step(BANK, "开户银行", lambda _: Ask("开户行是哪家银行？", "text"), _read_bank, needed=_CARD_MATTERS, closed=True),
        Step(OFTEN, "新的频率", _ask_often, _read_often, needed=_about(FREQUENCY), closed=True),
    ),
    consent=ConsentQuestion(
        "C3", "扣款要用到您的银行账户信息，属于敏感个人信息，只用于这份保单扣保费。您同意吗？",
        "没有账户信息就没法签扣款。您可以每期自己在官方App或柜台交，或转人工；这次没有提交。", before=CARD,
    ),
    papers_for=_papers,
    promise=Promise(clocks=("D-P03",)),
    done_at_once=lambda case: case.get(WHAT) == REMINDER,
    what_next=_what_next,
)  # fmt: skip
