"""Stories and rules that contradict each other, and such that can never come about.

A contradiction is told with both places, with where they part, and with the line that would repair it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.training.checks.decisions import REQUESTED, Decision, decisions
from bot.training.checks.wording import listed, place
from bot.training.finding import Finding, error, warning
from bot.training.lined_corpus import LinedCorpus
from bot.training.pieces import Flow


def check_stories(corpus: LinedCorpus) -> Iterator[Finding]:
    """Errors for contradictions and for what cannot come about, warnings for what another says already."""
    made = decisions(corpus)
    yield from _contradictions(made)
    yield from _impossible(corpus)
    yield from _said_already(corpus, made)


def _contradictions(made: list[Decision]) -> Iterator[Finding]:
    alike: dict[tuple[object, str], list[Decision]] = defaultdict(list)
    for each in made:
        alike[each.since, each.loop].append(each)
    told: set[tuple[int, int]] = set()
    for group in alike.values():
        for at, later in enumerate(group):
            for earlier in group[:at]:
                pair = (id(earlier.step), id(later.step))
                if earlier.action != later.action and _meet(earlier, later) and pair not in told:
                    told.add(pair)
                    yield _contradiction(earlier, later)


def _meet(one: Decision, other: Decision) -> bool:
    """Whether both speak of one state. A rule holds also where more is known than its conditions ask for."""
    if one.flow.kind == other.flow.kind:
        return one.slots == other.slots
    rule, story = (one, other) if one.flow.kind == "rule" else (other, one)
    return set(rule.slots) <= set(story.slots)


def _contradiction(earlier: Decision, later: Decision) -> Finding:
    # A rule is the house's word, so the story is mended; of two of a kind the later one.
    kept, mended = (later, earlier) if later.flow.kind == "rule" and earlier.flow.kind == "story" else (earlier, later)
    line = mended.step.where[1]
    repair = f"把第 {line} 行的 {mended.action} 改成 {kept.action}"
    if kept.flow.kind == "rule" and mended.flow.kind == "story":
        other = "要照故事做，就给那条规则加 condition，说清什么时候才算"
    else:
        other = "两个都要，就在各自前面加 slot_was_set 条件，说清什么时候走哪一个"
    return error(
        "story.contradiction",
        mended.step.where,
        f"{mended.flow.zh}和{kept.flow.zh}（{place(kept.flow.where)}）打架：同样是{mended.told()}，"
        f"这里做 {mended.action}，{place(kept.step.where)}做 {kept.action}",
        f"{repair}；{other}",
        flows=[mended.flow.name, kept.flow.name],
        state=mended.told(),
        actions=[mended.action, kept.action],
        other=list(kept.step.where),
        repair={"file": mended.step.where[0], "line": line, "from": mended.action, "to": kept.action},
    )


def _impossible(corpus: LinedCorpus) -> Iterator[Finding]:
    slots = {slot.name: slot for slot in corpus.domain.slots}
    for flow in corpus.flows:
        for step in flow.all_steps():
            slot = slots.get(step.name) if step.kind == "slot" and step.name != REQUESTED else None
            if slot is None:
                continue  # a slot that there is not is the domain's matter
            if slot.values and step.value and step.value not in slot.values:
                yield error(
                    "story.impossible_value",
                    step.where,
                    f"{flow.zh}要 {step.name} 是“{step.value}”，它只会是 {listed(slot.values)}，所以永远走不到",
                    f"改成 {listed(slot.values)} 里的一个；新的值先写进 {slot.where[0]} 第 {slot.where[1]} 行的 values",
                    slot=step.name,
                    value=step.value,
                    values=list(slot.values),
                )
            elif not slot.heeded:
                yield error(
                    "story.slot_not_heeded",
                    step.where,
                    f"{flow.zh}用 {step.name} 作条件，它在 {place(slot.where)}写着不影响对话，条件等于没写",
                    f"把 {place(slot.where)}的 influence_conversation 改成 true，或者删掉这个条件",
                    slot=step.name,
                )
    yield from _same_names(corpus)


def _same_names(corpus: LinedCorpus) -> Iterator[Finding]:
    first: dict[tuple[str, str], Flow] = {}
    for flow in corpus.flows:
        before = first.setdefault((flow.kind, flow.name), flow)
        if before is not flow:
            yield error(
                "story.same_name",
                flow.where,
                f"{flow.zh}和{place(before.where)}的同名，Rasa 会当成一个",
                "换一个名字",
                name=flow.name,
                other=list(before.where),
            )


def _said_already(corpus: LinedCorpus, made: list[Decision]) -> Iterator[Finding]:
    """Flows that only say what others do."""
    of_flow: dict[int, list[Decision]] = defaultdict(list)
    for each in made:
        of_flow[id(each.flow)].append(each)
    for at, flow in enumerate(corpus.flows):
        for other in corpus.flows:
            ranks_before = other.kind == "rule" and flow.kind == "story"
            if other is flow or (not ranks_before and (other.kind != flow.kind or other in corpus.flows[at:])):
                continue
            mine, theirs = of_flow[id(flow)], of_flow[id(other)]
            if mine and all(any(_same(each, one) for one in theirs) for each in mine):
                yield warning(
                    "story.said_already",
                    flow.where,
                    f"{flow.zh}说的，{other.zh}（{place(other.where)}）都已经说了",
                    "删掉这一个",
                    name=flow.name,
                    other=list(other.where),
                )
                break


def _same(one: Decision, other: Decision) -> bool:
    return (one.since, one.loop, one.action) == (other.since, other.loop, other.action) and _meet(one, other)
