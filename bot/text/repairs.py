"""A speaker's own repair: "八点四十左右 不对 八点二十" says 八点二十; "车开着不对劲" repairs nothing.

Three ways, the sure one first: digits of a number just said ("最后一位是幺"), a value for a value of the same kind, and words
that stand for the whole answer ("不对，是B2停车场"). What cannot replace what stood before it leaves the message as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.text import repair_words as words
from bot.text.normalise import fold
from bot.text.numerals import SPOKEN_DIGIT
from bot.text.repair_digits import LEAST_RUN, repaired_digits
from bot.text.repair_groups import CODES, regrouped
from bot.text.repair_parts import Mark, Piece, Repair, Value, Way, bare_end, piece_of

MOST = 4  # repairs in one message
# Characters: from a marker to the new value, of a phrase taken back, of the words that stand for it.
_GAP, _PHRASE, _LONGEST = 12, 16, 20
_NUMBER = re.compile(rf"[0-9{SPOKEN_DIGIT}十百千万两半](?:[0-9{SPOKEN_DIGIT}十百千万点.]|[ -](?=[0-9]))*[Xx]?")
_NO_NUMBER = re.compile(r"[一两](?=[下点样起直定般切共会边看旦些时方]|$)|[千万](?=一|不|别)|半(?=天|路)")
_MEASURE = re.compile(r"[个位人辆天年月岁次份张套台条件层楼]")
_REPEATED = re.compile(rf"个[0-9{SPOKEN_DIGIT}](?!月)")  # 三个八
_UP_TO_MONTH, _YEAR = re.compile(r".*月份?"), re.compile(r".*年")
_IS = re.compile(rf"{words.SOFT}*是")
_DAY_ONLY = re.compile(rf"[0-9{SPOKEN_DIGIT}十]{{1,3}}[号日]")
_MONTH_ONLY = re.compile(rf"[0-9{SPOKEN_DIGIT}十]{{1,3}}月")
_SHORT = 6  # characters on both sides, where nothing else tells that a marker stands between them: 月交不对年交


def find_repair(text: str, values: Iterable[Value] = ()) -> Repair | None:
    """The first repair of the message. `values` are what it names; plain numbers are found here."""
    folded = fold(text)
    told = list(values)
    named = sorted([*told, *_numbers(folded, told)], key=lambda each: each.start)
    marks = _marks(folded, named)
    instead = _not_but(folded, named)
    if instead and instead.way is Way.VALUE:  # "嗯不是三万，是五万" denies before it tells
        return _with_source(instead, folded, text)
    for mark in marks:
        found = repaired_digits(folded, mark, named) or regrouped(folded, mark, named) or _by_value(folded, mark, named)
        found = found or (None if mark.waits else _by_words(folded, mark, named))
        if found:
            return _with_source(found, folded, text)
    found = instead or _becomes(folded, named)
    if found:
        return _with_source(found, folded, text)
    return Repair(Way.TAKEN_BACK, (Piece(0, len(text), text),)) if _takes_back(folded, marks) else None


def calls_wrong(text: str) -> bool:
    """ "地点不对，我重新说": an answer that is named, and that something is wrong with it."""
    return bool(words.WRONG_LABEL.search(fold(text)))


def restates_words(text: str) -> bool:
    """Words that may stand for an answer in free text: a short phrase, no clause of a story."""
    phrase = text.strip(" 。.！!，,")
    return 1 <= len(phrase) <= _LONGEST and not words.CLAUSE.search(phrase)


def _with_source(repair: Repair, folded: str, text: str) -> Repair:
    """The same pieces in the message's own characters."""
    pieces = (each for each in repair.pieces if each.end > each.start)
    own = (
        replace(each, text=text[each.start : each.end]) if folded[each.start : each.end] == each.text else each
        for each in pieces
    )
    return Repair(repair.way, tuple(own))


def _numbers(text: str, taken: Sequence[Value]) -> list[Value]:
    found = []
    for match in _NUMBER.finditer(text):
        if _NO_NUMBER.match(match[0] + text[match.end() : match.end() + 1]) and len(match[0]) == 1:
            continue
        if not any(match.start() < each.end and each.start < match.end() for each in taken):
            measure = _MEASURE.match(text, match.end())
            if measure and _REPEATED.match(text, match.end()):
                continue
            found.append(Value(f"number{measure[0] if measure else ''}", match.start(), match.end()))
    return found


def _same(old: Value, new: Value) -> bool:
    if old.kind == new.kind or (old.kind in CODES and new.kind in CODES):
        return True
    if not new.kind.startswith("number"):  # half a number, then the whole
        return old.kind == "number" and new.kind in {*CODES, "amount", "plate_no"} and old.end - old.start > 1
    long = new.end - new.start >= LEAST_RUN
    return (old.kind.startswith("number") and "number" in (old.kind, new.kind)) or (
        new.kind == "number" and (old.kind == "amount" or (long and old.kind in CODES))
    )


def _marks(text: str, values: Sequence[Value]) -> list[Mark]:
    """Where the speaker interrupts himself: with a pause or a value before, and a sentence that can go on behind."""
    found: list[Mark] = []
    at = 0
    while match := words.MARK.search(text, at):
        end = match.end()
        firm = bool(match["no"]) and (bool(match["sigh"]) or match["no"] not in ("不对", "不对不对"))
        waits, wrong = bool(match["wait"]), bool(match["wrong"])
        while following := words.MARK.match(text, words.PAUSE.match(text, end).end()):  # type: ignore[union-attr]
            if following["wait"]:
                break
            end, waits = following.end(), False
        at = end
        before, after = text[: match.start()], text[end:]
        if wrong and (words.NEGATED.search(before) or words.ASKED.match(after)):
            continue
        between = match["no"] == "不对" and max(len(before), len(after)) <= _SHORT
        if not between and not _goes_on(end, text, values):
            continue
        found.append(Mark(match.start(), end, waits, firm))
    return found


def _goes_on(end: int, text: str, values: Sequence[Value]) -> bool:
    return bool(words.GOES_ON.match(text, end)) or any(each.start == end for each in values)


def _paused(text: str, mark: Mark) -> bool:
    return mark.start == 0 or bool(re.search(rf"{words.SOFT}$", text[: mark.start]))


def _after_value(text: str, mark: Mark, values: Sequence[Value]) -> bool:
    hedge = words.HEDGE.search(text, 0, mark.start)
    bare = hedge.start() if hedge else mark.start
    return any(bare <= each.end <= mark.start for each in values)


def _by_value(text: str, mark: Mark, values: Sequence[Value]) -> Repair | None:
    """A value of the same kind takes the old one's place; what else was said stays."""
    before = [each for each in values if each.end <= mark.start]
    chain = _chain(text, mark, values)
    if not chain or not before or not (_paused(text, mark) or _after_value(text, mark, values)):
        return None
    if mark.waits and text[chain[-1].end :].strip(" 。.！!吧的啊呀哦") and not _denied(text, mark, before[-1]):
        return None  # "等下四点我要去医院" tells of something else
    olds = [next((old for old in reversed(before) if _same(old, new)), None) for new in chain]
    if (
        chain[0].kind == "amount"
        and before[-1].kind == "number"
        and not text[before[-1].end : mark.start].strip("，, ")
    ):
        olds[0] = before[-1]  # "给三，说错了，二万一": a sum broken off
    several = len({new.kind for new in chain}) < len(chain)
    if several or (None in olds and not any(olds)):
        people = {"relationship", "person_name"}  # whose share it was must not be lost
        covers = several and {old.kind for old in before} - people <= {new.kind for new in chain}
        covers = covers and not any(old.kind in people for old in before)
        return Repair(Way.VALUE, (piece_of(text, chain[0].start, len(text)),)) if covers else None
    if any(text[: old.start].endswith("不是") for old in olds if old):  # 不是车险的事，我点错了，是家财险
        return None
    pairs = sorted(((old, new) for old, new in zip(olds, chain, strict=True) if old), key=lambda each: each[0].start)
    if len(pairs) < len(chain):  # "三点，不对，昨天四点": the day comes along with the hour
        pairs = [(pairs[0][0], Value(pairs[0][1].kind, chain[0].start, chain[-1].end))] if len(pairs) == 1 else []
    return Repair(Way.VALUE, _in_place(text, mark, pairs, chain[-1].end)) if pairs else None


def _denied(text: str, mark: Mark, old: Value) -> bool:
    """ "一千二，不是，两千二" and "一千二，等一下，是两千二" take back what was just said, whatever follows."""
    just_said = not text[old.end : mark.start].strip("，, ")
    return just_said and ("不是" in text[mark.start : mark.end] or bool(_IS.match(text, mark.end)))


def _in_place(text: str, mark: Mark, pairs: Sequence[tuple[Value, Value]], rest: int) -> tuple[Piece, ...]:
    """Each new value where its old one stood; the half of the day is said once (晚上八点四十，哦不，八点二十)."""
    pieces, at = list[Piece](), 0
    for old, new in pairs:
        half = words.HALF_OF_DAY.match(text, old.start) if old.kind == "time" else None
        keeps = half and not words.HALF_OF_DAY.match(text, new.start)
        start = half.end() if half and keeps else old.start
        start += _kept_of_date(text[old.start : old.end], text[new.start : new.end]) if old.kind == "date" else 0
        start -= text[at:start].endswith("我") and text[new.start] == "我"  # "我爱人，不对，我妈"
        pieces += [piece_of(text, at, start), piece_of(text, new.start, new.end)]
        at = old.end
    tail = piece_of(text, at, bare_end(text, mark.start))
    if not text.startswith(tail.text, rest):
        pieces.append(tail)
        again = text[rest:].strip(" 。.！!")
        if again and tail.text.startswith(again):  # "两个人受伤，不对，三个人": what was counted is said twice
            return tuple(pieces)
    return (*pieces, piece_of(text, rest, len(text)))


def _kept_of_date(old: str, new: str) -> int:
    """Characters of the old date that the new one leaves out: 去年五月六号, 不对, 七号."""
    whole = "月" in new or not _DAY_ONLY.match(new)
    kept = _YEAR.match(old) if whole and _MONTH_ONLY.match(new) else None if whole else _UP_TO_MONTH.match(old)
    week = old[:1] in "上下" and old[1:2] in "周星礼" and new[:1] in "周星礼"
    return kept.end() if kept else int(week)


def _chain(text: str, mark: Mark, values: Sequence[Value]) -> list[Value]:
    """The values right behind the marker, one after the other."""
    at, chain = mark.end, list[Value]()
    for each in (each for each in values if each.start >= mark.end):
        gap = text[at : each.start]
        near = len(gap) <= 2 and not gap.strip("的在，, ") if chain else len(gap) <= _GAP and words.INTRO.fullmatch(gap)
        if not near:
            break
        chain.append(each)
        at = each.end
    return chain


def _by_words(text: str, mark: Mark, values: Sequence[Value]) -> Repair | None:
    """Words that stand for the whole answer: behind a marker that begins the message, a label, or a phrase like theirs."""
    start = words.PAUSE.match(text, mark.end).end()  # type: ignore[union-attr]
    intro = re.match(rf"(?:我说的?)?(?:应该|就)*(?:是(?!不是)|改成|改为|在|叫){words.SOFT}*", text[start:])
    rest = piece_of(text, start + (intro.end() if intro and "在" not in intro[0] else 0), len(text))
    head, said = text[: mark.start].strip(" ，,。.、；;！!"), rest.text.strip()
    if not said or (words.TELLS_OF.search(head) and not words.LABEL.fullmatch(head)):
        return None
    if not head:
        bare = words.BARE_NO.search(text[mark.start : mark.end])
        begins = not bare or re.match(words.SOFT, text[mark.end :]) or intro
        return Repair(Way.WORDS, (rest,)) if begins and (intro or not re.search(r"[吗？?]$", said)) else None
    valued = any(rest.start <= each.start <= rest.start + 2 for each in values)
    if words.LABEL.fullmatch(head):
        fits = (intro and (valued or restates_words(said))) or (valued and len(said) <= _LONGEST)
        return Repair(Way.WORDS, (rest,)) if fits else None
    return Repair(Way.WORDS, (rest,)) if _like(head, said, bool(intro), mark, text) else None


def _like(head: str, said: str, introduced: bool, mark: Mark, text: str) -> bool:
    """Two short phrases of which one may stand for the other."""
    phrases = head.removesuffix("了"), said.removesuffix("了")
    if len(head) > _PHRASE or not restates_words(said) or any(re.search(words.SOFT, each) for each in phrases):
        return False
    if any(words.NARRATES.search(each) for each in phrases):
        return False
    if len(said) * 2 < len(head):  # "建国路88号，不对，89号" says a part of it anew
        return False
    short = max(map(len, phrases)) <= 8
    alike = (
        phrases[0][-1] == phrases[1][-1] or phrases[0][:1] == phrases[1][:1] == "在" or phrases[0][:2] == phrases[1][:2]
    )
    if not _paused(text, mark) and not mark.firm:
        return short and phrases[0][-1] == phrases[1][-1]
    return introduced or alike or (short and mark.firm)


def _not_but(text: str, values: Sequence[Value]) -> Repair | None:
    """ "不是昨天，是前天"."""
    found = words.NOT_BUT.search(text)
    if not found:
        return None
    head, new = text[: found.start()], piece_of(text, found.start("new"), len(text))
    olds = [each for each in values if found.start("old") <= each.start and each.end <= found.end("old")]
    first = next((each for each in values if new.start <= each.start <= new.start + 4), None)
    if first and any(_same(old, first) for old in olds):
        bare = not head.strip() or words.LABEL.fullmatch(head.strip(" ，,"))
        return Repair(Way.VALUE, (new,) if bare else (piece_of(text, 0, found.start()), new))
    clear = found["gap"] != "是" and (not head.strip() or words.LABEL.fullmatch(head.strip(" ，,")))
    return Repair(Way.WORDS, (new,)) if clear and (first or restates_words(new.text)) else None


def _becomes(text: str, values: Sequence[Value]) -> Repair | None:
    """ "诉求改成书面道歉" and "日期应该是前天": the new answer behind the name of the line."""
    found = words.BECOMES.match(text)
    if found and not words.BY_OTHERS.search(found["head"]):
        heads = [each for each in values if each.end <= found.end("head")]
        told = {each.kind for each in heads}  # "把王小宇改成60%" says whose share, "P2023001234改成季交" which policy
        again = any(each.kind in CODES and each.start >= found.start("new") for each in values)
        if "person_name" not in told and (again or not told & CODES):
            return Repair(Way.WORDS, (piece_of(text, found.start("new"), len(text)),))
    found = words.RATHER.match(text)
    if found and (head := found["head"].strip(" ，,")) and found["new"].strip(" 。.！!吧"):
        new = text.rstrip(" 。.！!吧")
        old = next((each for each in values if text[each.start : each.end] == head), None)
        for each in values:  # 昨天，应该是前天: nothing but the two
            if old and (each.start, each.end) == (found.start("new"), len(new)) and _same(old, each):
                return Repair(Way.VALUE, (piece_of(text, each.start, each.end),))
    if not found or not (not found["head"].strip() or words.LABEL.fullmatch(found["head"].strip())):
        return None
    valued = any(found.start("new") <= each.start <= found.start("new") + 2 for each in values)
    fits = valued or restates_words(found["new"])
    return Repair(Way.WORDS, (piece_of(text, found.start("new"), len(text)),)) if fits else None


def _takes_back(text: str, marks: Sequence[Mark]) -> bool:
    """ "刚才说错了", "地点不对" and no more."""
    last = next((each for each in reversed(marks) if not each.waits), None)
    if last is None or text[last.end :].strip(" 。.！!啊呀哦的了吧，,"):
        return False
    head = text[: last.start].strip(" ，,")
    return _paused(text, last) or bool(words.LABEL.fullmatch(head))
