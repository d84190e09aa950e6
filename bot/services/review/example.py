"""A training sentence as the corpus writes it, entities marked `[发票](document)`: made, read, and refused where it cannot be learnt."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.services.review.errors import ExampleFlawError
from bot.services.understanding import Entity
from bot.text.masking import mask_free_text

LONGEST = 120  # characters, marks not counted
_MARK = re.compile(r"\[([^\[\]]+)\]\(([a-z_]+)\)")
_BRACKETS = re.compile(r"[\[\]]")
_HIDDEN = re.compile(r"\*{2,}|(?<=[\u4e00-\u9fff])\*")  # what masking leaves: 138****0000, 李*


def plain(example: str) -> str:
    """The sentence without its marks."""
    return _MARK.sub(r"\1", example)


def mark(text: str, masked: str, entities: Sequence[Entity]) -> str:
    """`masked` with those of the entities marked that masking has left as they were in `text`."""
    if len(text) != len(masked) or _BRACKETS.search(masked):
        return masked
    marked, end = masked, len(masked)
    for entity in sorted(entities, key=lambda each: each.start, reverse=True):
        same = text[entity.start : entity.end] == masked[entity.start : entity.end]
        if same and entity.start < entity.end <= end:
            marked = (
                f"{marked[: entity.start]}[{marked[entity.start : entity.end]}]({entity.type}){marked[entity.end :]}"
            )
            end = entity.start
    return marked


def read_example(written: str, entity_types: Collection[str]) -> str:
    """What a trainer wrote, on one line with single spaces. Raises ExampleFlawError for what no corpus should hold."""
    example = " ".join(written.split())
    said = plain(example)
    if not said:
        raise ExampleFlawError(flaw="句子是空的")
    if len(said) > LONGEST:
        raise ExampleFlawError(flaw=f"句子最长 {LONGEST} 个字")
    if not example.isprintable():
        raise ExampleFlawError(flaw="句子里有看不见的字符，请重新打一遍")
    if unknown := sorted({name for _, name in _MARK.findall(example)} - set(entity_types)):
        raise ExampleFlawError(flaw=f"没有叫 {unknown[0]} 的实体")
    if _BRACKETS.search(said):
        raise ExampleFlawError(flaw="方括号只用来标实体，写成 [发票](document)")
    if _HIDDEN.search(said):
        raise ExampleFlawError(flaw="句子里有隐去的内容（星号），请改写成一句不带真实信息的话")
    if mask_free_text(said) != said:
        raise ExampleFlawError(flaw="句子里像是有电话、证件号、卡号或邮箱，训练句子里不能有真实信息")
    return example
