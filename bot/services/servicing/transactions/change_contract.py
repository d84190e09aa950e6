"""合同内容变更 (F08): sum insured up or down, term, riders, years of payment, paid-up and the like, motor endorsements."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from bot.insurance.amounts import partial_surrender_value
from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, LineOfBusiness, PolicyStatus
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation, Step
from bot.services.reply import Choice, choose, intend
from bot.services.servicing.accounts import ORIGINAL, give_up_account, read_own_account
from bot.services.servicing.contract_text import terms_of
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.sum_insured import read_new_sum, show_sum
from bot.services.servicing.transaction import Case, ConsentQuestion, Matter, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood

WHAT, NEW_SUM, RIDER, TERM, YEARS = "contract_what", "contract_sum", "contract_rider", "contract_term", "contract_years"
VEHICLE, USE, CARD = "contract_vehicle", "contract_use", "contract_card"
MORE, LESS, TERM_, RIDER_ON, RIDER_OFF = "加保", "减保", "保险期间", "加附加险", "退附加险"
OTHER = "其他改动"
YEARS_, PAID_UP, EXTENDED, ADVANCE, ENDORSE = "缴费期限", "减额缴清", "展期", "自动垫缴", "批改"
_MATTERS = (
    (PAID_UP, r"减额|[缴交]清"),
    (EXTENDED, r"展期"),
    (ADVANCE, r"垫[缴交]|抵[缴交]"),
    (RIDER_OFF, r"附加.{0,10}(不要|退|去掉|取消|拿掉|停|减)|(退|去掉|取消|拿掉|不要|停).{0,6}附加"),
    (RIDER_ON, r"附加"),
    (YEARS_, r"[缴交]费?(年限|期限|年期)|\d+年[缴交]|早点[缴交]完"),
    (ENDORSE, r"批改|车牌|牌照|牌号|发动机|车架|营运|网约车|滴滴|划痕|车损|三者|座位险|车险|行驶证"),
    (LESS, r"减保|(降|减|调低|少保).{0,8}(保额|额度)|(保额|额度).{0,12}(降|减|低|少|一半)|少保"),
    (MORE, r"加保|(加|提|调|升)高?.{0,6}(保额|额度)|(保额|额度).{0,12}(加|提|升|高)"),
    (TERM_, r"期限|期间|保障到|保到|终身|延长|延保|推迟|起止|改期"),
    (OTHER, r"其他|计划|版本|升级|档|领取|免赔额|转换"),
)  # fmt: skip
_LIFE_CHOICES = (LESS, MORE, RIDER_ON, RIDER_OFF, YEARS_, PAID_UP, ADVANCE, TERM_, OTHER)
_OTHER_CHOICES = (MORE, LESS, TERM_, ENDORSE, OTHER)
_BY_PERSON = {
    MORE: "加保，要健康告知、核保和被保险人签字",
    TERM_: "改保险期间，按条款和核保意见",
    RIDER_ON: "加附加险，要核保",
    YEARS_: "改缴费期限，按产品规则",
    PAID_UP: "减额缴清，按条款核算",
    EXTENDED: "展期，按条款核算",
    ADVANCE: "自动垫缴，按条款核对",
    OTHER: "合同的其他改动，按条款看",
}
_USE_SAME, _USE_CHANGED = "用途不变", "用途改变"
_LONG = (LineOfBusiness.LIFE, LineOfBusiness.CRITICAL_ILLNESS, LineOfBusiness.ANNUITY)


def _about(*matters: str) -> Callable[[Situation], bool]:
    return lambda situation: situation.get(WHAT) in matters


def _read_what(said: Understood, _: Situation) -> Reading:
    found = next((matter for matter, words in _MATTERS if matter == said.text or re.search(words, said.text)), None)
    return Accepted(found) if found else NotAnAnswer()


def _ask_what(situation: Situation) -> Ask:
    policy = case_of(situation).policy
    names: tuple[str, ...] = _LIFE_CHOICES
    if policy is not None and policy.line not in _LONG:
        names = (ENDORSE, OTHER) if policy.plate_no else _OTHER_CHOICES
    return Ask("要改合同的哪一项？", "choice", tuple(map(choose, names)))


def _refuses(case: Case) -> Refusal | None:
    policy, what = case.policy, case.get(WHAT)
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.group:
        return Refusal("团体保单由单位统一申请变更，个人的部分我请人工帮您看。", hand_off=True)
    if policy.status is PolicyStatus.LOST:
        return Refusal("这份保单已经挂失，补发办好以后再改合同。要核对的话我请人工。", hand_off=True)
    if policy.insured_event_on is not None:
        return Refusal("这份保单有保险事故记录，改合同要由人工核对。", hand_off=True)
    if policy.status is PolicyStatus.SUSPENDED:
        return Refusal(
            "这份保单效力中止，要先办复效才能改合同。", choices=(intend("办复效", "reinstate_policy"), *_PERSON)
        )
    if policy.plate_no and what not in (ENDORSE, MORE, LESS, RIDER_ON, RIDER_OFF, OTHER):
        return Refusal("车险保一年，不能改这一项。", choices=_PERSON)
    if what == ENDORSE and policy.line.about_people:
        return Refusal("批改是车险和财产险的办法，这份请说具体改哪一项，比如“减保”“改缴费期限”。", choices=_PERSON)
    if what in (YEARS_, PAID_UP, EXTENDED, ADVANCE) and policy.line not in _LONG:
        return Refusal("这份保单没有分期的长期保费，办不了这一项。", choices=_PERSON)
    return _refuses_reduction(policy, case) if what in (LESS, PAID_UP, EXTENDED) else None


_PERSON: tuple[Choice, ...] = (intend("转人工", "request_human"),)


def _refuses_reduction(policy: InsurancePolicy, case: Case) -> Refusal | None:
    """No loan and no arrears first (F08 减保)."""
    what = case.get(WHAT)
    if policy.loan_balance:
        return Refusal(
            f"这份保单还有贷款 {money(policy.loan_balance)}，要先还清，才能办{what}。",
            choices=(intend("还款怎么办", "policy_loan"), *_PERSON),
        )
    due = policy.next_due
    if what == LESS and due and due.due_on < case.today:
        return Refusal(
            f"还有一期保费 {money(due.amount)} 没交，交清以后才能减保。交着有困难可以看看别的办法。",
            choices=(intend("看该交多少", "pay_premium", policy_no=policy.policy_no), *_PERSON),
        )
    return None


def _is_motor_endorsement(situation: Situation) -> bool:
    policy = case_of(situation).policy
    return situation.get(WHAT) == ENDORSE and policy is not None and bool(policy.plate_no)


def _read_use(said: Understood, _: Situation) -> Reading:
    text = said.text
    if text == _USE_CHANGED or re.search(r"(?<!非)营运|网约车|滴滴|拉货|出租", text):
        law = "家用改营运这类变化，危险程度会明显增加，要及时通知；公司可以按合同增加保费或者解除合同（保险法第五十二条）。由核保人员看。"
        return Accepted(_USE_CHANGED, remark=law)
    return Accepted(_USE_SAME) if re.search(r"不变|一样|没变|家用|非营运", text) else NotAnAnswer()


def _person(case: Case) -> str:
    policy = case.policy
    if policy and policy.plate_no and case.get(WHAT) == ENDORSE:
        return "使用性质变化，危险程度要核保" if case.get(USE) == _USE_CHANGED else ""
    if policy and not policy.line.about_people:
        return "财产类合同变更，由人工出批单"
    return _BY_PERSON.get(case.get(WHAT), "")


def _clocks(case: Case) -> tuple[str, ...]:
    return ("D-P01",) if _person(case) else ("D-P03",)


def _papers(case: Case) -> str:
    what = case.get(WHAT)
    if case.policy and case.policy.plate_no:
        return "change_contract.motor"
    return "change_contract.underwritten" if what in (MORE, RIDER_ON) else "change_contract"


def _what_next(case: Case, _: object) -> str:
    if case.get(WHAT) in (MORE, RIDER_ON, ENDORSE):
        return "要补保费的，交足后 5 个工作日内办完；改动从批单写明的日期起生效，之前照旧。保费只交到公司账户。"
    return "改动以批单为准，批单写明的日期起生效，之前照旧。"


def _ask_sum(situation: Situation) -> Ask:
    policy = case_of(situation).policy
    now = f"现在是 {money(policy.sum_insured)}，" if policy else ""
    return Ask(f"{now}想改成多少保额？", "amount")


def _back(situation: Situation) -> Decimal:
    """What a reduction pays out, 0 for anything else."""
    policy, wanted = case_of(situation).policy, situation.get(NEW_SUM)
    if policy is None or situation.get(WHAT) != LESS or not wanted:
        return Decimal(0)
    return partial_surrender_value(policy.cash_value, policy.sum_insured, Decimal(wanted))


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    back = _back(case.situation)
    return (("退还约", f"{money(back)}（以核算为准）"),) if back else ()


def _text(question: str) -> Callable[[Situation], Ask]:
    return lambda _: Ask(question, "text")


TRANSACTION = Transaction(
    kind="change_contract",
    zh="改合同",
    intents=("change_contract",),
    post="保全",
    level=IdentityLevel.L3,
    opening="可以申请，改完由公司出批单才生效。",
    policies=lambda policy: policy.status.is_live or policy.status is PolicyStatus.SUSPENDED,
    refuses=_refuses,
    terms=lambda case: terms_of(case.get(WHAT), case),
    person=_person,
    matter=Matter(slot=WHAT),
    steps=(
        Step(WHAT, "变更项目", _ask_what, _read_what, closed=True),
        Step(NEW_SUM, "新保额", _ask_sum, read_new_sum, ("amount", "percentage"), _about(MORE, LESS), shows_as=show_sum),
        Step(RIDER, "附加险", _text("是哪一个附加险？写名字就行，比如“附加住院津贴”。"), read_words(2, 40), needed=_about(RIDER_ON, RIDER_OFF), free_text=True),
        Step(TERM, "新的保险期间", _text("想改成多久，或者哪天到哪天？"), read_words(2, 60), needed=_about(TERM_), free_text=True),
        Step(YEARS, "新的缴费期限", _text("想改成交多少年？"), read_words(1, 30), needed=_about(YEARS_), free_text=True),
        Step(VEHICLE, "批改内容", _text("要改什么、改成什么？比如“车牌换成京B12345”“三者改为 300 万”。"), read_words(2, 120), needed=_about(ENDORSE, OTHER), free_text=True),
        Step(USE, "车辆用途", lambda _: Ask("车的用途变吗，比如家用改成跑网约车？", "choice", (choose(_USE_SAME), choose(_USE_CHANGED))), _read_use, needed=_is_motor_endorsement),
        Step(CARD, "退款账户", lambda _: Ask("退的钱要到您本人名下的账户。退回原缴费账户，还是另给一张本人的银行卡？", "text",
             (choose(ORIGINAL),)), read_own_account, ("bank_card",), lambda situation: _back(situation) > 0, gives_up=give_up_account),
    ),
    consent=ConsentQuestion(
        "C3", "退款要用到您的银行账户信息，属于敏感个人信息，只用于这次减保退款。您同意吗？",
        "没有账户信息就没法在线退款。您可以带身份证到柜台办，或转人工；这次没有提交。", before=CARD,
    ),
    facts=_facts,
    papers_for=_papers,
    promise=Promise(clocks_for=_clocks),
    what_next=_what_next,
)  # fmt: skip
