"""Labelled sentences with their lines: data/nlu, and the held-out cases of tests/nlu_cases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.training.finding import Finding, error
from bot.training.likeness import skeleton
from bot.training.nodes import MisshapenError, Node
from bot.training.pieces import Example, Mark, Named, Pieces

_MARK = re.compile(r'\[(?P<text>[^\]]+)\](?:\((?P<entity>\w+)\)|\{[^}]*?"entity"\s*:\s*"(?P<named>\w+)"[^}]*\})')
_HALF_A_MARK = re.compile(r"\[[^\[\]]*\]\s*[（({]|\[\]\(|[）)]\s*\(\w+\)")
_HOW = "每句一行，前面写“- ”；意图写“- intent: 名字”，下一行写“  examples: |”"


def read_nlu(name: str, top: Node) -> Pieces:
    """A file of data/nlu. Raises MisshapenError."""
    examples: list[Example] = []
    labels: list[Named] = []
    flaws: list[Finding] = []
    groups = top.mapping().get("nlu")
    if groups is None:
        raise MisshapenError(top.line, "没有“nlu:”这一行", "例句放在“nlu:”下面")
    for group in groups.items():
        keys = group.mapping()
        if set(keys) != {"intent", "examples"}:
            flaws.append(_unknown_group(name, group, keys))
            continue
        labels.append(Named(keys["intent"].text, (name, keys["intent"].line)))
        block = keys["examples"]
        for number, line in enumerate(block.text.splitlines(), start=block.line + 1):
            if not line.strip():
                continue
            if not line.startswith("- ") or not line[2:].strip():
                flaws.append(
                    error("nlu.not_an_example", (name, number), f"这一行不是例句：“{line.strip()}”", _HOW, text=line)
                )
                continue
            text, marks = read_marks(line[2:].strip())
            if _HALF_A_MARK.search(text):
                flaws.append(_half_a_mark(name, number, text))
            examples.append(Example(keys["intent"].text, text, skeleton(text), (name, number), marks))
    return Pieces(examples=tuple(examples), labels=tuple(labels), flaws=tuple(flaws))


def read_marks(written: str) -> tuple[str, tuple[Mark, ...]]:
    """A sentence without its marks, and the marks."""
    parts: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    for match in _MARK.finditer(written):
        parts.append(written[at : match.start()])
        length += len(parts[-1])
        parts.append(match["text"])
        marks.append(Mark(match["entity"] or match["named"], match["text"], length, length + len(match["text"])))
        at, length = match.end(), length + len(match["text"])
    return "".join([*parts, written[at:]]), tuple(marks)


def read_cases(name: str, top: Node) -> Pieces:
    """A file of tests/nlu_cases. Raises MisshapenError."""
    groups = [group.mapping() for group in top.items()]
    for group, keys in zip(top.items(), groups, strict=True):
        if "intent" not in keys or "cases" not in keys:
            raise MisshapenError(group.line, "这一组要有 intent 和 cases", "写成“- intent: 名字”，下一行“  cases:”")
    labels = [Named(keys["intent"].text, (name, keys["intent"].line)) for keys in groups]
    return Pieces(examples=tuple(_cases(name, groups)), labels=tuple(labels))


def _cases(name: str, groups: list[dict[str, Node]]) -> Iterator[Example]:
    for keys in groups:
        for case in keys["cases"].items():
            text = case.mapping().get("text")
            if text is None:
                raise MisshapenError(case.line, "这一条没有 text", "写成“- text: 客户的话”")
            where = (name, text.line)
            yield Example(keys["intent"].text, text.text, skeleton(text.text), where, source="case")


def _unknown_group(name: str, group: Node, keys: dict[str, Node]) -> Finding:
    if "synonym" in keys or "lookup" in keys or "regex" in keys:
        remedy = "同义词写进 data/lexicon/entities 下那种实体的词表：“标准说法: 别的说法 别的说法”"
        return error("nlu.unknown_key", (name, group.line), "这里只放例句，不放同义词、词表", remedy)
    missing = sorted({"intent", "examples"} - set(keys))
    more = sorted(set(keys) - {"intent", "examples"})
    told = "，".join(
        [*([f"少了 {'、'.join(missing)}"] if missing else []), *([f"不认识 {'、'.join(more)}"] if more else [])]
    )
    return error("nlu.unknown_key", (name, group.line), f"这一组{told}", _HOW, missing=missing, unknown=more)


def _half_a_mark(name: str, line: int, text: str) -> Finding:
    return error(
        "entity.half_a_mark",
        (name, line),
        f"实体没有标完整：“{text}”",
        "标成“[原话里的词](实体名)”：方括号、圆括号都用英文的，中间不空格",
        text=text,
    )
