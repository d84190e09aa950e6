"""Approved examples go into the corpus, each on the branch of the trainer who proposed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.insurance.review_item import Deed, ReviewItem, ReviewState, ReviewStep
from bot.services.ports import UnitOfWorkFactory
from bot.services.review_ports import Corpus, Example, Landed

AT_ONCE = 500


@dataclass(frozen=True)
class LandExamples:
    """Git works outside any transaction: no customer waits for it. What was committed and not noted as landed, because the process
    ended in between, is found in the corpus by the next run and noted then."""

    unit_of_work: UnitOfWorkFactory
    corpus: Corpus

    def __call__(self, by: str, at: datetime) -> Sequence[Landed]:
        """One of each trainer who has something approved. Raises NoRepositoryError, CorpusError: what was done before stays done."""
        with self.unit_of_work() as work:
            waiting = work.review_items.to_land(AT_ONCE)
        landed = []
        for trainer, items in groupby(waiting, key=lambda item: item.verdict.proposed_by):
            done = self.corpus.land(trainer, tuple(map(_example, items)), at)
            self._note(done, by, at)
            landed.append(done)
        return landed

    def _note(self, done: Landed, by: str, at: datetime) -> None:
        with self.unit_of_work() as work:
            for item_id in (*done.written, *done.known):
                item = work.review_items.get(item_id)
                if item is None or item.landed_at is not None or item.state is not ReviewState.APPROVED:
                    continue
                step = ReviewStep(Deed.LANDED, by, at, item.verdict, f"{done.branch} {done.commit[:10]}")
                work.review_items.save(replace(item, landed_at=at, commit=done.commit), step)
            detail = {"written": str(len(done.written)), "commit": done.commit, "clashes": str(len(done.clashes))}
            work.audit.append("training.landed", subject=done.branch, actor=f"agent:{by}", at=at, detail=detail)
            work.commit()


def _example(item: ReviewItem) -> Example:
    verdict = item.verdict
    return Example(item.item_id, verdict.example, verdict.intent, verdict.new_intent, verdict.decided_by)
