"""A corpus of a few lines, on which one check at a time is tried."""

from __future__ import annotations

from collections.abc import Mapping

from bot.training.lined_corpus import LinedCorpus

HEAD = 'version: "3.1"\n'
TEXTS: Mapping[str, str] = {
    "domain.yml": (
        "intents:\n- greet\n- goodbye\n- affirm\nentities:\n- location\n- relationship\n- choice\n"
        "slots:\n  offer:\n    type: categorical\n    values: [papers, more]\n  note:\n    type: text\n    influence_conversation: false\n"
        "actions:\n- action_hand_off\n- action_goodbye\nresponses:\n  utter_greet:\n  - text: 您好，请说。\n"
    ),
    "data/intents.yml": "intents:\n  greet: {zh: 问候}\n  goodbye: {zh: 告别}\n  affirm: {zh: 肯定}\n",
    "data/entities.yml": "entities:\n  location: {zh: 地点}\n  relationship: {zh: 关系}\n",
}


def corpus(files: Mapping[str, str] | None = None) -> LinedCorpus:
    """The few lines with other files beside or instead of them."""
    return LinedCorpus.of({**TEXTS, **(files or {})})


def nlu(**sentences: list[str]) -> Mapping[str, str]:
    """One file of sentences by intent; the first intent's first sentence stands on line 5."""
    groups = (
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in sentences.items()
    )
    return {"data/nlu/a.yml": f"{HEAD}nlu:\n{''.join(groups)}"}


def stories(*flows: str) -> Mapping[str, str]:
    """Stories written as `name: slot=value? intent action …`, a step a word; line 4 is the first one's first step."""
    lines = [HEAD.strip(), "stories:"]
    for each in flows:
        name, _, steps = each.partition(":")
        lines += [f"- story: {name}", "  steps:", *(f"  - {_step(word)}" for word in steps.split())]
    return {"data/stories/a.yml": "\n".join(lines) + "\n"}


def _step(word: str) -> str:
    if "=" in word:
        slot, _, value = word.partition("=")
        return f"slot_was_set: [{{{slot}: {value}}}]"
    if "|" in word:
        return f"or: [{', '.join(f'{{intent: {intent}}}' for intent in word.split('|'))}]"
    return f"action: {word}" if word.startswith(("action_", "utter_")) else f"intent: {word}"
