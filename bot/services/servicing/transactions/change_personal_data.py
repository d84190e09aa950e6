"""客户资料变更 (F07): name, id number, its validity, birth, sex, occupation, nationality; the owner's own, all policies at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, PolicyStatus
from bot.insurance.service_request import ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_id_number, read_name, read_words, show_id
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.journeys.query_policy import policy_choices, read_policy
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.journey_case import case_of
from bot.services.servicing.kept_wish import WISH
from bot.services.servicing.transaction import Case, Matter, Promise, Refusal, Transaction
from bot.services.understanding import Understood
from bot.text.identifiers import parse_id_card

WHOSE, WHAT, NEW_NAME, NEW_ID, VALID_UNTIL = "person_whose", "person_what", "person_name", "person_id", "person_valid"
BIRTH, SEX, JOB, NATION, SCOPE = "person_birth", "person_sex", "person_job", "person_nation", "person_scope"
EMPLOYER = "person_employer"
NAME_, ID_, VALID_, BIRTH_, SEX_ = "姓名", "证件号码", "证件有效期", "出生日期", "性别"
JOB_, NATION_, SIGNATURE_, ACCOUNT_, OTHER_ = "职业", "国籍或税收身份", "签名样式", "银行账户", "其他资料"
_MATTERS = (
    (SIGNATURE_, r"签名|签字|签的名"),
    (ACCOUNT_, r"银行|扣款|账户|账号|卡号"),
    (VALID_, r"有效期|到期|过期|换了新证|新身份证(?!号)|换证"),
    (BIRTH_, r"出生|生日|年龄|岁数|大了.岁|小了.岁"),
    (SEX_, r"性别"),
    (JOB_, r"职业|工种|换工作|转行|换了工作|转岗|行业|退休|跑外卖|送外卖|开货车|开网约车|从事"),
    (NATION_, r"国籍|税收|居民身份"),
    (OTHER_, r"婚姻|收入|学历|营业执照|信用代码|其他"),
    (ID_, r"证件号|身份证|护照|居住证|通行证|15位|十五位"),
    (NAME_, r"姓名|名字|改名|更名|错别字|生僻字|曾用名|[的了]姓|姓[写“]"),
)  # fmt: skip
_PAPERS = {
    OTHER_: "validity",
    NAME_: "name",
    ID_: "id_number",
    VALID_: "validity",
    BIRTH_: "birth",
    SEX_: "sex",
    JOB_: "occupation",
    NATION_: "nationality",
}
_AGE_LAW = (
    "年龄要如实（保险法第三十二条）：按真实年龄少交的保费要补，多交的退还；真实年龄不在合同约定范围内的，公司可以解除合同并退现金价值。"
    "由人工核算，算好先告诉您。"
)
_JOB_LAW = (
    "换了职业要及时通知：危险程度显著增加的，公司可以按合同增加保费或者解除合同（保险法第五十二条，人身险按条款）；降低的，可以申请调低保费。"
    "由核保人员看过再答复您。"
)
_ALL = "名下全部保单"
_TO_ALL = re.compile(r"(?:就|那)?(?:全部|所有|都)(?:的?保单)?(?:都)?(?:一起|一块儿?)?(?:改|变更)?(?:了|吧)?[。.!！]*")
_JOB_TOLD = re.compile(
    r"(?:改(?:成|为|做|行(?:做|当|去)?)|换成|变成|现在(?:是|做|在|当|改做|(?=跑|开|送))|转(?:行)?(?:做|当)|去(?:当|做)|新职业是?|干)(?:了|上)?(?:一名|个)?"
    r"([\u4e00-\u9fff]{2,12}?)(?:的?工作)?(?:了|啦|，|,|。|\s|$)"
)
_OWNS = r"给{0}|{0}.{{0,3}}(的|改|名|身份|证|出生|生日|姓|户口|职业|签)"
_WITH_EMPLOYER = "您名下只有单位的团体保单，资料由单位统一更改，请找单位经办人。"


def _about(*matters: str) -> Callable[[Situation], bool]:
    return lambda situation: situation.get(WHAT) in matters


def _read_whose(said: Understood, _: Situation) -> Reading:
    """Everybody changes their own data only; a child's guardian comes with papers."""
    named = (each.text for each in said.of_type("relationship") if each.value != "本人")
    other = next((each for each in named if re.search(_OWNS.format(re.escape(each)), said.text)), None)
    if other is None:
        return NotAnAnswer()
    words = f"{other}的资料要本人核实身份才能改；未满 18 周岁的，由监护人带户口簿等关系证明来办。我请人工帮您，改您自己的可以在这里办。"
    return Ended((Reply(words),), hand_off="needs_person")


def _read_what(said: Understood, _: Situation) -> Reading:
    found = next((matter for matter, words in _MATTERS if matter in said.text or re.search(words, said.text)), None)
    if found == ACCOUNT_:
        way = intend("改扣款账户", "change_payment", choice="扣款账户")
        return Ended((Reply("银行账户在“改缴费方式”里办，要您本人名下的卡。", (way, TO_HUMAN)),))
    return Accepted(found) if found else NotAnAnswer()


def _refuses(case: Case) -> Refusal | None:
    if case.get(WHAT) == SIGNATURE_:
        return Refusal(
            "签名样式要本人带身份证到柜台重新留，没法在线办。签名不是本人签的，也请跟人工说明。我请人工帮您约。",
            hand_off=True,
        )
    if case.party is not None and not _own(case) and _in_groups(case):
        return Refusal(f"{_WITH_EMPLOYER}我请人工协助您。", hand_off=True)
    return None


def _party(situation: Situation) -> Party | None:
    return case_of(situation).party


def _read_new_name(said: Understood, situation: Situation) -> Reading:
    if said.aside:
        return NotAnAnswer()  # the name that proves who is talking is the old one
    reading = read_name(said, situation)
    party = _party(situation)
    if isinstance(reading, Accepted) and party and reading.value == party.name:
        return Rejected("这和现在登记的姓名一样，请告诉我改后的姓名。")
    return reading


def _read_new_id(said: Understood, situation: Situation) -> Reading:
    if said.aside:
        return NotAnAnswer()
    if re.search(r"没(?:有)?(?:变|改|换)|不(?:用|是)?改|一样|还是原来", said.text):
        return Accepted("", remark="身份证号没变就不用改。", also={WHAT: "", WISH: ""})
    reading = read_id_number(said, situation)
    party = _party(situation)
    if not isinstance(reading, Accepted) or party is None:
        return reading
    if reading.value == party.id_number:
        return Rejected("这和现在登记的号码一样，请告诉我改后的号码。")
    return Accepted(reading.value, remark=_AGE_LAW if _changes_age(reading.value, party, situation) else "")


def _changes_age(id_number: str, party: Party, situation: Situation) -> bool:
    card = parse_id_card(id_number, situation.now.date())
    return card is not None and card.birth_date != party.birth_date


def _read_valid_until(said: Understood, situation: Situation) -> Reading:
    if said.aside and situation.get(WHAT) != VALID_:
        return NotAnAnswer()
    if re.search(r"长期", said.text):
        return Accepted("长期有效")
    days = sorted(entity.value for entity in said.of_type("date") if len(entity.value) == 10)
    if not days:
        return (
            NotAnAnswer()
            if len(said.text) > 12
            else Rejected("请写到哪年哪月哪日，比如“2036 年 5 月 1 日”；长期的回“长期”。")
        )
    if days[-1] <= situation.now.date().isoformat():
        return Rejected("这个日期已经过了。请告诉我新证件上的到期日；还没换新证的，要先到公安机关换证。")
    return Accepted(days[-1])


def _read_birth(said: Understood, situation: Situation) -> Reading:
    entity = said.first("date")
    if said.aside or entity is None:
        return NotAnAnswer()
    if len(entity.value) != 10:
        return Rejected("请写到日，比如“1990 年 2 月 8 日”。")
    today, party = situation.now.date(), _party(situation)
    if entity.value > today.isoformat() or today.year - int(entity.value[:4]) > 120:
        return Rejected("这个日期不对，请再核对一下出生日期。")
    if party and party.birth_date and party.birth_date.isoformat() == entity.value:
        return Rejected("这和现在登记的出生日期一样，请告诉我改后的日期。")
    return Accepted(entity.value, remark=_AGE_LAW)


def _read_sex(said: Understood, situation: Situation) -> Reading:
    found = re.search(r"(?:是|改成|改为|应该是|^)\s*(男|女)", said.text)
    if found is None or said.aside:
        return NotAnAnswer()
    party = _party(situation)
    if party and party.sex == found.group(1):
        return Rejected(f"现在登记的就是“{party.sex}”。要改的是别的项目，请告诉我。")
    return Accepted(found.group(1), remark="性别会影响费率，改后保费有变化的，人工核算好先告诉您。")


def _read_job(said: Understood, situation: Situation) -> Reading:
    if _TO_ALL.fullmatch(said.text.strip()):  # the answer to a later question
        return Accepted("", also={SCOPE: _ALL})
    told = _JOB_TOLD.search(said.text)
    if said.aside:
        return Accepted(told.group(1), remark=_JOB_LAW) if told and situation.get(WHAT) == JOB_ else NotAnAnswer()
    reading = read_words(2, 60)(replace(said, text=told.group(1)) if told else said, situation)
    return Accepted(reading.value, remark=_JOB_LAW) if isinstance(reading, Accepted) else reading


def _own(case: Case) -> Sequence[InsurancePolicy]:
    """Policies whose data the customer may have changed; a group policy's are the employer's."""
    return [policy for policy in _live(case) if not policy.group]


def _in_groups(case: Case) -> bool:
    return any(policy.group for policy in _live(case))


def _live(case: Case) -> Sequence[InsurancePolicy]:
    if case.party is None:
        return ()
    with case.situation.services.reading() as work:
        named = work.policies.naming(case.party.party_id)
    return [policy for policy in named if policy.status.is_live or policy.status is PolicyStatus.SUSPENDED]


def _only_groups(situation: Situation) -> bool:
    case = case_of(situation)
    return not _own(case) and _in_groups(case)


def _ask_employer(_: Situation) -> Ask:
    return Ask(f"{_WITH_EMPLOYER}要请人工协助吗？", "choice", (TO_HUMAN, choose("不用了")))


def _read_employer(said: Understood, _: Situation) -> Reading:
    return NotAnAnswer() if said.aside else Ended((Reply("好的，需要时再跟我说。"),))


def _several(situation: Situation) -> bool:
    return len(_own(case_of(situation))) > 1


def _ask_scope(situation: Situation) -> Ask:
    own = _own(case_of(situation))
    choices = (choose("一起改"), *policy_choices(own))
    return Ask(f"您名下有 {len(own)} 份保单用到这项资料，一起改吗？只改一份就点那一份。", "choice", choices)


def _read_scope(said: Understood, situation: Situation) -> Reading:
    if re.search(r"一起|全部|都改|都要|所有", said.text) or said.means("affirm", at_least=0.6):
        return Accepted(_ALL)
    return read_policy(said, _own(case_of(situation)), situation.recent_policy)


def _person(case: Case) -> str:
    what = case.get(WHAT)
    if what == JOB_:
        return "职业变化，核保人员看危险程度和保费"
    if what == BIRTH_ or (what == ID_ and case.party and _changes_age(case.get(NEW_ID), case.party, case.situation)):
        return "年龄变化，按保险法第三十二条核算保费和承保条件"
    if what == OTHER_:
        return "要改的资料没有固定项目，由人工看需要什么证明"
    if what == SEX_:
        return "性别变化，核对证件和费率"
    return ""


def _tell_old_contact(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    """Whoever holds the registered phone hears of it, so that a thief's change does not stay unseen."""
    if case.party is None:
        return
    text = f"【保险客服】收到变更您登记的{case.get(WHAT)}的申请（编号 {request.request_no}）。不是您本人办的，请马上拨打客服热线。"
    work.texts.send(case.party.phone, text, case.situation.now)


def _what_next(case: Case, request: ServiceRequest) -> str:
    told = "登记的手机会收到一条通知。"
    if case.get(WHAT) == JOB_:
        return f"核保结果出来前，保单照旧。要补保费的，交足后 5 个工作日内办完。{told}"
    return told


def _show_date(value: str, situation: Situation) -> str:
    return speak_date(date.fromisoformat(value), situation.now.date()) if value[:1].isdigit() else value


def _text(question: str, kind: str = "text") -> Callable[[Situation], Ask]:
    return lambda _: Ask(question, kind)


_KINDS = (NAME_, ID_, VALID_, BIRTH_, SEX_, JOB_, SIGNATURE_, OTHER_)
TRANSACTION = Transaction(
    kind="change_personal_data",
    zh="改客户资料",
    intents=("change_personal_data",),
    post="保全",
    level=IdentityLevel.L2,
    opening="可以改，改的是您本人的资料。",
    refuses=_refuses,
    person=_person,
    matter=Matter(slot=WHAT),
    raised=_about(NAME_, ID_, BIRTH_, SEX_),
    steps=(
        Step(WHOSE, "", _text(""), _read_whose, needed=lambda _: False, closed=True),
        Step(WHAT, "变更项目", lambda _: Ask("要改哪一项？", "choice", tuple(map(choose, _KINDS))), _read_what, closed=True),
        Step(EMPLOYER, "", _ask_employer, _read_employer, needed=_only_groups, counted=False),
        Step(NEW_NAME, "新姓名", _text("改后的姓名是？请按身份证上的写。", "name"), _read_new_name, ("person_name",), _about(NAME_)),
        Step(NEW_ID, "新证件号码", _text("改后的身份证号是？18 位。", "id_number"), _read_new_id, ("id_number",), _about(ID_), shows_as=show_id),
        Step(VALID_UNTIL, "新证件有效期至", _text("新证件的有效期到哪一天？"), _read_valid_until, ("date",), _about(VALID_), shows_as=_show_date),
        Step(BIRTH, "新出生日期", _text("改后的出生日期是？"), _read_birth, ("date",), _about(BIRTH_), shows_as=_show_date),
        Step(SEX, "新性别", lambda _: Ask("改后的性别是？", "choice", (choose("男"), choose("女"))), _read_sex, needed=_about(SEX_)),
        Step(JOB, "新职业", _text("现在做什么工作？写具体一点，比如“外卖骑手”“工地电工”。"), _read_job, needed=_about(JOB_), free_text=True, closed=True, remarks=True),
        Step(NATION, "新的资料", _text("要改什么、改成什么？比如“国籍改为新加坡”“仅为中国税收居民”。"), read_words(2, 60), needed=_about(NATION_, OTHER_), free_text=True),
        Step(SCOPE, "适用保单", _ask_scope, _read_scope, needed=_several),
    ),
    papers_for=lambda case: f"change_personal_data.{_PAPERS.get(case.get(WHAT), 'name')}",
    promise=Promise(clocks_for=lambda case: ("D-P01",) if _person(case) else ("D-P03",)),
    effect=_tell_old_contact,
    what_next=_what_next,
)  # fmt: skip
