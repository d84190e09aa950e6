"""`python -m bot try SENTENCE [--model ID] [--json]`: what is understood, and why."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.bootstrap import build_model_registry
from bot.calendars.clocks import SHANGHAI
from bot.complaints.loader import load_rules
from bot.dialogue.escalation import Said, decide, verdict_of
from bot.nlu.explain import Decision, explain
from bot.nlu.sentence_reader import SentenceReader
from bot.services.danger_words import load_danger_words
from bot.services.intent_names import load_intent_names
from bot.services.models.release import ModelStepError
from bot.services.understanding import DOUBT, Entity
from bot.settings import Settings, read_settings
from bot.training.journeys import first_actions

_BAR = 24  # characters of a whole probability


@dataclass(frozen=True)
class Fired:
    """A complaint or crisis rule, with the words that fired it and the article behind it."""

    rule: str
    title: str
    because: tuple[str, ...]
    article: str


@dataclass(frozen=True)
class Tried:
    """`heard` "" where nothing was misheard. `opens`: the action or form that a conversation would begin with, and `by` what
    decides it: words, a rule for the intent, or doubt."""

    text: str
    model: str
    heard: str
    tokens: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    in_doubt: bool
    decision: Decision
    entities: tuple[Entity, ...]
    fired: tuple[Fired, ...]
    opens: str
    by: str


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Its arguments."""
    command = commands.add_parser("try", help="试一句话：听懂成什么，为什么")
    command.add_argument("text", metavar="句子")
    command.add_argument("--model", default="", metavar="编号", help="用哪个模型；不写就是在用的")
    command.add_argument("--json", action="store_true", help="输出 JSON")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if not options.text.strip():
        parser.error("要试的句子是空的")
    settings = read_settings()
    tried = try_sentence(settings, options.text, options.model, datetime.now(SHANGHAI))
    if options.json:
        print(json.dumps(asdict(tried), ensure_ascii=False))
    else:
        print("\n".join(show(tried, load_intent_names(settings.data_dir / "intents.yml"))))
    return 0


def try_sentence(settings: Settings, text: str, model: str, now: datetime) -> Tried:
    """As the first message of a conversation. Raises ModelStepError: there is no such model."""
    registry = build_model_registry(settings.model_dir)
    model = model or registry.current()
    if not model or not registry.archive(model).exists():
        raise ModelStepError("没有这个模型；先训练一个：python -m bot train")
    reader = SentenceReader.open(registry.archive(model))
    understood = reader(text, now)
    in_doubt = reader.in_doubt(understood)
    intent = DOUBT if in_doubt else understood.intent
    said = Said(text, intent, understood.ranking)
    rules = load_rules(settings.data_dir / "complaints")
    danger = load_danger_words(settings.data_dir / "safety_first.yml", settings.data_dir / "complaints")
    opens, by = _opens(decide(rules, danger, said), intent, settings.data_dir)
    return Tried(
        text=text,
        model=model,
        heard=understood.heard,
        tokens=tuple(word for word, _, _ in reader.segmenter.cut(text)),
        ranking=understood.ranking,
        in_doubt=in_doubt,
        decision=explain(reader.model, understood.heard or text),
        entities=understood.entities,
        fired=tuple(Fired(one.id, one.title, one.because, one.article) for one in verdict_of(rules, said).fired),
        opens=opens,
        by=by,
    )


def _opens(by_words: str, intent: str, data_dir: Path) -> tuple[str, str]:
    if by_words:
        return by_words, "词句规则"
    if intent == DOUBT:
        return "action_clarify", "拿不准，反问"
    return first_actions(data_dir / "rules").get(intent, ""), "意图的规则"


def show(tried: Tried, zh: Mapping[str, str]) -> list[str]:
    """For a terminal; `zh`: intents in Chinese."""
    lines = [f"句子　　{tried.text}", f"模型　　{tried.model}", f"看到的　{tried.decision.seen}"]
    if tried.heard:
        lines.append(f"听成　　{tried.heard}")
    lines.append(f"分词　　{' / '.join(tried.tokens)}")
    lines.append("意图" + ("（拿不准，会反问）" if tried.in_doubt else ""))
    for intent, probability in tried.ranking:
        bar = "█" * round(_BAR * probability)
        lines.append(f"  {100 * probability:5.1f}%  {zh.get(intent, intent)}（{intent}） {bar}")
    lines.append(f"为什么是“{zh.get(tried.decision.towards)}”而不是“{zh.get(tried.decision.against)}”（正数帮前者）")
    lines += [f"  {one.weight:+7.2f}  {one.kind} {one.feature}" for one in tried.decision.told]
    lines.append(f"  {tried.decision.rest:+7.2f}  其余合计")
    lines.append("实体" if tried.entities else "实体　　没有")
    lines += [f"  {one.type} = {one.value}（原话“{one.text}”）" for one in tried.entities]
    lines.append("触发的规则" if tried.fired else "触发的规则　没有")
    lines += [f"  {one.rule} {one.title}：{'、'.join(one.because)}（{one.article}）" for one in tried.fired]
    lines.append(f"会打开　{tried.opens or '没有对应的规则'}（{tried.by}）")
    return lines
