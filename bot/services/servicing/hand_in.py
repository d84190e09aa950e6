"""The question for files, one paper after the other: each is looked at, counted once, and may be sent again (F03)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.insurance.matter_file import MatterFile
from bot.services.journeys.fields import is_filler
from bot.services.journeys.journey import (
    Accepted,
    Ask,
    Ended,
    NotAnAnswer,
    Reading,
    Rejected,
    Situation,
    Step,
    nothing_to_say,
)
from bot.services.reply import Reply, choose
from bot.services.servicing.basket import OTHER, Basket
from bot.services.take_file import file_no_in
from bot.services.understanding import Understood

FILES, BASKET = "claim_files", "claim_basket"
SENT = "发完了"
NEXT, LATER, KEEP, AGAIN = "下一样", "这样以后补", "就用这张", "重新拍"
HOW = "jpg、png、heic 照片或 PDF，每个不超过 10MB；拍清楚四角、不反光。"
_SENT = re.compile(r"(?:都|全部?)?(?:发|传|交|给)完了?|就这些|就这么多|全(?:在这|齐)了?|没有别的了|都在这")
_NEXT = re.compile(
    r"下一[样个份]|这样(?:没有?了|好了|发完)|好了|没有?了|够了|跳过|先不|以后|稍后|没有|没带|开不出|拿不到|还没"
)
_KEEP = re.compile(
    r"就(?:用|这样|它)|用这张|不(?:用)?(?:重|再)拍|没法(?:重)?拍|拍不了|只有这张|可以看清|能看清|看得清|不重"
)
_AGAIN = re.compile(r"重(?:新)?拍|再拍|换一张|重发|重传|重新")
_TROUBLE = re.compile(r"传不(?:上|了|过)|发不(?:上|了|过)|上传失败|打不开|选不了|点不了|太大")


class WantedPaper(Protocol):
    """`spoken`: the name with what helps to get it."""

    @property
    def name(self) -> str: ...
    @property
    def spoken(self) -> str: ...


Papers = Callable[[Situation], Sequence[WantedPaper]]


def basket_of(situation: Situation) -> Basket:
    return Basket.parse(situation.get(BASKET))


def files_step(papers: Papers, warning: Callable[[Situation], str] = nothing_to_say) -> Step:
    """The question; `papers`: what is still wanted. The answer is how many were sent, which is in the basket. `warning`:
    what is to be known before the first one is sent."""

    def ask(situation: Situation) -> Ask:
        asked = _ask(basket_of(situation), papers(situation))
        first = not basket_of(situation).given
        return replace(asked, text=f"{warning(situation)}{asked.text}") if first else asked

    def read(said: Understood, situation: Situation) -> Reading:
        basket, names = basket_of(situation), [paper.name for paper in papers(situation)]
        number = file_no_in(said.text) if said.chosen else ""
        return _take(number, basket, names, situation) if number else _hear(said, basket, names)

    return Step(FILES, "文件", ask, read, counted=False, takes_files=True)


def _ask(basket: Basket, papers: Sequence[WantedPaper]) -> Ask:
    names = [paper.name for paper in papers]
    current = basket.current(names)
    if basket.doubt:
        return Ask("要重新拍一张吗？直接发新的也行。", "file", (choose(AGAIN), choose(KEEP)))
    sent = choose("都发完了", SENT)
    if not basket.given and not basket.closed:
        return Ask(_first_words(papers), "file", (choose(LATER),) if papers else (choose("不补了", SENT),))
    if current == OTHER:
        return Ask("要的都过了一遍。还有其他要补的就接着发，没有就回“发完了”。", "file", (sent,))
    if basket.count(current):
        return Ask(f"“{current}”还有就接着发，没有了就点“下一样”。", "file", (choose(NEXT), sent))
    ways = (choose(LATER), *((sent,) if basket.given else ()))
    return Ask(f"请发“{current}”，可以发多张。", "file", ways)


def _first_words(papers: Sequence[WantedPaper]) -> str:
    if not papers:
        return f"现在没有缺的材料。您想补的请发上来（{HOW}），我转给经办的同事。"
    listed = "\n".join(f"· {paper.spoken}" for paper in papers)
    return f"还缺 {len(papers)} 样，一次说全：\n{listed}\n一样一样来：{HOW}先发“{papers[0].name}”，可以发多张。"


def _take(number: str, basket: Basket, names: Sequence[str], situation: Situation) -> Reading:
    """A file has come: whose, whether it came before, whether it can be read."""
    current = basket.current(names)
    with situation.services.reading() as work:
        file = work.files.get(number)
    if file is None or file.conversation_id != situation.conversation_id:
        return Rejected("这个文件没有收到，请再传一次。")
    if file.is_handed_in or number in [each for each, _ in basket.given]:
        return _kept(basket, f"这个文件刚才收到过了（{number}），没有重复存。")
    if file.flaws and number != basket.doubt and current not in basket.warned:
        return _kept(
            basket.doubting(number, current), f"“{current}”收到了，但这张{_flaws(file)}，经办的同事可能看不清。"
        )
    added = basket.with_file(number, current)
    poor = f"还是{_flaws(file)}，先收下，看不清会联系您。" if file.flaws else ""
    return _kept(added, f"“{current}”第 {added.count(current)} 个收到（{number}，{file.received_at:%H:%M}）。{poor}")


def _hear(said: Understood, basket: Basket, names: Sequence[str]) -> Reading:
    text, current = said.text.strip(), basket.current(names)
    if basket.doubt and (text == KEEP or _KEEP.search(text)):
        added = basket.with_file(basket.doubt, current)
        return _kept(added, f"好，就用这张，“{current}”第 {added.count(current)} 个收下（{basket.doubt}）。")
    if basket.doubt and (text == AGAIN or _AGAIN.search(text)):
        return _kept(basket.without_doubt(), "")
    if _TROUBLE.search(text):
        return Rejected(f"可以传的是{HOW}太大的先截图或压缩。还是不行可以转人工，也可以到柜台交。")
    if text == SENT or _SENT.search(text):
        return _finish(basket)
    if is_filler(text):
        return _kept(basket, "好，等您发上来。")
    if len(text) <= 12 and (text in (NEXT, LATER) or _NEXT.search(text)):
        return _finish(basket) if current == OTHER else _kept(basket.closing(current), "")
    return NotAnAnswer()


def _finish(basket: Basket) -> Reading:
    if basket.given:
        return Accepted(f"共 {len(basket.given)} 个", also={BASKET: basket.without_doubt().dump()})
    return Ended((Reply("好的，这次没有收到文件，什么都没有提交。材料备齐了随时再说要补材料。"),))


def _kept(basket: Basket, remark: str) -> Accepted:
    """The question stays open."""
    return Accepted("", remark, also={BASKET: basket.dump()})


def _flaws(file: MatterFile) -> str:
    return "、".join(flaw.zh for flaw in file.flaws)
