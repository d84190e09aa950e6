"""The checks of what trainers write: pure functions from the files, read once with their lines, to what is to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.training.checks.answers import check_answers
from bot.training.checks.balance import check_balance
from bot.training.checks.contract import check_contract
from bot.training.checks.domain import check_domain
from bot.training.checks.duplicates import check_duplicates
from bot.training.checks.entities import check_entities
from bot.training.checks.entity_spans import check_entity_spans
from bot.training.checks.held_out_leaks import check_held_out_leaks
from bot.training.checks.near_duplicates import check_near_duplicates
from bot.training.checks.personal_data import check_personal_data
from bot.training.checks.reached import check_reached
from bot.training.checks.stories import check_stories
from bot.training.checks.synonyms import check_synonyms
from bot.training.finding import Finding
from bot.training.lined_corpus import LinedCorpus

Check = Callable[[LinedCorpus], Iterable[Finding]]
# By what a person sees while they run.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("意图和约定", check_contract),
    ("重复的例句", check_duplicates),
    ("太像的例句", check_near_duplicates),
    ("例句多少", check_balance),
    ("考题泄漏", check_held_out_leaks),
    ("实体", check_entities),
    ("同义词和词典", check_synonyms),
    ("切词", check_entity_spans),
    ("故事和规则", check_stories),
    ("走不到的", check_reached),
    ("表单、槽位、动作", check_domain),
    ("答案的出处", check_answers),
    ("个人信息", check_personal_data),
)


def _silent(name: str) -> None:
    """Nobody watches."""


def find_faults(corpus: LinedCorpus, starting: Callable[[str], object] = _silent) -> list[Finding]:
    """All findings by file and line, those of a line in the order of the checks: causes before consequences. Where a file does not read, only that: what others lack may be in it.

    `starting` hears the name of each check before it runs.
    """
    found = [flaw for pieces in corpus.pieces.values() for flaw in pieces.flaws]
    if corpus.unreadable:
        found += corpus.unreadable
    else:
        for name, check in CHECKS:
            starting(name)
            found += check(corpus)
    return sorted(found, key=lambda each: (each.file, each.line))
