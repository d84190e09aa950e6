"""Where a message about beneficiaries names people: "李梅占四成，剩下的给王和平"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.services.understanding import Understood
from bot.text import surnames

_TITLE = re.compile(r"(先生|女士|小姐|老师|经理|师傅)$")
_BEGINS = re.compile(rf"(?:{surnames.COMPOUND}|[{surnames.ALL}])")
# What may stand before and behind a name. Many of these characters are also in names (王和平, 李想, 张全), so they cut
# a run of characters only where a whole name remains.
_FILLER = re.compile(
    r"受益人|关系|改成|改为|换成|分给|留给|剩下|余下|其余|剩余|份额|比例|名字|姓名|还有|另外|以及|加上|添加|增加|一个|我要|我想|想要|全部|一共"
    r"|[把将改换写填给都全各占得拿分是的和跟与及想就吧了叫他她我们俩两归要也再按让为个加那这由]"
)
# At the end of a run these belong to the name ("陈建和，子女"); before anything else they are "and".
_ENDS_A_NAME = frozenset("和全想成就")


def find_names(
    text: str, said: Understood, covered: Sequence[tuple[int, int]], known: Sequence[str]
) -> list[tuple[int, int, str]]:
    """(start, end, name) in reading order. `covered` are the places already read as something else; `known` are names
    told before. The recogniser's names are believed first, then whatever looks like a Chinese name is one."""
    found: list[tuple[int, int, str]] = []
    blanked = _blank(text, covered)
    for name in sorted(known, key=len, reverse=True):
        # 小宇 is 王小宇 when we know no other; one character alone could be anybody.
        called = re.compile(f"{re.escape(name[0])}?{re.escape(name[1:])}" if len(name) == 3 else re.escape(name))
        places = [hit.span() for hit in called.finditer(blanked)]
        found += [(*place, name) for place in places]
        blanked = _blank(blanked, places)
    for entity in said.of_type("person_name"):
        start = blanked.find(entity.value)
        if start >= 0 and _BEGINS.match(entity.value) and not _TITLE.search(entity.value):
            found.append((start, start + len(entity.value), entity.value))
            blanked = _blank(blanked, [(start, start + len(entity.value))])
    for run in re.finditer(r"[\u4e00-\u9fff·]+", blanked):
        found += _in_run(run.group(), run.start(), blanked[run.end() : run.end() + 1])
    return sorted(found)


def _blank(text: str, places: Sequence[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in places:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _in_run(run: str, offset: int, behind: str) -> list[tuple[int, int, str]]:
    found, at = [], 0
    while at < len(run):
        filler = _FILLER.match(run, at)
        if filler and (len(filler.group()) > 1 or _FILLER.match(run, filler.end()) or filler.end() == len(run)):
            at = filler.end()  # "都给王小宇": 都 is a surname too
            continue
        length = _name_length(run[at:], ends_there=behind in ("", ",", ";", "、", "。", "(", "\n"))
        if length:
            found.append((offset + at, offset + at + length, run[at : at + length]))
            at += length
            continue
        at = filler.end() if filler else at + 1
    return found


def _name_length(run: str, *, ends_there: bool) -> int:
    """How much of the beginning of `run` is one name; 0 when it begins with none."""
    if not _BEGINS.match(run):
        return 0
    for length in (3, 4, 2) if re.match(surnames.COMPOUND, run) else (2, 3, 4):
        rest = run[length:]
        if len(run) < length:
            continue
        if length == 2 and ends_there and rest in _ENDS_A_NAME:
            return 3
        if not rest or _FILLER.match(rest):
            return length
    return 0
