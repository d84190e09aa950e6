"""What a conversation is made of, with lines: stories and rules, the domain, responses, and the dialogue tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.training.nodes import MisshapenError, Node
from bot.training.pieces import Dialogue, Domain, Flow, Form, Named, Pieces, Response, Said, Slot, Step

_PAYLOAD = re.compile(r"/(\w+)")
_STEPS = {"intent": "intent", "action": "action", "active_loop": "loop"}


def read_flows(name: str, top: Node) -> Pieces:
    """A file of data/stories or data/rules. Raises MisshapenError."""
    keys = top.mapping()
    flows = [
        _flow(name, kind, flow)
        for key, kind in (("stories", "story"), ("rules", "rule"))
        if key in keys
        for flow in keys[key].items()
    ]
    if not {"stories", "rules"} & set(keys):
        raise MisshapenError(top.line, "没有“stories:”或“rules:”这一行", "故事放在“stories:”下面，规则放在“rules:”下面")
    return Pieces(flows=tuple(flows))


def _flow(name: str, kind: str, flow: Node) -> Flow:
    keys = flow.mapping()
    title, steps = keys.get(kind), keys.get("steps")
    if title is None or steps is None:
        raise MisshapenError(
            flow.line, f"要有 {kind}（名字）和 steps（步骤）", f"写成“- {kind}: 名字”，下一行“  steps:”"
        )
    conditions = [
        step for each in (keys["condition"].items() if "condition" in keys else []) for step in _step(name, each)
    ]
    choices: list[tuple[Step, ...]] = []
    for each in steps.items():
        pairs = each.mapping()
        if "or" in pairs:
            choices.append(tuple(step for one in pairs["or"].items() for step in _step(name, one)))
        else:
            choices.extend((step,) for step in _step(name, each))
    return Flow(kind, title.text, (name, flow.line), tuple(conditions), tuple(choices))


def _step(name: str, node: Node) -> Iterator[Step]:
    if not node.is_mapping:
        raise MisshapenError(node.line, f"这一步只写了“{node.text}”", "写成“- intent: 名字”或“- action: 名字”")
    keys = node.mapping()
    for key, value in keys.items():
        if key in _STEPS:
            yield Step(_STEPS[key], "" if value.is_null else value.text, (name, value.line))
            return
        if key == "slot_was_set":
            yield from _slots(name, value)
            return
    yield Step("other", next(iter(keys), ""), (name, node.line))


def _slots(name: str, node: Node) -> Iterator[Step]:
    for each in node.items() if node.is_list else [node]:
        if not each.is_mapping:
            yield Step("slot", each.text, (name, each.line), "有值")
            continue
        for key, value in each.pairs():
            yield Step("slot", key.text, (name, key.line), "" if value.is_null else value.text)


def read_domain(name: str, top: Node) -> Pieces:
    """domain.yml, or a file with responses. Raises MisshapenError."""
    keys = top.mapping()
    return Pieces(
        domain=Domain(
            intents=tuple(_names(name, keys.get("intents"))),
            entities=tuple(_names(name, keys.get("entities"))),
            slots=tuple(_slot(name, key, value) for key, value in _pairs(keys.get("slots"))),
            forms=tuple(_form(name, key, value) for key, value in _pairs(keys.get("forms"))),
            actions=tuple(_names(name, keys.get("actions"))),
            responses=tuple(_response(name, key, value) for key, value in _pairs(keys.get("responses"))),
        )
    )


def _pairs(node: Node | None) -> list[tuple[Node, Node]]:
    return node.pairs() if node else []


def _names(name: str, node: Node | None) -> Iterator[Named]:
    for each in node.items() if node else ():
        if each.is_mapping:
            yield from (Named(key.text, (name, key.line)) for key, _ in each.pairs())
        else:
            yield Named(each.text, (name, each.line))


def _slot(name: str, key: Node, value: Node) -> Slot:
    keys = value.mapping()
    heeded = keys["influence_conversation"].text != "false" if "influence_conversation" in keys else True
    values = tuple(text for text, _ in keys["values"].texts()) if "values" in keys else ()
    return Slot(key.text, (name, key.line), values, heeded)


def _form(name: str, key: Node, value: Node) -> Form:
    required = value.mapping().get("required_slots")
    return Form(key.text, (name, key.line), tuple(_names(name, required)))


def _response(name: str, key: Node, value: Node) -> Response:
    texts, choices, titles = [], [], []
    for variant in value.items():
        keys = variant.mapping()
        if "text" in keys:
            texts.append(keys["text"].text)
        for button in keys["buttons"].items() if "buttons" in keys else ():
            payload, title = (button.mapping().get(key) for key in ("payload", "title"))
            match = _PAYLOAD.match(payload.text) if payload else None
            if payload and match:
                choices.append(Named(match[1], (name, payload.line)))
                titles.append(title.text if title else "")
    return Response(key.text, (name, key.line), tuple(texts), tuple(choices), tuple(titles))


def read_dialogues(name: str, top: Node) -> Pieces:
    """A file of tests/dialogues. Raises MisshapenError."""
    return Pieces(dialogues=tuple(_dialogue(name, each) for each in top.items()))


def _dialogue(name: str, node: Node) -> Dialogue:
    keys = node.mapping()
    if "dialogue" not in keys or "turns" not in keys:
        raise MisshapenError(node.line, "要有 dialogue（名字）和 turns（每一句）", "照 tests/dialogues/README.md 写")
    about = keys["of"].text if "of" in keys else name.rpartition("/")[2].removesuffix(".yml")
    turns = tuple(turn for each in keys["turns"].items() for turn in _turn(name, each))
    return Dialogue(keys["dialogue"].text, (name, node.line), about, turns)


def _turn(name: str, node: Node) -> Iterator[Said]:
    keys = node.mapping()
    said = keys.get("say") or keys.get("pick")
    if said is None:
        return
    expect = keys["expect"].mapping() if "expect" in keys else {}
    says = tuple(text for text, _ in expect["says"].texts()) if "says" in expect else ()
    yield Said(said.text, (name, said.line), says)
