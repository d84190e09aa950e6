"""Health details of a claim: asked for only after a separate consent (C2, 个保法 art 29), read strictly."""

from __future__ import annotations

import re
from datetime import date

from bot.services.deadlines import speak_date
from bot.services.journeys.claim_answers import asks_something
from bot.services.journeys.claim_slots import ADMITTED, CAUSE, VISIT_ON
from bot.services.journeys.consent_words import agrees_plainly
from bot.services.journeys.fields import is_filler, says_none
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation
from bot.services.understanding import Understood
from bot.text.normalise import fold

NOT_SEEN = "还没就诊"
_WHY = re.compile(r"凭什么|为什么|为啥|干嘛|干什么|做什么|有什么用|[?？]|吗$")
_REFUSES = re.compile(r"不|拒绝|别记|免了|算了|没必要|没有必要|休想")
_NOT_ADMITTED = re.compile(r"(?:没|未|不用|不需要|没有|无需)(?:有)?住院|门诊|急诊")
_ADMITTED = re.compile(r"住(?:了|过|着)?.{0,4}院|住院|住了.{0,4}天")
_NOT_YET = re.compile(r"没(有)?(去|就诊|看)|还没")
_HOSPITAL = re.compile(r"[\u4e00-\u9fff0-9]{2,20}?(?:医院|卫生院|诊所|门诊部|卫生服务中心|急救中心|医学中心)")
_DATE_WORDS = re.compile(
    r"\d{4}年|[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}[日号]?|今天|昨天|前天|昨晚|上周.|当天|[0-9]{1,2}[日号]|早上|上午|下午|晚上"
)


def read_consent(said: Understood, _: Situation) -> Reading:
    """Only a plain yes of a closed list is consent; anything with a refusal in it is none."""
    text = fold(said.text).strip().lower()
    if _WHY.search(text):
        return Rejected(
            "医院和就诊情况属于健康信息，要您单独同意才能记，只用于这次理赔；不同意也照样报案，选一个就行。"
        )
    if _REFUSES.search(text.replace("没问题", "")) or said.means("deny"):
        return Accepted("不同意", remark="没关系，健康方面的信息就不在这里记，报案照样登记。")
    return Accepted("同意") if agrees_plainly(text) else NotAnAnswer()


def ask_hospital(situation: Situation) -> Ask:
    if told_admission(situation.get(CAUSE)):
        return Ask("在哪家医院、哪天去看的？比如“潞河医院，11 月 22 日”；还没去就回“还没去”。", "text")
    return Ask("在哪家医院、哪天看的、住院了没有？比如“潞河医院，11 月 22 日，没住院”；还没去就回“还没去”。", "text")


def told_admission(text: str) -> str:
    if _NOT_ADMITTED.search(text):
        return "未住院"
    return "住院" if _ADMITTED.search(text) else ""


def read_hospital(said: Understood, situation: Situation) -> Reading:
    text = fold(said.text).strip()
    entity = said.first("hospital")
    if entity is None and ((_NOT_YET.search(text) and not told_admission(text)) or says_none(text)):
        return Accepted(NOT_SEEN, also={VISIT_ON: "", ADMITTED: ""})
    if asks_something(said):
        return NotAnAnswer()
    also = _visit(said, situation)
    named = _HOSPITAL.search(_DATE_WORDS.sub("，", text))
    hospital = entity.value if entity else named.group() if named else _short_name(text)
    if not hospital:
        return Rejected("请告诉我医院的名字，比如“潞河医院”；还没去就回“还没去”。")
    return Accepted(re.sub(r"^(?:在|去了?|就?是|送到了?)", "", hospital), also=also)


def _visit(said: Understood, situation: Situation) -> dict[str, str]:
    day = said.first("date")
    found = {}
    if day and len(day.value) >= 10 and day.value[:10] <= situation.now.date().isoformat():
        found[VISIT_ON] = day.value[:10]
    admission = told_admission(said.text) or told_admission(situation.get(CAUSE))
    if admission:
        found[ADMITTED] = admission
    return found


def _short_name(text: str) -> str:
    """ "协和", "301": what is left when day and admission are taken away."""
    rest = _NOT_ADMITTED.sub(
        "",
        _ADMITTED.sub("", _DATE_WORDS.sub("", text)) if not _NOT_ADMITTED.search(text) else _DATE_WORDS.sub("", text),
    )
    parts = [part for part in re.split(r"[，,、。；;\s]+", rest) if part and not is_filler(part)]
    return parts[0] if parts and 2 <= len(parts[0]) <= 12 and not re.search(r"[开车]", parts[0]) else ""


def show_hospital(value: str, situation: Situation) -> str:
    """潞河医院，11 月 22 日就诊，未住院."""
    day = situation.get(VISIT_ON)
    visit = f"{speak_date(date.fromisoformat(day), situation.now.date())}就诊" if day else ""
    return "，".join(part for part in (value, visit, situation.get(ADMITTED)) if part)
