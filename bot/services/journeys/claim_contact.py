"""How the claims people reach the reporter: one question for phone, name, relation and, of a car, the driver."""

from __future__ import annotations

import re

from bot.services.journeys.claim_parties import own_phone
from bot.services.journeys.claim_plan import leaves_out
from bot.services.journeys.claim_slots import DRIVER, INSURED, NOT_TOLD, PHONE, RELATION, REPORTER, crashed, motor
from bot.services.journeys.fields import read_name, read_phone, says_none, show_name
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation
from bot.services.reply import choose
from bot.services.understanding import Understood
from bot.text.identifiers import MOBILE_IN_TEXT
from bot.text.normalise import fold

# Turned round: "车主是我爸" makes the reporter the child.
_RELATIONS = (
    ("子女", re.compile(r"(?:车主|出险人|被保险人|出险的)是我的?(?:爸|妈|父|母)|我(?:爸|妈|父亲|母亲)的车")),
    ("父母", re.compile(r"(?:车主|出险人|被保险人|出险的)是我的?(?:儿子|女儿|孩子)|我(?:儿子|女儿|孩子)的车")),
    ("配偶", re.compile(r"老公|老婆|丈夫|妻子|爱人|配偶|媳妇")),
    ("父母", re.compile(r"爸|妈|父亲|母亲|父母|家长")),
    ("子女", re.compile(r"儿子|女儿|子女|孩子")),
    ("亲戚", re.compile(r"亲戚|兄弟|哥哥?|弟弟?|姐姐?|妹妹?|叔|舅|姑|姨")),
    ("家人", re.compile(r"家人|家属|家里人")),
    ("朋友", re.compile(r"朋友")),
    ("同事或单位", re.compile(r"同事|单位|公司|员工")),
    ("本人", re.compile(r"车主本人|本人|我自己|我就是|车主|是?我的车|自己的车|出险人")),
)
_DRIVERS = r"老公|老婆|丈夫|妻子|爱人|爸|妈|儿子|女儿|朋友|同事|司机|代驾"
_NOT_ME = re.compile(r"不是我(?:自己|本人)?(?:开|驾)|我没(?:有)?开")
_ME = re.compile(r"(?:我|本人)(?:自己)?(?:在)?(?:开|驾)(?:着|的|车|了?车|$)|是我开|自己开")
_SOMEONE = re.compile(rf"({_DRIVERS})(?:在)?(?:开|驾)(?:着|的|车)")
_NOBODY = re.compile(r"停着|停在|没人开|没人在?车上")
_SAYS_NAME = re.compile(r"(?:我叫|叫我|姓名[是:：]?|名字是?|我是)\s*([\u4e00-\u9fff·]{2,4})(?=$|[，,、。；;\s的])")
_NO_NAME = re.compile(
    r"不|没|只|就|这|那|个|是|的|我|你|开|车|主|本人|人|手机|电话|号|单位|公司|朋友|同事|跳过|好|等|稍|老公|老婆|爸|妈|儿子|女儿|配偶|丈夫|妻子|爱人|孩子|家长|亲戚|司机|谢|可以|联系"
)
_TITLE = re.compile(r"(?:先生|女士|师傅|小姐)$")
_SURNAME = re.compile(r"我?姓([\u4e00-\u9fff])(?:$|[，,、。\s])")


def ask_contact(situation: Situation) -> Ask:
    if leaves_out(situation, "relation") and leaves_out(situation, "driver"):
        return Ask("理赔人员怎么联系您？请给手机号和称呼；只留手机号也行。", "phone")
    if motor(situation):
        drives = crashed(situation) and not situation.get(DRIVER)
        who, example = (
            ("跟车主什么关系、是不是您开的车", "王强，车主本人，我开的")
            if drives
            else ("跟车主什么关系", "王强，车主本人")
        )
    else:
        who = "跟出险的人什么关系" if situation.get(INSURED) else "跟这件事什么关系"
        example = "王强，本人"
    return Ask(f"理赔人员怎么联系您？请给手机号、称呼、{who}，比如“手机号，{example}”；只留手机号也行。", "phone")


def read_contact(said: Understood, situation: Situation) -> Reading:
    """The phone; whatever else the answer tells is kept, nothing else is asked again."""
    if said.aside:
        mine = own_phone(said)
        if mine is None and said.of_type("phone"):
            return NotAnAnswer()
        return _with_name(Accepted(mine.value) if mine else read_phone(said, situation), said)
    text = fold(said.text)
    phone = own_phone(said) or said.first("phone")
    number = phone.value if phone else next(iter(MOBILE_IN_TEXT.findall(text)), "")
    if not number and re.search(r"[?？]|吗$|呢$|什么|怎么", text):
        return NotAnAnswer()
    also = read_reporter(MOBILE_IN_TEXT.sub("，", text), bare=bool(number)) | told_driver(text)
    if number:
        return Accepted(number, also=_not_told(situation) | also)
    reading = read_phone(said, situation)
    if isinstance(reading, NotAnAnswer):
        if also:
            return Accepted("", also=also, remark="记下了，还差一个手机号。")
        if says_none(text):
            return Rejected("需要一个能联系到您的手机号，只用于这次理赔；家人的也可以。")
    return Accepted(reading.value, also=_not_told(situation)) if isinstance(reading, Accepted) else reading


def _not_told(situation: Situation) -> dict[str, str]:
    """Who drove and the relation stand on the card also where nobody said: there the customer sees what is missing."""
    lines = (RELATION, DRIVER) if crashed(situation) else (RELATION,)
    return {slot: NOT_TOLD for slot in lines if not situation.get(slot)}


def asks_driver(situation: Situation) -> bool:
    """Once: where the question for the phone was not needed, and so did not ask it."""
    return bool(situation.get(DRIVER)) or (crashed(situation) and bool(situation.get(PHONE)))


def asks_relation(situation: Situation) -> bool:
    return bool(situation.get(RELATION) or situation.get(PHONE))


def ask_driver(situation: Situation) -> Ask:
    if situation.get(RELATION) not in ("", NOT_TOLD):
        choices = (choose("我开的"), choose("别人开的", "不是我开的"), choose("车停着，没人开"))
        return Ask("当时是谁开的车？不清楚就回“跳过”。", "text", choices)
    text = "当时是谁开的车，您跟车主是什么关系？比如“我开的，车主本人”；不想说就回“跳过”。"
    return Ask(text, "text", (choose("我开的，车主本人"), choose("别人开的", "不是我开的"), choose("车停着，没人开")))


def ask_relation(situation: Situation) -> Ask:
    who = "车主" if motor(situation) else "出险的人" if situation.get(INSURED) else "这件事"
    return Ask(f"您跟{who}是什么关系？不想说就回“跳过”。", "text", (choose("本人"), choose("家人"), choose("跳过")))


def _with_name(reading: Reading, said: Understood) -> Reading:
    found = _SAYS_NAME.search(fold(said.text))
    if isinstance(reading, Accepted) and found and not _NO_NAME.search(found.group(1)):
        return Accepted(reading.value, also={REPORTER: found.group(1)})
    return reading


def read_reporter(text: str, *, bare: bool = True) -> dict[str, str]:
    """Name and relation out of "王强，车主本人，我开的"; a bare name only beside a phone or a relation ("等一下")."""
    found: dict[str, str] = {}
    relation = next((label for label, pattern in _RELATIONS if pattern.search(_SOMEONE.sub("", text))), "")
    if relation:
        found[RELATION] = relation
    said = _SAYS_NAME.search(text)
    surname = _SURNAME.search(text)
    parts = [said.group(1)] if said else re.split(r"[，,、。；;\s/:：]+", text)
    bare = bare or bool(relation) or bool(said)
    names = [
        part for part in parts if bare and re.fullmatch(r"[\u4e00-\u9fff·]{2,6}", part) and not _NO_NAME.search(part)
    ]
    if names or surname:
        found[REPORTER] = names[0] if names else f"{surname.group(1)}先生或女士" if surname else ""
    return found


def told_driver(text: str) -> dict[str, str]:
    """Who drove, as far as the words say."""
    someone = _SOMEONE.search(text)
    if someone:
        return {DRIVER: someone.group(1)}
    if _NOT_ME.search(text):
        return {DRIVER: "不是报案人"}
    if _ME.search(text):
        return {DRIVER: "报案人"}
    return {DRIVER: "无人驾驶"} if _NOBODY.search(text) else {}


def read_reporter_name(said: Understood, situation: Situation) -> Reading:
    if says_none(said.text):
        return Accepted(NOT_TOLD)
    found = read_reporter(fold(said.text)).get(REPORTER)
    return Accepted(found) if found else read_name(said, situation)


def read_relation(said: Understood, _: Situation) -> Reading:
    if says_none(said.text):
        return Accepted(NOT_TOLD)
    found = read_reporter(fold(said.text)).get(RELATION)
    return Accepted(found) if found else NotAnAnswer()


def read_driver(said: Understood, situation: Situation) -> Reading:
    """Who drove, and the relation where the answer tells it: the question asks for both."""
    text = fold(said.text).strip()
    also = {} if situation.get(RELATION) else {RELATION: read_reporter(text, bare=False).get(RELATION) or NOT_TOLD}
    if says_none(text):
        return Accepted(NOT_TOLD, also=also)
    if re.fullmatch(r"(?:就?是)?(?:我|本人|我自己|我本人)[。.]?", text):
        return Accepted("报案人", also=also)
    found = told_driver(text).get(DRIVER)
    if found:
        return Accepted(found, also=also)
    reading = read_name(said, situation)
    return Accepted(reading.value, also=also) if isinstance(reading, Accepted) else reading


def show_reporter(value: str, situation: Situation) -> str:
    return value if value == NOT_TOLD or _TITLE.search(value) else show_name(value, situation)


def show_driver(value: str, situation: Situation) -> str:
    told = value in (NOT_TOLD, "报案人", "不是报案人", "无人驾驶") or re.fullmatch(_DRIVERS, value)
    return value if told else show_name(value, situation)
