"""Reads data/complaints/*.yml into rules; what it does not understand it refuses, naming file, line and rule.

A file holds either `complaint_rules:`, perhaps with `not_intents:` for all rules that name none themselves,
or `complaint_fragments:`. In a pattern, `{name}` stands for the fragment of that
name, `…` for up to 8 characters of the same sentence and `……` for up to 16.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.calendars.strict_yaml import DataFileError, Row, read_row
from bot.complaints.rule import KINDS, ComplaintRule, Conditions, Facts, Post, Words
from bot.insurance.hand_off import Priority

_ID = re.compile(r"[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?")
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")
_GAP = r"[^。!?;\n]{0,%d}"
_ENDLESS = re.compile(r"(?:(?<!\\)[.\]]|\\[dwsDWS])[*+]")
_MINIMUM_EXAMPLES = 3
_REQUIRED = (
    "id", "title", "severity", "priority", "post", "hand_off", "reason", "article", "matches", "rejects",
)  # fmt: skip
_OPTIONAL = (
    "kind", "any_of", "all_of", "none_of", "never_with", "intents", "not_intents", "min_age",
    "joint_count_at_least", "prior_open", "failed_understandings_at_least", "amount_at_least", "words_or_facts",
    "say",
)  # fmt: skip
_EXAMPLE_KEYS = ("intent", "age", "joint_count", "prior_open", "failed_understandings", "amount")


class RuleFileError(DataFileError):
    """A complaint rule is malformed. `data`: file, line, entry (the rule's id), key, problem (Chinese)."""

    code = "complaint_rule_invalid"


def load_rules(folder: Path) -> tuple[ComplaintRule, ...]:
    """All rules of `folder`, by file name, then in file order.

    Raises RuleFileError for a folder without rules, an unknown key or value, a bad regular expression, fewer
    than three `matches` or `rejects`, or a repeated id. `engine.unproven` asks whether the examples hold.
    """
    paths = sorted((*folder.glob("*.yml"), *folder.glob("*.yaml")))
    tops = [read_row(path, RuleFileError) for path in paths]
    for top in tops:
        if "complaint_fragments" in top.values:
            top.expect(("complaint_fragments",))
        else:
            top.expect(("complaint_rules",), ("not_intents",))
    fragments = _fragments([top for top in tops if "complaint_fragments" in top.values])
    rules: dict[str, ComplaintRule] = {}
    for top in tops:
        for row in top.rows("complaint_rules"):
            rule = _rule(row, fragments, frozenset(top.texts("not_intents")))
            if rule.id in rules:
                row.refuse("id", "规则编号重复")
            rules[rule.id] = rule
    if not rules:
        raise RuleFileError(file=str(folder), line=0, entry="", key="complaint_rules", problem="没有任何规则")
    return tuple(rules.values())


def load_fragments(folder: Path) -> Mapping[str, str]:
    """The fragments of `folder` as regular expressions by name, "……" in them written out. Raises RuleFileError."""
    tops = [read_row(path, RuleFileError) for path in sorted(folder.glob("*.yml"))]
    found = _fragments([top for top in tops if "complaint_fragments" in top.values])
    return {name: _with_gaps(text) for name, text in found.items()}


def _with_gaps(text: str) -> str:
    return text.replace("……", _GAP % 16).replace("…", _GAP % 8)


def _fragments(tops: list[Row]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for top in tops:
        names = top.child("complaint_fragments")
        for name in names.values:
            if name in found:
                names.refuse(name, "片段名重复")
            found[name] = names.text(name)
    return found


def _rule(row: Row, fragments: Mapping[str, str], not_intents: frozenset[str]) -> ComplaintRule:
    row.expect(_REQUIRED, _OPTIONAL)
    if not _ID.fullmatch(row.text("id")):
        row.refuse("id", "编号应为小写英文，如 claims.slow")
    words, conditions = _words(row, fragments), _conditions(row, not_intents)
    if words.any_of is None and not conditions.measured and not conditions.intents:
        row.refuse("any_of", "规则没有任何触发条件")
    if words.any_of is None and (words.all_of or words.none_of or words.never_with):
        row.refuse("any_of", "有其他词条时必须写 any_of")
    severity = row.integer("severity")
    if severity not in (0, 1, 2, 3):
        row.refuse("severity", "应为 1、2 或 3；只说是哪一类的，写 0")
    return ComplaintRule(
        id=row.text("id"),
        title=row.text("title"),
        kind=_kind(row),
        severity=severity,
        priority=_priority(row),
        post=_post(row),
        hand_off=row.flag("hand_off"),
        reason=row.text("reason"),
        say=row.text("say") if "say" in row.values else "",
        article=row.text("article"),
        words=words,
        conditions=conditions,
        words_or_facts=row.flag("words_or_facts"),
        matches=_examples(row, "matches", conditions),
        rejects=_examples(row, "rejects", conditions),
    )


def _words(row: Row, fragments: Mapping[str, str]) -> Words:
    return Words(
        any_of=_union(row, "any_of", fragments),
        all_of=tuple(_compile(row, "all_of", text, fragments) for text in row.texts("all_of")),
        none_of=_union(row, "none_of", fragments),
        never_with=_union(row, "never_with", fragments),
    )


def _conditions(row: Row, not_intents: frozenset[str]) -> Conditions:
    intents = frozenset(row.texts("intents"))
    return Conditions(
        intents=intents,
        not_intents=frozenset(row.texts("not_intents")) if "not_intents" in row.values else not_intents - intents,
        min_age=row.optional_integer("min_age"),
        joint_count_at_least=row.optional_integer("joint_count_at_least"),
        prior_open=row.flag("prior_open"),
        failed_understandings_at_least=row.optional_integer("failed_understandings_at_least"),
        amount_at_least=row.optional_integer("amount_at_least"),
    )


def _union(row: Row, key: str, fragments: Mapping[str, str]) -> re.Pattern[str] | None:
    texts = row.texts(key)
    for text in texts:
        # each on its own first: "a)" and "(b" would make a sound union of two broken patterns
        _compile(row, key, text, fragments)
    return _compile(row, key, "|".join(f"(?:{text})" for text in texts), fragments) if texts else None


def _compile(row: Row, key: str, text: str, fragments: Mapping[str, str]) -> re.Pattern[str]:
    if _ENDLESS.search(text):
        row.refuse(key, f"用 … 或 {{0,8}} 代替没有上限的重复：{text}")
    for name in _FRAGMENT.findall(text):
        if name not in fragments:
            row.refuse(key, f"没有名为 {name} 的片段")
    full = _FRAGMENT.sub(lambda match: f"(?:{fragments[match.group(1)]})", text)
    try:
        return re.compile(_with_gaps(full))
    except re.error as failure:
        row.refuse(key, f"正则写错（{failure}）：{text}")


def _kind(row: Row) -> str | None:
    if "kind" not in row.values:
        return None
    if row.text("kind") not in KINDS:
        row.refuse("kind", f"应为 {sorted(KINDS)} 之一")
    return row.text("kind")


def _priority(row: Row) -> Priority:
    try:
        return Priority[row.text("priority").upper()]
    except KeyError:
        row.refuse("priority", f"应为 {[member.name.lower() for member in Priority]} 之一")


def _post(row: Row) -> Post:
    try:
        return Post(row.text("post"))
    except ValueError:
        row.refuse("post", f"应为 {[member.value for member in Post]} 之一")


def _examples(row: Row, key: str, conditions: Conditions) -> tuple[Facts, ...]:
    items = row.items(key)
    if len(items) < _MINIMUM_EXAMPLES:
        row.refuse(key, f"至少要 {_MINIMUM_EXAMPLES} 句")
    return tuple(_example(row, key, item, conditions) for item in items)


def _example(row: Row, key: str, item: object, conditions: Conditions) -> Facts:
    """A plain sentence is said with the first of the rule's intents, so that its words alone decide."""
    intent = min(conditions.intents, default=None)
    if isinstance(item, str):
        return Facts(item, intent=intent)
    if not isinstance(item, Row):
        row.refuse(key, "例句应为文字，或带 text 的键值对")
    item.expect(("text",), _EXAMPLE_KEYS)
    return Facts(
        text=item.text("text"),
        intent=item.text("intent") if "intent" in item.values else intent,
        age=item.optional_integer("age"),
        joint_count=item.optional_integer("joint_count"),
        prior_open=item.flag("prior_open"),
        failed_understandings=item.optional_integer("failed_understandings") or 0,
        amount=item.optional_integer("amount"),
    )
