"""The trainers' inbox on both databases: one item for the same words, its history, filters, and what recordings had offered before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from bot.insurance.review_item import Deed, ReviewReason, ReviewState, ReviewStep, Verdict
from bot.services.review.decide import By, Proposal, accept, approve, discard, propose, send_back, undo
from bot.services.review.errors import ItemStepError, SamePersonError
from bot.services.review_ports import Chosen, Order, View
from bot.store.engine import build_engine
from bot.store.errors import RowMissingError
from bot.store.migrate import _config, migrate
from bot.store.sealing import MARK, Sealer
from bot.store.unit_of_work import SqlUnitOfWork
from tests.fakes import DATA_KEY, START
from tests.review_samples import CONTRACT, SENTENCE, offer

LI, HAN = By("李雷", START), By("韩梅梅", START)


def test_the_same_words_are_one_item_that_counts_with_its_newest_reading(unit_of_work):
    later = replace(
        SENTENCE, text="那个钱 我不想放里头了", guess="query_claim", reason=ReviewReason.HANDED_OFF, at=START + timedelta(days=1),
        meant="surrender_policy", conversation_id="c-2",
    )  # fmt: skip
    with unit_of_work() as work:
        assert [work.review_items.offer(one) for one in (SENTENCE, SENTENCE, later)] == [True, False, False]
        work.commit()
    with unit_of_work() as work:
        [item] = work.review_items.page(Chosen(), offset=0, limit=10)
    assert (item.times, item.guess, item.suggestion) == (3, "query_claim", "surrender_policy")
    assert item.reasons == {ReviewReason.FALLBACK: 2, ReviewReason.HANDED_OFF: 1}
    assert (item.first_at, item.last_at, item.conversation_id) == (START, START + timedelta(days=1), "c-2")
    assert item.text == SENTENCE.text


def test_words_of_customers_are_sealed_and_their_key_tells_nothing(unit_of_work, engine):
    offer(unit_of_work)
    with engine.connect() as connection:
        [row] = connection.execute(sql("SELECT item_id, text, example FROM review_items")).all()
    assert row.text.startswith(MARK)
    assert row.example.startswith(MARK)
    assert len(row.item_id) == 20


def test_an_item_goes_from_a_trainer_to_a_second_person_and_all_of_it_is_told(unit_of_work):
    item_id = offer(unit_of_work)
    with unit_of_work() as work:
        accept(work, item_id, CONTRACT, LI)
        with pytest.raises(SamePersonError):
            approve(work, item_id, LI)
        send_back(work, item_id, HAN, "再想想")
        propose(work, Proposal(item_id, "ask_coverage", example="那个[车险](line_of_business)怎么退"), CONTRACT, LI)
        approve(work, item_id, HAN)
        work.commit()
    with unit_of_work() as work:
        item, steps = work.review_items.get(item_id), work.review_items.steps(item_id)
        assert [one.item_id for one in work.review_items.to_land(10)] == [item_id]
    assert item.verdict == Verdict(
        ReviewState.APPROVED, "那个[车险](line_of_business)怎么退", "ask_coverage", "", "李雷", "韩梅梅"
    )
    assert [(step.deed, step.by, step.note) for step in steps] == [
        (Deed.PROPOSED, "李雷", ""), (Deed.RETURNED, "韩梅梅", "再想想"), (Deed.PROPOSED, "李雷", ""),
        (Deed.APPROVED, "韩梅梅", ""),
    ]  # fmt: skip


def test_a_step_is_taken_back_by_whoever_took_it_and_the_one_before_stands_again(unit_of_work):
    item_id = offer(unit_of_work)
    with unit_of_work() as work:
        accept(work, item_id, CONTRACT, LI)
        discard(work, item_id, HAN)
        with pytest.raises(ItemStepError):
            undo(work, item_id, LI)
        assert undo(work, item_id, HAN).state is ReviewState.PROPOSED
        assert undo(work, item_id, LI).state is ReviewState.NEW
        with pytest.raises(ItemStepError):
            undo(work, item_id, LI)
        assert [step.deed for step in work.review_items.steps(item_id)][-2:] == [Deed.UNDONE, Deed.UNDONE]


def test_history_only_grows_and_belongs_to_an_item(unit_of_work, engine):
    item_id = offer(unit_of_work)
    with unit_of_work() as work:
        item = work.review_items.get(item_id)
        step = ReviewStep(Deed.DISCARDED, "李雷", START, item.verdict)
        work.review_items.save(item, step)
        work.review_items.save(item, step)
        assert len(work.review_items.steps(item_id)) == 2
        with pytest.raises((RowMissingError, IntegrityError)):
            work.review_items.save(replace(item, item_id="0" * 20), step)


def test_lists_show_what_was_chosen_in_the_order_that_was_chosen(unit_of_work):
    offer(unit_of_work, "甲说的话")
    offer(unit_of_work, "甲说的话")
    offer(unit_of_work, "乙说的话", at=START + timedelta(hours=1), channel="wechat", guess="query_claim")
    offer(unit_of_work, "丙说的话", reason=ReviewReason.COMPLAINED, at=START - timedelta(hours=1))
    done = offer(unit_of_work, "丁说的话")
    with unit_of_work() as work:
        discard(work, done, LI)
        work.commit()

        def shown(**chosen) -> list[str]:
            return [one.text[0] for one in work.review_items.page(Chosen(**chosen), offset=0, limit=10)]

        assert shown() == ["甲", "乙", "丙"]
        assert shown(order=Order.NEWEST) == ["乙", "甲", "丙"]
        assert shown(reason=ReviewReason.COMPLAINED) == ["丙"]
        assert shown(channel="wechat", guess="query_claim") == ["乙"]
        assert shown(state=ReviewState.DISCARDED) == ["丁"]
        assert [one.text[0] for one in work.review_items.page(Chosen(), offset=1, limit=1)] == ["乙"]
        assert work.review_items.counted() == {ReviewState.NEW: 3, ReviewState.PROPOSED: 0}
        assert [one.text[0] for one in work.review_items.unknown(10)] == ["甲", "乙"]


def test_views_are_kept_by_whom_they_belong_to(unit_of_work):
    with unit_of_work() as work:
        for query in ("reason=fallback", "reason=corrected"):
            work.review_items.keep_view(View("李雷", "我的", query))
        work.review_items.keep_view(View("韩梅梅", "我的", "state=proposed"))
        work.review_items.drop_view("韩梅梅", "别的")
        work.commit()
    with unit_of_work() as work:
        assert work.review_items.views("李雷") == (View("李雷", "我的", "reason=corrected"),)
        work.review_items.drop_view("李雷", "我的")
        assert not work.review_items.views("李雷")
        assert len(work.review_items.views("韩梅梅")) == 1


def test_sentences_that_recordings_offered_before_are_items_now(empty_url):
    engine, sealer = build_engine(empty_url, DATA_KEY), Sealer(DATA_KEY)
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0038")
        row = {
            "sentence_id": sealer.seal("我要退保", "training_sentences.sentence_id"),
            "text": sealer.seal("我 要退保", "training_sentences.text"),
            "source": sealer.seal("a.json#1", "training_sentences.source"),
        }
        connection.execute(
            sql(
                "INSERT INTO training_sentences (sentence_id, text, source, intent, confidence, reason, times, state, offered_at)"
                " VALUES (:sentence_id, :text, :source, 'surrender_policy', 0.3, 'in_doubt', 4, 'waiting', '2026-11-27 02:00:00')"
            ),
            row,
        )
    migrate(empty_url, DATA_KEY)
    with SqlUnitOfWork(engine) as work:
        [item] = work.review_items.page(Chosen(), offset=0, limit=10)
        assert (item.text, item.source, item.times, item.suggestion) == ("我 要退保", "a.json#1", 4, "surrender_policy")
        assert item.reasons == {ReviewReason.TRANSCRIPT: 4}
        assert not work.review_items.offer(replace(SENTENCE, text="我要退保"))
    engine.dispose()
