"""表扬、建议 (F23): registered with a number; a complaint inside a praise is a complaint."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.complaints.engine import Verdict
from bot.insurance.identity import IdentityLevel
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.fields import read_words
from bot.services.journeys.file_complaint import receive
from bot.services.journeys.journey import Accepted, Ask, Opening, Reading, Situation, Step
from bot.services.reply import Reply, choose
from bot.services.screen_message import complains, screen_message
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction
from bot.services.understanding import Understood

WORDS, ABOUT = "feedback_words", "feedback_about"
KIND, PRAISE = "feedback_kind", "表扬"  # said before the words themselves
_PRAISE = re.compile(r"表扬|赞|夸|好评|感谢|谢|锦旗|服务(?:特别|真|很)?好|满意|五星|耐心|点赞|奖励")
_BARE = re.compile(
    r"^.{0,4}(?:表扬|建议|意见箱?|点赞|好评|夸夸?|五星|反馈)(?:你们)?(?:一下|一个人?|个人?|客服|个建议|个意见)?[👍。!！]*$"
)


def _start(situation: Situation) -> Opening:
    text = situation.said.text
    praises = bool(_PRAISE.search(text))
    thanks = "谢谢您特意告诉我们。" if praises else "谢谢您的建议。"
    if situation.said.chosen or _BARE.match(text) or len(text) < 6:
        return Opening((Reply(thanks),), {KIND: PRAISE} if praises else {})
    words = [Reply(thanks)]
    if complains(_complaint_in(text, situation)):
        words.append(Reply(_ALSO))
    who = situation.said.first("person_name")
    return Opening(tuple(words), {WORDS: text[:1000], **({ABOUT: who.value} if who else {})})


_ALSO = "您话里说到的不满，不会当成表扬收着：登记时我会同时立一件投诉。"


def _complaint_in(text: str, situation: Situation) -> Verdict:
    """What the rules say when the words are read as a complaint's."""
    said = replace(situation.said, text=text, intent="file_complaint", chosen=False)
    return screen_message(situation.services.complaint_rules, said)


def _read_words(said: Understood, situation: Situation) -> Reading:
    reading = read_words(4, 1000)(said, situation)
    if isinstance(reading, Accepted) and not said.aside and complains(_complaint_in(reading.value, situation)):
        return replace(reading, remark=_ALSO)
    return reading


def _complaint_beside(case: Case, request: ServiceRequest) -> tuple[Reply, ...]:
    verdict = _complaint_in(case.get(WORDS), case.situation)
    if not complains(verdict):
        return ()
    said = replace(case.situation.said, text=case.get(WORDS), chosen=False)
    _, registered = receive(replace(case.situation, said=said, key=f"{request.idempotency_key}:complaint"), verdict)
    return (registered,)


def _what_next(case: Case, _: ServiceRequest) -> str:
    if case.get(KIND) == PRAISE or _PRAISE.search(case.get(WORDS)):
        return "表扬会转给当事人的主管和质量管理岗，记进他的服务档案。"
    return "建议会转给质量管理岗，每月汇总一次，由负责的部门答复采纳情况。"


TRANSACTION = Transaction(
    kind="give_feedback",
    zh="表扬或建议",
    intents=("give_feedback",),
    post="综合",
    level=IdentityLevel.L0,
    start=_start,
    questions=NEVER_ONLY_ASKED,
    steps=(
        Step(WORDS, "内容", lambda _: Ask("您想说什么？", "text"), _read_words, free_text=True, story=True,
             shows_as=lambda value, _: value if len(value) <= 60 else value[:58] + "…"),
        Step(ABOUT, "说的是谁", lambda _: Ask("说的是谁、哪件事？姓名、工号、网点或单号都行，没有就回“没有”。", "text", (choose("没有"),)),
             read_words(1, 200, none_as="未说明"), free_text=True, story=True),
    ),
    afterwards=_complaint_beside,
    what_next=_what_next,
)  # fmt: skip
