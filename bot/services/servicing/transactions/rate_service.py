"""评价 (H10): five steps as buttons or in words, one question why it was bad; nothing else is asked."""

from __future__ import annotations

import re

from bot.insurance.identity import IdentityLevel
from bot.insurance.rating import BAD, SCORES, Rating
from bot.insurance.service_request import ServiceRequest
from bot.services.bad_rating import may_be_answered, settle_bad_rating
from bot.services.deadlines import speak_date
from bot.services.journeys.fields import read_words
from bot.services.journeys.journey import Accepted, Ask, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.rate_service import latest_matter
from bot.services.reply import TO_HUMAN, Reply, choose, intend
from bot.services.servicing.transaction import NEVER_ONLY_ASKED, Case, Transaction
from bot.services.understanding import Understood
from bot.text.normalise import fold

SCORE, REASON, NO_REASON = "rating_score", "rating_reason", "未说明"
_OF_TITLE = {title: score for score, title in SCORES.items()}
_NUMBER = re.compile(r"^(?:打|给|评)?\s*([1-5一二三四五])\s*(?:分|星|颗星|个星)?[吧。!！]?$")
# The first that fits counts: "不太满意" is no "满意".
_WORDS = (
    (1, re.compile(r"(?:非常|很|太|极其|特别|十分)(?:不满|差|烂|糟|失望)|差劲|垃圾|恶劣|气死")),
    (2, re.compile(r"不(?:太|怎么|是很|大)?满意|不好|不行|差|失望|不怎么样")),
    (3, re.compile(r"一般|还行|还可以|凑合|马马虎虎|普通|说得过去|中规中矩")),
    (5, re.compile(r"(?:非常|很|太|特别|十分|超级?|相当)(?:满意|好|棒|赞)|五星|完美|点赞|真好|没得说")),
    (4, re.compile(r"满意|不错|挺好|可以|好评|好的?$|赞|棒")),
)


def _ask_score(_: Situation) -> Ask:
    return Ask("这次办得怎么样？", "choice", tuple(choose(title) for title in SCORES.values()))


def _read_score(said: Understood, _: Situation) -> Reading:
    text = fold(said.text).strip()
    if text in _OF_TITLE:
        return Accepted(str(_OF_TITLE[text]))
    number = _NUMBER.match(text)
    if number:
        digit = number.group(1)
        return Accepted(digit if digit.isdecimal() and digit.isascii() else str("一二三四五".index(digit) + 1))
    meant = next((score for score, words in _WORDS if words.search(text)), 0)
    if meant:
        return Accepted(str(meant))
    return Rejected("点一个最接近的就行，1 到 5 分也可以。") if len(text) <= 8 else NotAnAnswer()


def _is_bad(situation: Situation) -> bool:
    return situation.get(SCORE) in {str(score) for score in range(1, BAD + 1)}


def _keep(case: Case) -> tuple[Reply, ...]:
    situation = case.situation
    with situation.services.unit_of_work() as work:
        number = latest_matter(work, situation.conversation_id)
        reason = case.get(REASON) if case.get(REASON) != NO_REASON else ""
        rating = Rating(
            situation.conversation_id, number, int(case.get(SCORE)), reason, situation.said.channel, situation.now, situation.key,
        )  # fmt: skip
        work.ratings.add(rating)
        detail = {"score": str(rating.score)}
        work.audit.append("service.rated", subject=number, actor="customer", at=situation.now, detail=detail)
        request = settle_bad_rating(work, rating, situation.services.deadlines)
        work.commit()
    if rating.is_bad:
        ways = (intend("我要投诉", "file_complaint"), TO_HUMAN)
        words = f"对不起，这次没有办好。{_who_looks(request, case)}要正式处理，可以登记投诉，或者转人工。"
        return (Reply(words, ways),)
    return (Reply(f"记下了：{SCORES[rating.score]}。谢谢您。"),)


def _who_looks(request: ServiceRequest | None, case: Case) -> str:
    """Where it went, and by when there is an answer where somebody can be answered."""
    if request is None or request.due_on is None:
        return "您的评价已经记下。"
    goes = f"已经交给投诉回访岗，编号 {request.request_no}，不归原来办的人"
    by = f"，最晚 {speak_date(request.due_on, case.today)} 答复您" if may_be_answered(request) else ""
    return f"{goes}{by}。"


TRANSACTION = Transaction(
    kind="rate_service",
    zh="评价",
    intents=("give_feedback",),
    words=re.compile(r"评价|打分|打个分|评分|满意度|[1-5一二三四五](?:颗|个)?星"),
    post="投诉回访",
    level=IdentityLevel.L0,
    opening="谢谢您愿意评价。",
    questions=NEVER_ONLY_ASKED,
    steps=(
        Step(SCORE, "", _ask_score, _read_score, called="评分", shows_as=lambda value, _: SCORES[int(value)]),
        Step(REASON, "", lambda _: Ask("哪里没办好？说一句就行，不想说就回“不说了”。", "text", (choose("不说了", "没有"),)),
             read_words(2, 300, none_as=NO_REASON), needed=_is_bad, free_text=True, story=True, takes_complaints=True),
    ),
    shows=_keep,
)  # fmt: skip
