"""What stories and rules decide: in which state of the conversation they let the assistant do what.

Rasa's own state: what the customer said last and what was done since, the slots that have influence, and the form that is open
(`max_history: 1` in config.yml: nothing before that counts). A slot that has no influence tells no two states apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.training.lined_corpus import LinedCorpus
from bot.training.pieces import Flow, Step

# Rasa's own slot of a form's open question.
REQUESTED = "requested_slot"


@dataclass(frozen=True)
class Decision:
    """One action of a story or rule. `since`: the customer's last intent and what was done after it."""

    flow: Flow
    step: Step
    since: tuple[tuple[str, str], ...]
    slots: tuple[tuple[str, str], ...]
    loop: str

    @property
    def action(self) -> str:
        return self.step.name

    @property
    def intent(self) -> str:
        return next((name for kind, name in self.since if kind == "intent"), "")

    def told(self) -> str:
        """The state in a trainer's words."""
        parts = [f"客户说的是“{self.intent}”" if self.intent else "客户还没说话"]
        parts += [f"{slot} 是“{value}”" if value else f"{slot} 还没有值" for slot, value in self.slots]
        parts += [f"正在办 {self.loop}"] if self.loop else []
        parts += [f"刚做完 {name}" for kind, name in self.since[-1:] if kind == "action"]
        return "，".join(parts)


def decisions(corpus: LinedCorpus) -> list[Decision]:
    """Of every way through every story and rule, each once."""
    heeded = {slot.name: slot.heeded for slot in corpus.domain.slots}
    heeded[REQUESTED] = True
    found: dict[tuple[object, ...], Decision] = {}
    for flow in corpus.flows:
        for path in flow.paths():
            for each in _along(flow, path, heeded):
                found.setdefault((id(flow), id(each.step), each.since, each.slots, each.loop), each)
    return list(found.values())


def _along(flow: Flow, path: tuple[Step, ...], heeded: Mapping[str, bool]) -> Iterator[Decision]:
    slots: dict[str, str] = {}
    loop = ""
    since: tuple[tuple[str, str], ...] = ()
    for step in (*flow.conditions, *path):
        if step.kind == "slot" and heeded.get(step.name):
            slots[step.name] = step.value
        elif step.kind == "loop":
            loop = step.name
            since = (*since, ("loop", step.name)) if since else since
        elif step.kind == "intent":
            since = (("intent", step.name),)
        elif step.kind == "action":
            yield Decision(flow, step, since, tuple(sorted(slots.items())), loop)
            since = (*since, ("action", step.name))
