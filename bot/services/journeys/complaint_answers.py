"""How a complainant's answers are read: in what capacity, against whom, about which contract, how to be reached."""

from __future__ import annotations

import re

from bot.complaints.engine import Verdict
from bot.insurance.complaint import ComplainantRole
from bot.insurance.hand_off import Priority
from bot.insurance.policy import InsurancePolicy
from bot.services.journeys.controls import PAY_NOBODY
from bot.services.journeys.fields import read_name, read_phone, read_words, says_none, show_phone
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Situation
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.understanding import Entity, Understood
from bot.services.verify_identity import current_identity
from bot.services.wish_to_complain import denies_complaining, wants_to_complain

NO, NAME, REFERENCE = "无", "complaint_name", "complaint_reference"
LEAST_STORY = 12
_BARE = re.compile(r"^[^，。]{0,4}(投诉|申诉)[^，。]{0,6}$")
_KIN = r"(?:妈|爸|爹|娘|母亲|父亲|爷爷|奶奶|外公|外婆|姥姥|姥爷|岳父|岳母|公公|婆婆|老公|老婆|丈夫|妻子|爱人|媳妇|老伴|儿子|女儿|孩子|哥|姐|弟|妹|家人|亲戚)"
_OTHERS = rf"(?:{_KIN}|老人|朋友|同事|邻居|老乡)"
_AGENT = re.compile(
    rf"(?:替|代|帮)(?:我|我们)?(?:家)?{_OTHERS}.{{0,8}}(?:投诉|反映|讨|要个?说法|问|办)|委托我|受.{{0,6}}(?:委托|之托)|代为投诉|受托人|代理人身份"
)
_GUARDIAN = re.compile(r"监护人|法定代理")
_HEIR = re.compile(r"继承人")
_ABOUT_OTHER = re.compile(
    rf"(?:我|俺|咱)(?:们)?家?的?{_KIN}(?:妈|爸)?(?:的|名下|被|那份|那张|在|买|投|交|住院|去世|过世|不在)"
)
_ROLE_ANSWERS = (
    (ComplainantRole.GUARDIAN, re.compile(r"监护|法定代理|未成年|孩子.{0,4}(?:小|上学)")),
    (ComplainantRole.HEIR, re.compile(r"继承|去世|过世|不在了|走了|遗产")),
    (ComplainantRole.SELF, re.compile(r"本人|我自己|自己的|是我的|我的事")),
    (ComplainantRole.AGENT, re.compile(r"受托|委托|替|代|帮|她|他|家属|家里人|女儿|儿子|老公|老婆|爱人")),
)
_TITLE = re.compile(
    r"(?:业务员|代理人|销售员|客户经理|理财经理|理赔员|查勘员|定损员|核赔员|柜员|客服人员|客服|电话客服|经理|主管|保安)"
)
_BADGE = re.compile(r"(?:工号|坐席号?)(?:是|为|叫)?[:： ]?([A-Za-z0-9]{2,20})")
_PLACE = re.compile(r"(?<![\u4e00-\u9fff])?[\u4e00-\u9fff]{2,6}(?:中心支公司|分公司|支公司|营业部|营销服务部)")
_STAFF = re.compile(
    r"你们的?人(?!家|民)|工作人员|服务人员|员工|前台|办事的|网点|(?:那|有)个?(?:人|女的|男的)|小姑娘|小伙子"
)
_NOT_BY = re.compile(
    r"(?:不要|别让|不能让|不想让|换掉?|不许)(?:他|她|那个人|这个人|同一个人|再)[^，。]{0,4}(?:处理|办|管|查|接)|换个?人(?:处理|办|来)"
)
LONGEST_DOUBT = 26  # characters; a longer one tells what happened
_SUPPOSES = re.compile(
    r"(?:要是|如果|假如|万一)(?:我)?(?:要|去)?投诉(?:你们|了)?[^。]{0,6}(?:会|怎么|影响|吗|咋)|投诉(?:你们)?会(?:不会|怎么|影响)"
)
_DOUBTS_WHETHER = re.compile(
    r"(?:行不行?|行吗|可以吗|可不可以|正常吗|合规吗|合法吗|对吗|靠谱吗|划算吗|好不好|能不能|要不要|该不该|真的吗)[呀啊呢]?[?？。\s]*$"
)
_PAYS_SOMEBODY = re.compile(r"现金|(?:业务员|代理人|客户经理|销售|他|她)(?:的)?(?:卡|账户|微信|支付宝|收款)")
_DONE_ALREADY = re.compile(r"已经|转了|付了|交了|打了|给了|收了|骗|没(?:收到|到账)|查不到|签了")
_CHURN = "misconduct.churn"
_NO_HASTE = "先别急着办：退旧保单可能有损失，新保单要重新健康告知、重新算等待期。可以让我先查您现在这份的保障和现金价值，再由您决定。"
_DESK_BEFORE = re.compile(r"(?:[部岗组科]|中心|柜台|前台|投诉|你们)(?:的|那个|那位|里)*$")
_HANDLED_AFTER = re.compile(r"(?:给)?(?:处理|经办|办|接|核|查|挂|骂|吼|说)(?:的|我|了)")
_LEADING = re.compile(r"^(?:我|要|想|投诉|举报|你们|的|去|在|到|是|找|对|向|那个|这个|上周|昨天|今天)+")


_ABUSE = re.compile(
    r"(?:你|他|她|去|真|太|都|们)?(?:他|她|你)?妈(?:的|逼|蛋|了个?[巴逼]子)|尼玛|卧槽|我[操草靠]|[操草日艹](?:你(?:妈|大爷)|尼玛|蛋)?|tmd|nmd|cnm|nnd|wtf"
    r"|傻[逼bx]|煞笔|sb|[狗破垃圾]+(?:公司|保险|客服|平台|玩意儿?|东西|屁)|垃圾|骗子|混蛋|王八蛋|滚(?:蛋|犊子)?|放屁|狗屁|畜生|废物|脑残|神经病|有病|去死|不要脸|什么(?:玩意儿?|东西)|狗日的|恶心"
)
_AROUND_ABUSE = re.compile(
    r"[你您我他她它们咱这那都是就真太好一群帮个的了吧啊呀呢哦嘛吗什么公司保险客服人玩意,，。.!！?？~\s…、]+"
)


def only_abuse(text: str) -> bool:
    """Swearing and nothing else: heard, but neither facts nor a wish."""
    return bool(_ABUSE.search(text.lower())) and not _AROUND_ABUSE.sub("", _ABUSE.sub("", text.lower()))


def tells_a_story(said: Understood) -> bool:
    """More than the wish to complain: something to keep as facts."""
    return not said.chosen and not _BARE.match(said.text) and len(said.text) >= LEAST_STORY


def only_asks(said: Understood, verdict: Verdict) -> Reply | None:
    """The answer to somebody who complains of nothing: he says so ("我不想投诉"), supposes it, or asks whether what a
    salesperson wants is right. None for a complaint."""
    text, ways = said.text.strip(), (intend("登记投诉", "file_complaint"), TO_HUMAN)
    if wants_to_complain(text):
        return None
    if _SUPPOSES.search(text):
        return Reply(
            "可以投诉，不影响您的保单和理赔，也不收费。登记后给编号，情况清楚的 15 天内作出处理决定，复杂的 30 天内。要登记吗？",
            ways,
        )
    if denies_complaining(text):
        pays = verdict.priority is Priority.FUND_SAFETY or _PAYS_SOMEBODY.search(text)
        first = f"{PAY_NOBODY}\n" if pays else ""
        return Reply(f"{first}好，不登记投诉。您要办什么、问什么直接说；要同事帮您，点“转人工”。", ways)
    asks = len(text) <= LONGEST_DOUBT and _DOUBTS_WHETHER.search(text) and not _DONE_ALREADY.search(text)
    in_danger = verdict.priority is Priority.FUND_SAFETY
    # Of anything else a question may be the complaint itself ("理赔拖了三个月合法吗").
    if not asks or not (in_danger or any(rule.id == _CHURN for rule in verdict.fired)):
        return None
    say = PAY_NOBODY if in_danger else _NO_HASTE
    return Reply(f"{say}\n要登记下来查，点“登记投诉”。", (*ways[:1], intend("举报", "report_misconduct"), TO_HUMAN))


def role_in(text: str) -> ComplainantRole | None:
    """The capacity that the words themselves name; None when they name none."""
    if _GUARDIAN.search(text):
        return ComplainantRole.GUARDIAN
    if _HEIR.search(text):
        return ComplainantRole.HEIR
    return ComplainantRole.AGENT if _AGENT.search(text) else None


def about_another(text: str) -> bool:
    """The trouble is a relative's: then it is worth asking who complains."""
    return bool(_ABOUT_OTHER.search(text))


def accused_in(said: Understood) -> str:
    """Whom the story is against: a branch, a post, with the name where one follows; "" when it tells none."""
    place = _PLACE.search(said.text)
    title = _TITLE.search(said.text)
    words = [_LEADING.sub("", place.group())] if place else []
    if title:
        words.append(title.group() + _name_after(said, title.end()))
    elif colleague := _colleague(said):
        words.append(colleague)
    badge = _BADGE.search(said.text)
    if badge:
        words.append(f"工号 {badge.group(1)}")
    return "".join(words)


def _colleague(said: Understood) -> str:
    """Somebody named by his desk or by what he did, without a title ("投诉部的李静", "就是李静处理的")."""
    for entity in said.of_type("person_name"):
        before, after = said.text[: entity.start], said.text[entity.end :]
        if _DESK_BEFORE.search(before) or _HANDLED_AFTER.match(after):
            return entity.value
    return ""


def _name_after(said: Understood, end: int) -> str:
    def close(entity: Entity) -> bool:
        return 0 <= entity.start - end <= 2

    return next((entity.value for entity in said.of_type("person_name") if close(entity)), "")


def mentions_staff(text: str) -> bool:
    """Somebody of the company is complained of, whoever it was."""
    return bool(_STAFF.search(text))


def wants_others(text: str) -> bool:
    """Somebody is not to handle it ("这次不要她处理"): by whom it is handled must be known (投诉办法 art 17)."""
    return bool(_NOT_BY.search(text))


def ask_role(_: Situation) -> Ask:
    choices = (
        choose("我本人的事", ComplainantRole.SELF.zh),
        choose("替别人投诉", ComplainantRole.AGENT.zh),
        choose("我是监护人", ComplainantRole.GUARDIAN.zh),
        choose("我是继承人", ComplainantRole.HEIR.zh),
    )
    return Ask("这件事您是以什么身份投诉？", "choice", choices)


def read_role(said: Understood, _: Situation) -> Reading:
    text = said.text.strip()
    named = next((role for role in ComplainantRole if role.zh == text), None)
    if named is None and says_none(text):
        named = ComplainantRole.SELF
    if named is None:
        named = next((role for role, words in _ROLE_ANSWERS if words.search(text)), None)
    if named is None or said.aside:
        return NotAnAnswer()
    remark = f"记下了。请备好{named.papers}，投诉专员联系时再交；现在没有也不影响处理。" if named.papers else ""
    return Accepted(named.zh, remark=remark)


def role_of(value: str) -> ComplainantRole | None:
    return next((role for role in ComplainantRole if role.zh == value), None)


def read_against(said: Understood, situation: Situation) -> Reading:
    return read_words(2, 60, none_as=NO)(said, situation)


def own_policies(situation: Situation) -> tuple[InsurancePolicy, ...]:
    """What is on file of a proven person, so that it is not asked for (投诉办法 art 13; X-02)."""
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        return tuple(work.policies.naming(party.party_id)) if party else ()


def on_file(situation: Situation) -> dict[str, str]:
    """The only policy of a proven person answers the question about it."""
    mine = own_policies(situation)
    return {REFERENCE: mine[0].policy_no} if len(mine) == 1 else {}


def ask_reference(situation: Situation) -> Ask:
    mine = own_policies(situation)[:4]
    if mine:
        choices = tuple(choose(f"{one.product_name} {one.policy_no}", one.policy_no) for one in mine)
        return Ask("跟您哪份保单有关？都不是就回“没有”。", "choice", (*choices, choose("没有")))
    return Ask("有相关的保单号或报案号吗？没有就回“没有”。", "text", (choose("没有"),))


def read_reference(said: Understood, situation: Situation) -> Reading:
    entity = said.first("policy_no", "claim_no")
    if entity:
        return Accepted(entity.value)
    if says_none(said.text):
        return Accepted(NO, remark="没有也没关系，我们会在系统里查。")
    if said.text in {one.policy_no for one in own_policies(situation)}:
        return Accepted(said.text)
    plate = said.first("plate_no")
    return Accepted(plate.value) if plate else NotAnAnswer()


# Before a number: that it is the complainant's own, and that it is not.
_OWN_PHONE = re.compile(r"(?:我|本人|联系).{0,8}$")
_CLAUSES = re.compile(r"[，。；！？,;!?\s]")
_OTHERS_PHONE = re.compile(r"他|她|业务员|经理|客服|对方|我(?:妈|爸|老公|老婆|儿子|女儿|朋友)")


def own_phone(said: Understood) -> str:
    """The phone that is told with the complaint as the complainant's own ("我的电话是…"); "" for none, or another's."""
    for each in said.entities:
        before = _CLAUSES.split(said.text[max(0, each.start - 12) : each.start])[-1]
        if each.type == "phone" and _OWN_PHONE.search(before) and not _OTHERS_PHONE.search(before):
            return each.value
    return ""


def ask_phone(_: Situation) -> Ask:
    text = "投诉专员用哪个电话联系您？方便的话，把您的姓名也一起写上；不想留就回“没有”。"
    return Ask(text, "phone", (choose("没有"),))


def read_contact(said: Understood, situation: Situation) -> Reading:
    """A phone, and the name where it is told with it."""
    if says_none(said.text):
        return Accepted(NO, remark="没关系，处理结果会留在这个会话里，凭投诉编号可以查。")
    reading = read_phone(said, situation)
    name = said.first("person_name")
    if isinstance(reading, Accepted) and name and not said.aside:
        return Accepted(reading.value, also={NAME: name.value})
    return reading


def read_complainant_name(said: Understood, situation: Situation) -> Reading:
    if said.aside and not re.search(r"我叫|我是|本人|姓名|名字是", said.text):
        return NotAnAnswer()
    return read_name(said, situation)


def show_contact(value: str, situation: Situation) -> str:
    return value if value == NO else show_phone(value, situation)


def given(value: str) -> str:
    """An answer as it is stored: "无" is no answer."""
    return "" if value == NO else value
