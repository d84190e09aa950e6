"""Quality reviews on both databases: drawn once by a keyed hash, scored, appealed, decided by another, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from store_samples import HAND_OFF, NOW, TODAY

from bot.insurance.quality import AppealOutcome, QualityReview, Sampled, Severity
from bot.insurance.service_fact import Fact, ServiceFact, day_of
from bot.insurance.staff import Credentials, Role, Staff
from bot.services.figures.period import read_period
from bot.services.figures.quality_report import quality_report
from bot.services.quality.draw_sample import Sampling, draw_sample
from bot.services.quality.load_rubric import load_rubric
from bot.services.quality.review import (
    NotTheirReviewError,
    ReviewFlawError,
    ReviewStepError,
    ScoreReview,
    appeal,
    close_finding,
    decide_appeal,
    score_review,
)
from bot.services.quality_ports import Shown
from bot.settings import ROOT

RUBRIC = load_rubric(ROOT / "data" / "quality" / "rubric.yml")
ALL = Sampling("a secret", 1, 1)
TOMORROW = NOW + timedelta(days=1)
POINTS = {each.id: 2 for each in RUBRIC.dimensions}
NUMBER = "J20261123000001"
REVIEW = QualityReview(NUMBER, "k", Sampled.HUMAN, "c-1", "agent-1", "理赔", NOW, TOMORROW, TOMORROW)
SCORE = ScoreReview(
    NUMBER, {**POINTS, "empathy": 0}, "开头很冷淡", "quality-1", TOMORROW, Severity.MIDDLE, "先回应客户的处境", "agent-2",
    date(2026, 12, 8),
)  # fmt: skip


def served(work, name: str, **changes: object) -> None:
    work.hand_offs.add(
        replace(HAND_OFF, conversation_id=name, idempotency_key=name, post="理赔", closed_at=NOW, **changes)
    )


def alone(work, name: str) -> None:
    work.facts.add([ServiceFact(day_of(name, TODAY), Fact.TOPIC, "query_policy", name, TODAY)])


@pytest.fixture
def reviewed(unit_of_work):
    """A drawn review, and somebody who may own a finding."""
    with unit_of_work() as work:
        work.reviews.add(REVIEW)
        work.staff.add(Staff("agent-2", frozenset({Role.AGENT}), frozenset()), Credentials("none"), NOW)
        work.commit()
    return unit_of_work


def test_each_conversation_is_drawn_once_with_who_led_it(unit_of_work):
    with unit_of_work() as work:
        served(work, "c-person")
        alone(work, "c-bot")
        work.commit()
    for _ in range(2):
        with unit_of_work() as work:
            draw_sample(work, TOMORROW, ALL)
            work.commit()
    with unit_of_work() as work:
        found = {
            (one.sampled, one.conversation_id, one.agent)
            for one in work.reviews.page(Shown.TO_SCORE, offset=0, limit=9)
        }
        assert work.reviews.counted()[Shown.TO_SCORE] == 2
    assert found == {(Sampled.HUMAN, "c-person", "agent-1"), (Sampled.BOT, "c-bot", "")}


def test_today_and_what_nobody_took_and_what_was_reported_are_not_drawn(unit_of_work):
    with unit_of_work() as work:
        served(
            work,
            "c-today",
        )
        served(work, "c-nobody", taken_by="", taken_at=None)
        work.hand_offs.add(
            replace(HAND_OFF, conversation_id="c-compliance", idempotency_key="z", post="合规监察", closed_at=NOW)
        )
        work.commit()
        assert draw_sample(work, NOW, ALL) == 0
        assert draw_sample(work, TOMORROW, Sampling("a secret", 0, 0)) == 0
        assert draw_sample(work, TOMORROW, ALL) == 1


def test_words_are_sealed_and_a_review_comes_back_whole(reviewed, engine):
    with reviewed() as work:
        scored = score_review(work, SCORE, RUBRIC)
        appealed = appeal(work, NUMBER, "客户当时很急，先办了事", "agent-1", TOMORROW)
        work.commit()
        assert work.reviews.get(NUMBER) == appealed == replace(scored, appeal=appealed.appeal)
    with engine.connect() as connection:
        row = str(connection.execute(text("SELECT * FROM quality_reviews")).one())
    assert not [words for words in ("冷淡", "处境", "很急") if words in row]


def test_the_score_is_weighted_and_what_was_found_has_an_owner_and_a_day(reviewed):
    with reviewed() as work:
        review = score_review(work, SCORE, RUBRIC)
        work.commit()
        whole = sum(each.weight for each in RUBRIC.dimensions)
        empathy = next(each.weight for each in RUBRIC.dimensions if each.id == "empathy")
        assert review.score.total == round(100 * (whole - empathy) / whole)
        assert (review.finding.severity, review.finding.owner) == (Severity.MIDDLE, "agent-2")
        assert work.reviews.counted() == {Shown.TO_SCORE: 0, Shown.APPEALS: 0, Shown.FINDINGS: 1, Shown.DONE: 1}
        assert (work.reviews.overdue_findings(date(2026, 12, 8)), work.reviews.overdue_findings(date(2026, 12, 9))) == (
            0,
            1,
        )
        closed = close_finding(work, NUMBER, "已经培训并复听三段", "quality-1", TOMORROW)
        assert not closed.is_open_finding


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"points": {"safety": 2}}, ReviewFlawError),
        ({"points": {**POINTS, "clear": 3}}, ReviewFlawError),
        ({"note": "好"}, ReviewFlawError),
        ({"owner": "nobody"}, ReviewFlawError),
        ({"due": TODAY}, ReviewFlawError),
        ({"finding": ""}, ReviewFlawError),
        ({"by": "agent-1"}, NotTheirReviewError),
        ({"number": "J20261123000009"}, LookupError),
    ],
)
def test_a_score_that_is_not_whole_or_the_own_is_refused(reviewed, changes, error):
    with reviewed() as work, pytest.raises(error):
        score_review(work, replace(SCORE, **changes), RUBRIC)


def test_nobody_is_scored_twice_and_only_the_agent_appeals_once(reviewed):
    with reviewed() as work:
        with pytest.raises(ReviewStepError):
            appeal(work, NUMBER, "还没有评分就申诉", "agent-1", TOMORROW)
        score_review(work, SCORE, RUBRIC)
        with pytest.raises(ReviewStepError):
            score_review(work, SCORE, RUBRIC)
        with pytest.raises(NotTheirReviewError):
            appeal(work, NUMBER, "我替他申诉一下", "agent-2", TOMORROW)
        appeal(work, NUMBER, "客户当时很急，先办了事", "agent-1", TOMORROW)
        with pytest.raises(ReviewStepError):
            appeal(work, NUMBER, "再申诉一次试试", "agent-1", TOMORROW)


def test_a_second_person_decides_and_an_annulled_score_counts_nowhere(reviewed):
    with reviewed() as work:
        score_review(work, SCORE, RUBRIC)
        appeal(work, NUMBER, "客户当时很急，先办了事", "agent-1", TOMORROW)
        for own in ("quality-1", "agent-1"):
            with pytest.raises(NotTheirReviewError):
                decide_appeal(work, NUMBER, AppealOutcome.KEPT, "维持原来的评分", own, TOMORROW)
        decided = decide_appeal(work, NUMBER, AppealOutcome.ANNULLED, "先救急是对的", "manager-1", TOMORROW)
        work.commit()
        report = dict(quality_report(work, read_period("2026-11", TODAY), RUBRIC, TODAY).figures)
    assert (decided.counts, decided.is_open_finding) == (False, False)
    assert report["评分"] == "0 段有效，平均 —"
    assert report["申诉"] == "1 件，撤销 1 件"


def test_every_step_is_on_record_without_its_words(reviewed, engine):
    with reviewed() as work:
        score_review(work, SCORE, RUBRIC)
        appeal(work, NUMBER, "客户当时很急，先办了事", "agent-1", TOMORROW)
        decide_appeal(work, NUMBER, AppealOutcome.KEPT, "评分没有问题", "quality-2", TOMORROW)
        close_finding(work, NUMBER, "已经培训并复听三段", "quality-2", TOMORROW)
        work.commit()
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT event, detail FROM audit_log ORDER BY seq")).all()
    assert [row[0] for row in rows] == [
        "quality.scored", "quality.appealed", "quality.appeal_decided", "quality.finding_closed",
    ]  # fmt: skip
    assert not [row for row in rows if "冷淡" in row[1] or "很急" in row[1]]
