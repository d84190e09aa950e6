"""投保人变更 (F08): the new person's data are taken down, then always a person. A sold car or house: arts 49 and 52."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.insurance.identity import IdentityLevel
from bot.insurance.policy import InsurancePolicy, PolicyStatus
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_id_number, read_name, read_phone, show_id, show_phone
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.reply import TO_HUMAN, Reply, choose
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.transaction import Case, Promise, Refusal, Transaction
from bot.services.speak_money import money
from bot.services.understanding import Understood
from bot.text.identifiers import parse_id_card

NEW_NAME, NEW_ID, NEW_PHONE = "holder_name", "holder_id", "holder_phone"
SIDE = "holder_side"
RELATION, CONSENTS, MOVED_ON, USE = "holder_relation", "holder_consents", "holder_moved_on", "holder_use"
_RELATIONS = ("本人", "配偶", "子女", "父母", "其他")
_SECURE = frozenset({"本人", "配偶", "子女", "父母"})  # 保险法 art 31 (一)(二)
_SAME_USE, _COMMERCIAL = "和原来一样", "改为营运"


def _transfers(policy: InsurancePolicy | None) -> bool:
    """The insured thing goes to another owner, and the contract with it."""
    return policy is not None and not policy.line.about_people


def _if(test: Callable[[InsurancePolicy, Case], bool]) -> Callable[[Situation], bool]:
    def needed(situation: Situation) -> bool:
        case = case_of(situation)
        return case.policy is not None and test(case.policy, case)

    return needed


_is_transfer = _if(lambda policy, _: _transfers(policy))
_is_of_person = _if(lambda policy, _: not _transfers(policy))
_is_motor = _if(lambda policy, _: bool(policy.plate_no))
_insured_is_another = _if(
    lambda policy, case: not _transfers(policy) and bool(case.party) and case.party.party_id not in policy.insured_ids  # type: ignore[union-attr]
)


def _refuses(case: Case) -> Refusal | None:
    policy = case.policy
    if policy is None:
        return Refusal("没有对上保单，我请人工帮您查。", hand_off=True)
    if policy.group:
        return Refusal("团体保单由单位申请变更，个人的部分我请人工帮您看。", hand_off=True)
    if policy.pledged or policy.loan_balance or policy.status is PolicyStatus.LOST:
        state = policy.status.zh if policy.status is PolicyStatus.LOST else f"有保单贷款 {money(policy.loan_balance)}"
        return Refusal(f"这份保单{state}，换投保人要先处理好，我请人工帮您看。", hand_off=True)
    if policy.insured_event_on is not None:
        return Refusal("这份保单有保险事故记录，换投保人由人工核对。", hand_off=True)
    return None


def _terms(case: Case) -> str:
    policy = case.policy
    assert policy is not None
    if _transfers(policy):
        motor = "交强险也要办变更手续（交强险条例第十八条），两份一起带材料办。" if policy.plate_no else ""
        return (
            "转让以后，新的所有人接着享有和承担保险合同里的权利义务，要及时通知我们（保险法第四十九条）。因转让危险程度显著增加的，"
            "公司在收到通知后 30 日内可以按合同增加保费或者解除合同；没有通知、因危险显著增加发生的事故，公司不承担赔偿责任。"
            + motor
        )
    value = f"现金价值（今天约 {money(policy.cash_value)}，以核算为准）" if policy.cash_value else "保单的权利"
    return (
        f"换了投保人，{value}和退保、借款的权利、以后的保费，都归新投保人。要新旧投保人签字，被保险人书面同意"
        "（保险法第三十一条、第三十四条），由人工核对。"
    )


def _read_side(said: Understood, _: Situation) -> Reading:
    """Who takes over is not the policyholder, and another insured is another risk: both need a person from the start."""
    text = said.text
    if re.search(
        r"被保(险)?人?.{0,8}(换|变更|改|替)|(换|变更|替换).{0,4}被保|换.{0,2}(名单|人员)|名单.{0,8}(换|替)", text
    ):
        words = "换被保险人等于换了保障的人：个人长期险一般要重新投保，团体险由单位申请替换。我请人工看您这份能不能换。"
        return Ended((Reply(words),), hand_off="needs_person")
    if re.search(r"[前原]车主|二手车|[到成]我自?己?(名下|这|的名|来当|做投保)|[换改变]成我自己|我名下", text):
        words = "您是接手的一方：要原投保人（原车主）和您一起签字，带双方身份证和转让材料。原来的保单不能给您看，我请人工帮您核对。"
        return Ended((Reply(words),), hand_off="needs_person")
    return NotAnAnswer()


def _read_new_name(said: Understood, situation: Situation) -> Reading:
    if said.aside:  # "投保人换成我老婆刘芳"
        name = said.first("person_name")
        to = name and re.search(
            r"(?:换成|改成|换给|变更为|过户给|转给)[^，。]{0,6}$", said.text[: said.text.find(name.text)]
        )
        return Accepted(name.value) if name and to else NotAnAnswer()
    reading = read_name(said, situation)
    party = case_of(situation).party
    if isinstance(reading, Accepted) and party and reading.value == party.name:
        return Rejected("这是您自己的名字，请告诉我对方的姓名。")
    return reading


def _read_new_id(said: Understood, situation: Situation) -> Reading:
    if said.aside:
        return NotAnAnswer()
    reading = read_id_number(said, situation)
    if not isinstance(reading, Accepted):
        return reading
    card, today = parse_id_card(reading.value, situation.now.date()), situation.now.date()
    minor = card is not None and (card.birth_date.year + 18, card.birth_date.month, card.birth_date.day) > (
        today.year, today.month, today.day,
    )  # fmt: skip
    remark = "对方未满 18 周岁，一般不能自己做投保人，人工会核对。" if minor else ""
    return Accepted(reading.value, remark=remark)


def _read_new_phone(said: Understood, situation: Situation) -> Reading:
    return NotAnAnswer() if said.aside else read_phone(said, situation)


def _read_relation(said: Understood, _: Situation) -> Reading:
    entity = said.first("relationship")
    value = entity.value if entity else next((each for each in _RELATIONS if each in said.text), "")
    if said.aside or not value:
        return NotAnAnswer()
    if value in _SECURE:
        return Accepted(value)
    remark = "除了本人、配偶、子女、父母，要有抚养、赡养、扶养或劳动关系，或者被保险人同意（保险法第三十一条）。请把能证明的材料一起带来。"
    return Accepted(value, remark=remark)


def _read_consents(said: Understood, _: Situation) -> Reading:
    text = said.text
    if re.search(r"不同意|不愿意|不肯", text):
        words = "被保险人不同意就换不了投保人。谈好以后再来办；有争议可以请人工。"
        return Ended((Reply(words, (TO_HUMAN,)),))
    if re.search(r"还没|没问|没说|不知道|不清楚", text):
        return Accepted("还没有征得同意", remark="没关系，人工会单独联系被保险人，书面同意之前不会变更。")
    if re.search(r"同意|知道了|说好了|愿意", text) or said.means("affirm", at_least=0.6):
        return Accepted("口头同意，待本人签字")
    return NotAnAnswer()


def _read_moved_on(said: Understood, situation: Situation) -> Reading:
    entity = said.first("date")
    if said.aside:
        return NotAnAnswer()
    if re.search(r"还没|没过户|没办", said.text):
        return Accepted("还没有过户")
    if entity is None or len(entity.value) != 10:
        return Rejected("请说具体日期，比如“11 月 20 日”；还没过户回“还没过户”。")
    if entity.value > situation.now.date().isoformat():
        return Rejected("这个日期还没到。还没过户回“还没过户”。")
    return Accepted(entity.value)


def _read_use(said: Understood, _: Situation) -> Reading:
    if re.search(r"营运|网约车|滴滴|拉货|出租|跑车", said.text) and not re.search(
        r"不(是|做|跑)?(营运|网约车)|非营运", said.text
    ):
        return Accepted(
            _COMMERCIAL,
            remark="家用改营运，危险程度会明显增加，要及时通知我们；公司可以按合同增加保费或者解除合同（保险法第五十二条）。",
        )
    return Accepted(_SAME_USE) if re.search(r"一样|家用|自用|不变|不跑|非营运", said.text) else NotAnAnswer()


def _show_moved_on(value: str, situation: Situation) -> str:
    return speak_date(date.fromisoformat(value), situation.now.date()) if value[:1].isdigit() else value


def _ask_new_name(situation: Situation) -> Ask:
    moved = _transfers(case_of(situation).policy)
    return Ask("新车主（新所有人）的姓名是？" if moved else "新投保人的姓名是？", "name")


def _ask_relation(_: Situation) -> Ask:
    return Ask("新投保人是被保险人的什么人？换投保人要有保险利益，所以要问。", "choice", tuple(map(choose, _RELATIONS)))


def _ask_consents(_: Situation) -> Ask:
    return Ask("被保险人知道并且同意换投保人吗？", "choice", (choose("同意"), choose("还没问")))


def _papers(case: Case) -> str:
    if case.policy and case.policy.plate_no:
        return "change_policyholder.motor"
    return "change_policyholder.property" if _transfers(case.policy) else "change_policyholder"


def _person(case: Case) -> str:
    if _transfers(case.policy):
        risk = "，使用性质变化要核保" if case.get(USE) == _COMMERCIAL else ""
        return f"标的转让，核对过户材料{risk}"
    return "换投保人，核对保险利益、被保险人同意和双方签名"


TRANSACTION = Transaction(
    kind="change_policyholder",
    zh="换投保人",
    intents=("change_policyholder",),
    post="保全",
    level=IdentityLevel.L3,
    opening="可以申请，我先记下对方的资料，再由人工核对签名和材料。",
    policies=lambda policy: policy.status.is_live or policy.status is PolicyStatus.SUSPENDED,
    refuses=_refuses,
    terms=_terms,
    person=_person,
    steps=(
        Step(SIDE, "", lambda _: Ask(""), _read_side, needed=lambda _: False, closed=True),
        Step(NEW_NAME, "对方姓名", _ask_new_name, _read_new_name, ("person_name",)),
        Step(NEW_ID, "对方身份证号", lambda _: Ask("对方的身份证号是？18 位。", "id_number"), _read_new_id, ("id_number",), shows_as=show_id),
        Step(NEW_PHONE, "对方手机号", lambda _: Ask("对方的手机号是？人工会打这个号码核对。", "phone"), _read_new_phone, ("phone",), shows_as=show_phone),
        Step(RELATION, "与被保险人的关系", _ask_relation, _read_relation, ("relationship",), _is_of_person),
        Step(CONSENTS, "被保险人意见", _ask_consents, _read_consents, needed=_insured_is_another),
        Step(MOVED_ON, "过户日期", lambda _: Ask("哪一天过户的？", "text", (choose("还没过户"),)), _read_moved_on, ("date",), _is_transfer,
             shows_as=_show_moved_on),
        Step(USE, "用途", lambda _: Ask("过户以后车的用途变吗？", "choice", (choose(_SAME_USE), choose("改为营运或网约车"))), _read_use,
             needed=_is_motor),
    ),
    papers_for=_papers,
    promise=Promise(clocks=("D-P01",)),
    what_next=lambda *_: "办好之前原来的合同照旧；办好出批单，双方都会收到短信。",
)  # fmt: skip
