"""Who is hurt, and how many: read from the customer's own words (F01 `injured`)."""

from __future__ import annotations

import re

from bot.services.journeys.claim_slots import INJURED, INJURED_COUNT, MANY, NOBODY
from bot.services.journeys.fields import says_none
from bot.services.journeys.journey import Accepted, Ended, NotAnAnswer, Reading, Rejected, Situation
from bot.services.reply import Reply
from bot.services.understanding import Understood
from bot.text.numerals import parse_number

# Anger, pain, animals and dead engines: "气死我了", "狗被撞死了", "死胡同", "车死在路上".
_NO_DEATH = re.compile(
    r"[气急吓烦累疼痛热冷笑倒堵忙饿困丑挤晒冻渴恨愁卡锁钉压焊]死(?!了人|了[一两三]个人)|[气急吓烦累疼痛热冷忙堵]得?(?:要|想|半)死|要死(?!人)"
    r"|死(?:火|机|胡同|角|循环|板|命|心|磕|活|贵|沉|慢|定|守|等)|(?:车子?|发动机|电瓶|熄火)[^，。]{0,6}死|死在(?:路上|半路|车库|地库|原地)"
    r"|(?:狗|猫|鸡|鸭|鹅|羊|猪|牛|马|鸟|兔|鱼|宠物|动物)[^，。]{0,6}死|死[了掉]?[^，。]{0,3}(?:狗|猫|鸡|鸭|鹅|羊|猪|牛|鸟|兔)|没了影"
)
# Of kin only: "对方走了", "车没了" are no deaths.
_GRAVE = re.compile(
    r"死|身亡|身故|去世|(?:爸|妈|爷爷|奶奶|老公|老婆|孩子|儿子|女儿)(?:\w{0,4})(?:走了|没了)|人(?:就|都|已经)?没了"
    r"|昏迷|抢救|重伤|大出血|被困|没呼吸|ICU",
    re.IGNORECASE,
)
# A part of the body, and not of a car: 头盔, 车头, 前脸, 手机, 后背箱.
_BODY = (
    r"(?:(?<![车机前石木后龙老])头(?![盔灯枕一乐])|(?<![前侧])脸|额头|嘴|鼻子?|眼睛|脖子|腰(?!线)|(?<![车后])背(?!包|箱|面)|胸口?|肚子|腿|(?<!一)脚(?!垫|刹|踏)|膝盖"
    r"|(?<![扶新二把])手(?![机续套刹表动])|胳膊|肘|肩膀?|(?<!车)屁股)"
)
_HURT = (
    r"受伤|伤(?!心)|疼|痛|流[了着]?[点些]?(?:好多|很多|不少)?血|出血|破了?点?皮|轻伤|骨折|晕|恶心|住院|医院|崴|扭了|烫|割|咬|摔(?:倒|伤|断|下|了?一?跤)|磕(?:了|破|到|着|出)|起了?个?包|吓(?:着|到|坏|哭)"
    rf"|{_BODY}[^，。,；没]{{0,4}}(?:磕|碰|撞|擦|划|蹭|破|肿|青|麻|瘸|断|酸|不舒服|难受|动不了)"
)
HURT = re.compile(_HURT)
UNHURT = re.compile(r"没(有)?人?(受)?伤|人(都)?没(啥|什么)?(事|伤)|无人受伤")
_IN_HOSPITAL = re.compile(
    r"(?<!没)(?<!没有)(?<!不用)住(?:了|进|着|在)?.{0,4}院|在[^，。]{0,8}医院|(?:送|到|进|去)(?:到|去|进)?了?[^，。]{0,6}医院|(?:做|动)(?:了|完)?(?:的)?手术|打(?:了|完|上)?石膏|骨科|缝(?:了|针)"
)
# Somebody thinks again: what was said before it does not count. "没人 不对 有一个", "不是没有，有个人腿破了".
_SAID_ANEW = re.compile(
    r"不对(?!劲)|不是没有?(?:人)?(?:受伤|伤|事)?|说错了?|哦不|啊不|等等|等一下|忘了说|还有(?:一个|个)?"
)
_COUNT_ONLY = re.compile(r"\d人受伤")
NOBODY_HURT = re.compile(
    r"^(没|没有|无|莫得)人?[的呢啊吧。]*$|没(有)?(人)?(受)?伤|人(都)?没事|没事|无人(受伤)?|都好|安全|就车"
)
_OTHERS = r"孕妇|小孩|大人|骑手|外卖员|邻居|路人|客人|顾客|工人|员工|老婆|老公|爱人|妻子|丈夫|太太|先生|爸|妈|爷爷|奶奶|孩子|儿子|女儿|朋友|同事|司机|乘客|行人|骑车的|老人"
_PERSON = rf"{_OTHERS}|电动车|对方|他|她|我"
_PERSON_HURT = re.compile(rf"(?:{_PERSON}|有?人)(?!没|都没)[^，。,；没]{{0,8}}(?:{_HURT})")
_SOMEBODY = re.compile(rf"有(?:人|[一两二三四五六七八九几\d]+个|个)|^[我俺]?(?:{_OTHERS})")
_UNSURE = re.compile(r"不知道|不清楚|不晓得|不确定|没看|说不(?:好|准)|不好说")
_TOGETHER = re.compile(rf"都|全|们|几个|好几|多人|多名|有人|(?:{_PERSON})[和跟与、](?:{_PERSON})")
_NUMBER = r"([一二两俩三仨四五六七八九十]{1,3}|\d{1,3})"
_PEOPLE = r"(?:个|位|名|口)?(?:人|大人|小孩|孩子|乘客|老人|工人|同事|学生|伤者|游客)|[个位名口]"
_BEFORE_HURT = re.compile(rf"{_NUMBER}(?:{_PEOPLE})[^，。,；\d]{{0,4}}?(?:{_HURT})")
_AFTER_HURT = re.compile(rf"(?:受伤|伤)(?:者|员|了|的)?(?:有|是|大概|一共|共)?{_NUMBER}(?:{_PEOPLE})")
_ASKS_BACK = re.compile(r"受伤[吗么没]|有没有")
_THERE_IS = re.compile(rf"有{_NUMBER}(?:{_PEOPLE})(?!都?没)")
_JUST_A_NUMBER = re.compile(rf"^(?:一共|总共|大概|就|有|是|大约)*{_NUMBER}(?:{_PEOPLE})?[^\d]{{0,4}}$")

GRAVE_WORDS = (
    "先看人：现场还有危险请马上打 120，有火情打 119，交通事故打 122。"
    "后面的事由专人陪您办，我现在就转过去，您联系我们的时间已经记下。"
)
_CARE = "请先照顾伤者：头晕、流血或疼得厉害就打 120；有人受伤的交通事故还要报 122。就诊的病历、发票和费用清单请都留好。"


def is_grave(text: str) -> bool:
    """Death or danger to life, and not a manner of speaking."""
    return bool(_GRAVE.search(_NO_DEATH.sub("", text)))


def answers_who_is_hurt(asked: str, text: str) -> bool:
    """ "流了点血" to our own question who is hurt: an answer that is taken down, with a word about 120, and no call for help.
    `asked`: the slot of the open question. What is grave by its words stays a crisis."""
    return asked in (INJURED, INJURED_COUNT) and tells_injury(text) and not is_grave(text)


def in_hospital(text: str) -> bool:
    """Whoever is hurt is being looked after already."""
    return bool(_IN_HOSPITAL.search(text))


def count_injured(text: str) -> int | None:
    """How many are hurt as far as the words say; None where they do not ("都受伤了")."""
    for pattern in (_BEFORE_HURT, _AFTER_HURT):
        found = pattern.search(text)
        if found:
            return _whole(found.group(1))
    one = _PERSON_HURT.search(text)
    if one is None:
        return None
    clause = re.split(r"[，。,；\s]", text[: one.start()])[-1] + one.group()
    return None if _TOGETHER.search(clause) else 1


def _whole(written: str) -> int | None:
    number = parse_number(written.replace("俩", "两").replace("仨", "三"))
    return int(number) if number is not None else None


def tells_injury(text: str) -> bool:
    """Somebody is hurt, also when others are not ("对方没事，我老婆脖子疼")."""
    return bool(_PERSON_HURT.search(NOBODY_HURT.sub("", text))) if NOBODY_HURT.search(text) else bool(HURT.search(text))


def injury_answers(value: str, count: int | None) -> dict[str, str]:
    return {INJURED: value, INJURED_COUNT: str(count) if count else ""}


def too_many(answers: dict[str, str]) -> Ended:
    """Several injured persons are a person's case; what was told goes along."""
    return Ended((Reply(GRAVE_WORDS),), hand_off="crisis", also=answers)


def _without_yes(text: str) -> str:
    """What is told after a yes: "是的，不过有人受伤" is "有人受伤"."""
    return (
        re.sub(
            r"^(?:是的?|对(?!面|方|象|向)的?|嗯+|好的?|没错)[，,、\s]*(?:不过|但是?|可是|只是|其实)?", "", text.strip()
        )
        or text
    )


def _last_word(text: str) -> tuple[str, bool]:
    """What somebody says after he has thought again, and whether he has; where that tells of nobody ("没人受伤，等一下，我先
    挪车", "有人受伤，刚才说错了") what came before it stands."""
    for mark in reversed(list(_SAID_ANEW.finditer(text))):
        last = re.sub(r"^[\s，,。、是]+|[\s，,。]+$", "", text[mark.end() :])
        if any(each.search(last) for each in (HURT, NOBODY_HURT, _SOMEBODY, _UNSURE, _JUST_A_NUMBER)):
            return last, True
    return _SAID_ANEW.split(text)[0].strip(" ，,。") or text, False


def _grave(text: str) -> Ended | None:
    if is_grave(text) or text == "情况危急":
        return Ended((Reply(GRAVE_WORDS),), hand_off="crisis", also=injury_answers(text[:100], count_injured(text)))
    return None


def read_injured(said: Understood, _: Situation) -> Reading:
    """What a person says at last counts; a denial that somebody is mentioned beside is asked about, never taken."""
    text = said.text
    last, thought_again = _last_word(text)
    if _UNSURE.search(last) and (_ASKS_BACK.search(last) or not tells_injury(last)):
        return _grave(text) or NotAnAnswer()
    somebody = thought_again and bool(_SOMEBODY.search(last) or _JUST_A_NUMBER.match(last))
    hurt = (tells_injury(last) or somebody) and not UNHURT.fullmatch(last.rstrip("的了啊呢吧"))
    if grave := _grave(text):
        return grave
    if NOBODY_HURT.search(last) and not hurt:
        return Accepted(NOBODY, also={INJURED_COUNT: ""})
    if hurt or (said.means("affirm") and not said.aside):
        there_is = (_THERE_IS.search(last) or _JUST_A_NUMBER.match(last)) if thought_again else None
        count = count_injured(last) or (_whole(there_is[1]) if there_is else None)
        told = _without_yes(last)
        plain = len(told) <= 4 or bool(_COUNT_ONLY.fullmatch(told))
        answers = injury_answers("有人受伤" if plain else told[:100], count)
        return too_many(answers) if (count or 0) >= MANY else Accepted(answers.pop(INJURED), remark=_CARE, also=answers)
    if said.means("deny") and not said.aside and not thought_again and not _SOMEBODY.search(text):
        return Accepted(NOBODY)
    return NotAnAnswer()


def read_count(said: Understood, situation: Situation) -> Reading:
    found = _JUST_A_NUMBER.match(said.text.strip())
    count = _whole(found.group(1)) if found else count_injured(said.text)
    if count is None and re.search(r"就?(我|他|她|老婆|老公|孩子)(自己|一个)?$", said.text.strip()):
        count = 1
    if count is not None and count >= MANY:
        return too_many({INJURED: situation.get(INJURED), INJURED_COUNT: str(count)})
    if count:
        return Accepted(str(count))
    if count == 0:
        return Rejected("没有人受伤的话回“伤情改成没人受伤”；有的话说个大概的人数就行。")
    return Accepted("不清楚") if says_none(said.text) else NotAnAnswer()


def show_injured(value: str, situation: Situation) -> str:
    """无人受伤, or 受伤 1 人（颈部疼痛）."""
    count = situation.get(INJURED_COUNT)
    if not count.isdigit():
        return value
    return f"受伤 {count} 人" + ("" if value == "有人受伤" else f"（{value}）")
