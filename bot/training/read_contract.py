"""The contracts (data/intents.yml, data/entities.yml) and the answers of data/knowledge, with their lines."""

from __future__ import annotations

from collections.abc import Iterator

from bot.training.corpus import stands_alone
from bot.training.likeness import skeleton
from bot.training.nodes import MisshapenError, Node
from bot.training.pieces import Answer, Example, Named, Pieces


def read_intents(name: str, top: Node) -> Pieces:
    """data/intents.yml. Raises MisshapenError."""
    intents, neighbours = [], []
    for key, value in _under(top, "intents"):
        intents.append(Named(key.text, (name, key.line)))
        others = value.mapping().get("not")
        neighbours += [Named(text, (name, line)) for text, line in others.texts()] if others else []
    return Pieces(contract=tuple(intents), neighbours=tuple(neighbours))


def read_entities(name: str, top: Node) -> Pieces:
    """data/entities.yml. Raises MisshapenError."""
    return Pieces(entities=tuple(Named(key.text, (name, key.line)) for key, _ in _under(top, "entities")))


def _under(top: Node, key: str) -> list[tuple[Node, Node]]:
    keys = top.mapping()
    if key not in keys:
        raise MisshapenError(top.line, f"没有“{key}:”这一行", f"名字都写在“{key}:”下面")
    return keys[key].pairs()


def read_knowledge(name: str, top: Node) -> Pieces:
    """A file of data/knowledge. Raises MisshapenError."""
    keys = top.mapping()
    if "answers" not in keys:
        raise MisshapenError(top.line, "没有“answers:”这一行", "答案放在“answers:”下面")
    answers: list[Answer] = []
    examples: list[Example] = []
    for each in keys["answers"].items():
        answer = _answer(name, each)
        answers.append(answer)
        examples += _questions(name, each, answer.fields.get("intent", ""))
    return Pieces(answers=tuple(answers), examples=tuple(examples))


def _answer(name: str, node: Node) -> Answer:
    keys = node.mapping()
    fields = {
        key: value.text for key, value in keys.items() if not (value.is_mapping or value.is_list or value.is_null)
    }
    choices = [each.mapping().get("intent") for each in keys["next"].items()] if "next" in keys else []
    return Answer(
        (name, node.line),
        fields,
        {key.text: key.line for key, _ in node.pairs()},
        tuple(Named(each.text, (name, each.line)) for each in choices if each),
        not any(keys[key].items() for key in ("when", "lines") if key in keys and keys[key].is_list),
    )


def _questions(name: str, node: Node, intent: str) -> Iterator[Example]:
    asked = node.mapping().get("asked")
    for text, line in asked.texts() if asked else ():
        if stands_alone(text):
            yield Example(intent, text, skeleton(text), (name, line), source="knowledge")
