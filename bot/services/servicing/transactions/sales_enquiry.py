"""投保咨询登记 (C05, C09, C11): what is wanted for whom, taken down for a licensed salesperson who calls at a kept time.

Nothing is recommended and no premium is named (金融机构产品适当性管理办法第十二、十三条): advice stays with people.
"""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import is_filler, read_words
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import choose
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, ConsentQuestion, Promise, Transaction
from bot.services.servicing.transactions.request_callback import CALL_TIME, SLOT, day_of_call, show_call
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_phone

WHOM, KIND, SUBJECT, CALLED, MORE = "enquiry_whom", "enquiry_kind", "enquiry_subject", "enquiry_called", "enquiry_more"
FIRM = "单位"
SALES_POST = "销售"  # no value of bot.complaints.rule.Post: no complaint may reach a desk that sells
_NOT_A_NAME = re.compile(r"[吗呢么你您几不没]|什么|怎么|多少|再说|人工|取消|算了|保险|随便")
_WHOM = (
    (
        FIRM,
        re.compile(
            r"单位|公司|企业|工厂|厂子|店|饭馆|餐馆|工地|项目|员工|团队|学校|幼儿园|民宿|仓库|老板|船|农场|养殖"
        ),
    ),
    ("父母", re.compile(r"父母|爸|妈|老人|父亲|母亲|岳|公婆|爷爷|奶奶")),
    ("孩子", re.compile(r"孩子|宝宝|儿子|女儿|小孩|娃|孙")),
    ("配偶", re.compile(r"配偶|老公|老婆|爱人|妻子|丈夫|媳妇|先生|太太|对象")),
    ("全家", re.compile(r"全家|一家|家里人|家人")),
    ("自己", re.compile(r"自己|本人|给我(?=买|保|配|投|上)")),
)
_OTHER_KIND = "其他"
_KIND = (
    (
        "企业财产或责任",
        re.compile(r"企财|企业财产|财产一切|雇主|公众责任|公责|产品责任|安责|工程险|建工|责任险|货运|船舶|船"),
    ),
    ("团体员工保险", re.compile(r"团险|团体|团意|员工(?:福利|意外|医疗|保险)")),
    ("车险", re.compile(r"车险|交强|三者|车损|商业险")),
    ("重疾险", re.compile(r"重疾|大病|防癌|重大疾病")),
    ("医疗险", re.compile(r"医疗|住院|门诊|看病|健康险")),
    ("意外险", re.compile(r"意外|学平")),
    ("寿险", re.compile(r"寿险|定寿|两全|身故")),
    ("养老或年金", re.compile(r"养老|年金|教育金|分红|万能|增额")),
    ("家庭财产险", re.compile(r"家财|房屋|房子|家庭财产")),
    ("旅行险", re.compile(r"旅行|旅游|出国|境外|航意|签证")),
    ("还没想好", re.compile(r"没想好|不知道|不清楚|不懂|都行|都可以|随便|看看|不确定|说不好")),
)
_SOMEBODY = r"(?:人|业务员|顾问|经理|销售|专员|客户经理)"
# Somebody shall call about buying, or a quote or a proposal is wanted.
SALES_WISH = re.compile(
    rf"(?:买|投保|保险方案|报价|询价).{{0,20}}(?:让|找|派|安排|请|叫|约)(?:个|一个|一位|位|你们的?)?{_SOMEBODY}|(?:让|找|派|安排|请|叫|约)(?:个|一个|一位|位|你们的?)?{_SOMEBODY}.{{0,16}}(?:报价|报个价|出方案|(?:买|投保|介绍).{{0,8}}险)"
    r"|(?:给|帮|替)(?:我们?|咱们?|我们公司|我单位)?(?:报个?价|出(?:个|一?份)(?:方案|报价|建议书|计划书))|(?:登记|留)(?:个|一下)?(?:投保)?(?:意向|咨询|询价|需求)"
    r"|(?:要|做|出|来)(?:一份|个)(?:保险)?(?:方案|建议书|计划书|报价单)|询价"
)
_ABOUT_A_FIRM = ("企业财产或责任", "团体员工保险")


def _read_whom(said: Understood, situation: Situation) -> Reading:
    found = next((value for value, words in _WHOM if words.search(said.text)), "")
    return Accepted(found) if found else NotAnAnswer()


def _read_kind(said: Understood, situation: Situation) -> Reading:
    """One of the kinds; outside the opening any other short words are kept as they are, for the salesperson to sort."""
    found = next((value for value, words in _KIND if words.search(said.text)), "")
    if found:
        firm = {WHOM: FIRM} if found in _ABOUT_A_FIRM and not situation.get(WHOM) else {}
        return Accepted(found, also=firm)
    if said.aside or is_filler(said.text) or len(said.text) > 20 or said.text.strip() == _OTHER_KIND:
        return NotAnAnswer()
    return Accepted(said.text.strip()) if said.text.strip().endswith(("险", "保险", "保障")) else NotAnAnswer()


def _read_subject(said: Understood, situation: Situation) -> Reading:
    return read_words(4, 300)(said, situation)


def _read_called(said: Understood, situation: Situation) -> Reading:
    """A name, or no more than 王女士: the phone is what reaches the customer."""
    text = re.sub(r"^(?:我)?(?:叫我|叫|姓|我是|称呼我?)+", "", said.text.strip(" 。.!！")).strip()
    if (
        said.aside
        or is_filler(said.text)
        or _NOT_A_NAME.search(text)
        or not re.fullmatch(r"[\u4e00-\u9fff·A-Za-z ]{1,15}", text)
    ):
        return NotAnAnswer()
    return Accepted(text)


def _is_firm(situation: Situation) -> bool:
    return situation.get(WHOM) == FIRM


def _asks_whom(_: Situation) -> Ask:
    names = ("自己", "配偶", "父母", "孩子", "全家", FIRM)
    return Ask("这份保险是给谁准备的？", "choice", tuple(choose(name) for name in names))


def _asks_kind(situation: Situation) -> Ask:
    names: tuple[str, ...] = ("医疗险", "重疾险", "意外险", "寿险", "养老或年金", "车险", "家庭财产险", "还没想好")
    if _is_firm(situation):
        names = ("企业财产或责任", "团体员工保险", "车险", "还没想好")
    return Ask("想了解哪一类保险？", "choice", tuple(choose(name) for name in names))


def _confirm_by_text(work: UnitOfWork, case: Case, request: ServiceRequest) -> None:
    phone = current_identity(work, case.situation.conversation_id, case.situation.now).phone
    when = show_call(case.get(SLOT), case.situation)
    text = f"【保险客服】投保咨询已登记（编号 {request.request_no}），{when} 由销售岗给您回电。"
    work.texts.send(phone, text, case.situation.now)


def _what_next(case: Case, _: ServiceRequest) -> str:
    with case.situation.services.reading() as work:
        phone = current_identity(work, case.situation.conversation_id, case.situation.now).phone
    return (
        f"{show_call(case.get(SLOT), case.situation)} 之间，有执业登记的销售人员打 {mask_phone(phone)}，只谈这次咨询的事。\n"
        "来电可以先问执业登记号，在这里核实；保费只付到公司官方账户。不想要了，随时说“取消推销”。"
    )


TRANSACTION = Transaction(
    kind="sales_enquiry",
    zh="投保咨询登记",
    intents=("request_callback", "contact_servicer"),
    words=SALES_WISH,
    post=SALES_POST,
    level=IdentityLevel.L1,
    opening="我把您的需要记下来，请有执业登记的销售人员跟您谈。我这里不推荐产品，也不报保费，买不买由您自己定。",
    questions=NEVER_ONLY_ASKED,
    steps=(
        Step(WHOM, "给谁", _asks_whom, _read_whom, closed=True),
        Step(KIND, "想了解", _asks_kind, _read_kind, closed=True),
        Step(SUBJECT, "单位和标的", lambda _: Ask("请说说单位的情况：做什么行业、多少人或什么财产、在哪里、想保多少，有特别的标的也写上。", "text"),
             _read_subject, needed=_is_firm, free_text=True, story=True),
        Step(CALLED, "怎么称呼", lambda _: Ask("怎么称呼您？", "text"), _read_called),
        CALL_TIME,
        Step(MORE, "还想说的", lambda _: Ask("还有什么要先告诉他的吗？比如预算、已有的保险；没有就回“没有”。", "text", (choose("没有"),)),
             read_words(1, 300, none_as="没有"), free_text=True, story=True),
    ),
    consent=ConsentQuestion(
        # Consent to this one call: C7, to advertise, stays as it was.
        kind="C7.enquiry",
        text="我们的销售人员会按约好的时间打您这个号码，只谈这次咨询，不作别的推销。您同意吗？",
        without="好的，没有登记，也不会有人打给您。想自己看，可以在这里问险种保什么、不保什么。",
        before=SLOT,
    ),
    promise=Promise(appointment=day_of_call),
    effect=_confirm_by_text,
    what_next=_what_next,
)  # fmt: skip
