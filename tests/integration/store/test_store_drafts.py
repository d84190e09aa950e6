"""Unfinished journeys are sealed, found by their party alone, and gone when they are done or old."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from store_samples import NOW

from bot.bootstrap import build_deadlines
from bot.services.draft_ports import KEPT, KeptDraft
from bot.services.servicing.limits import load_limits
from bot.services.sweep_due_dates import Sweep
from bot.settings import ROOT
from bot.store.sealing import MARK

DRAFT = KeptDraft("talk:1:claim_form", "claim_form", "报案", "CU000001", "talk", {"claim_place": "望京西路"}, NOW)


def test_a_draft_is_its_partys_and_the_newest_answers_take_the_place_of_the_older(unit_of_work):
    with unit_of_work() as work:
        work.drafts.keep(DRAFT)
        newer = KeptDraft(**{**vars(DRAFT), "conversation_id": "chat", "answers": {"claim_place": "酒仙桥"}})
        work.drafts.keep(newer)
        work.commit()
    with unit_of_work() as work:
        assert work.drafts.of_party("CU000001", NOW - KEPT) == (newer,)
        assert work.drafts.of_run(DRAFT.run) == newer
        assert work.drafts.of_party("CU000002", NOW - KEPT) == ()
        assert work.drafts.of_party("", NOW - KEPT) == ()


def test_what_was_told_is_unreadable_without_the_key(unit_of_work, engine):
    with unit_of_work() as work:
        work.drafts.keep(DRAFT)
        work.commit()
    with engine.connect() as connection:
        (stored,) = connection.execute(text("SELECT answers FROM drafts")).scalars()
    assert stored.startswith(MARK)


def test_the_days_sweep_forgets_what_is_older(unit_of_work):
    data = ROOT / "data"
    limits = load_limits(data / "servicing" / "limits.yml")
    with unit_of_work() as work:
        work.drafts.keep(DRAFT)
        work.commit()
    Sweep(unit_of_work, build_deadlines(data), limits)(NOW + KEPT)
    with unit_of_work() as work:
        assert work.drafts.of_run(DRAFT.run) == DRAFT
    Sweep(unit_of_work, build_deadlines(data), limits)(NOW + KEPT + timedelta(days=1))
    with unit_of_work() as work:
        assert work.drafts.of_run(DRAFT.run) is None


def test_a_draft_goes_when_it_is_done_and_after_seven_days(unit_of_work):
    with unit_of_work() as work:
        work.drafts.keep(DRAFT)
        work.drafts.keep(KeptDraft(**{**vars(DRAFT), "run": "old", "at": NOW - KEPT - timedelta(minutes=1)}))
        assert [each.run for each in work.drafts.of_party("CU000001", NOW - KEPT)] == [DRAFT.run]
        assert work.drafts.forget(NOW - KEPT) == 1
        assert work.drafts.of_run("old") is None
        work.drafts.drop(DRAFT.run)
        assert work.drafts.of_run(DRAFT.run) is None
