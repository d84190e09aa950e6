"""What the desk is given of the front desk's parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.bootstrap import FrontDeskParts, build_promises, build_unit_of_work
from bot.console.deps import ConsoleDeps
from bot.conversations.feed import Feed
from bot.documents.inspect_image import inspect_file
from bot.documents.paper_pdf import print_paper
from bot.documents.report_pdf import print_report
from bot.services.intent_names import load_entity_names, load_intent_names
from bot.services.quality.load_rubric import load_rubric
from bot.settings import Settings
from bot.training.land_examples import landing


def console_deps(parts: FrontDeskParts, settings: Settings, feed: Feed, clock: Callable[[], datetime]) -> ConsoleDeps:
    """Raises ConfigurationError: a data file is missing or malformed."""
    return ConsoleDeps(
        unit_of_work=parts.unit_of_work,
        reading=build_unit_of_work(settings, reading=True),
        log=parts.message_log,
        feed=feed,
        settings=settings,
        clock=clock,
        named_customers=parts.named_customers,
        recent_texts=parts.recent_texts,
        deadlines=parts.sweep.deadlines,
        objection=parts.guard.why,
        complaint_rules=parts.complaint_rules,
        cite=parts.cite_rule,
        disasters=parts.banner.disasters,
        questionnaires=parts.questionnaires,
        limits=parts.limits,
        claim_rules=parts.claim_rules,
        print_paper=print_paper,
        print_report=print_report,
        inspect_file=inspect_file,
        rubric=load_rubric(settings.data_dir / "quality" / "rubric.yml"),
        intent_names=load_intent_names(settings.data_dir / "intents.yml"),
        entity_names=load_entity_names(settings.data_dir / "entities.yml"),
        land_examples=landing(settings, parts.unit_of_work),
        institutions=parts.institutions,
        stage_targets=parts.sweep.stages,
        settle_tasks=parts.sweep.settle,
        upkeep=parts.sweep.upkeep,
        promises=build_promises(settings.data_dir),
        suggest=parts.suggest,
        models=parts.models,
        back_at=parts.back_at,
        delivered=parts.called.delivered,
    )
