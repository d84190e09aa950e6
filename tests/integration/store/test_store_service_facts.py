"""What is counted of conversations, on both databases: each once, topics with what became of them, funnels."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from store_samples import HAND_OFF, NOW, TODAY

from bot.insurance.identity import IdentityLevel, Verification
from bot.insurance.service_fact import Fact, ServiceFact, day_of
from bot.services.count_service import count, journey_facts, topic_of
from bot.services.figures.funnels import CARD, funnel_report, funnels_of
from bot.services.figures.period import read_period
from bot.services.figures.topics import Settled, judge, topic_report
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.understanding import Understood

NOVEMBER = read_period("2026-11", TODAY)


def said(intent: str, name: str = "c-1", at: datetime = NOW) -> Understood:
    return Understood(name, "m-1", at, "web", "我的手机13800000001", intent, 0.9)


def ask(unit_of_work, intent: str, name: str = "c-1", day: int = 0) -> None:
    count(unit_of_work, topic_of(said(intent, name, NOW + timedelta(days=day))))


def outcomes(unit_of_work) -> dict[tuple[str, int], Settled]:
    with unit_of_work() as work:
        seen = judge(work.facts.contacts(NOVEMBER.first, date(2026, 12, 9)), NOVEMBER)
    return {(one.contact.conversation_id, (one.contact.day - TODAY).days): one.settled for one in seen}


def test_a_topic_is_counted_once_a_day_and_no_word_is_kept(unit_of_work, engine):
    for _ in range(3):
        ask(unit_of_work, "query_policy")
    for nothing in ("greet", "inform", ""):
        ask(unit_of_work, nothing)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM service_facts")]
    assert rows == [(f"c-1:{TODAY}", "topic", "query_policy", "c-1", TODAY.toordinal())]


def test_who_comes_back_within_seven_days_was_not_helped(unit_of_work):
    ask(unit_of_work, "query_claim", "c-back")
    ask(unit_of_work, "query_policy", "c-back", day=7)
    ask(unit_of_work, "query_claim", "c-once")
    ask(unit_of_work, "query_policy", "c-later")
    ask(unit_of_work, "query_policy", "c-later", day=8)
    found = outcomes(unit_of_work)
    assert found["c-back", 0] is Settled.AGAIN
    assert found["c-once", 0] is Settled.BOT
    assert found["c-later", 0] is Settled.BOT


def test_the_same_person_in_another_conversation_is_the_same_customer(unit_of_work):
    with unit_of_work() as work:
        for name in ("c-web", "c-wechat"):
            work.identities.save_verification(Verification(name, "CU1", "", IdentityLevel.L2, NOW))
        work.commit()
    ask(unit_of_work, "query_claim", "c-web")
    ask(unit_of_work, "query_claim", "c-wechat", day=2)
    assert outcomes(unit_of_work)["c-web", 0] is Settled.AGAIN


def test_a_hand_off_and_a_journey_that_was_left_are_told_apart(unit_of_work):
    for name in ("c-handed", "c-left", "c-done"):
        ask(unit_of_work, "report_claim", name)
    with unit_of_work() as work:
        hand_off(work, HandOffRequest("c-handed", "m-1", "customer_asked", "理赔", NOW, None))
        work.commit()
    for name, ends in (("c-left", "cancelled"), ("c-done", "confirmed")):
        facts = journey_facts(said("x", name), f"{name}:run", "claim_form", reached="place", outcome=ends, opens=True)
        count(unit_of_work, facts)
    found = outcomes(unit_of_work)
    assert [found[name, 0] for name in ("c-handed", "c-left", "c-done")] == [Settled.PERSON, Settled.LEFT, Settled.BOT]
    with unit_of_work() as work:
        report = topic_report(work, NOVEMBER, TODAY, {"report_claim": "报案"})
    assert dict(report.figures)["来访（一个会话一天算一次）"] == "3 次"
    assert report.sections[0].sheets[0].rows == (("报案", "3", "33.3%", "1", "1", "1", "0"),)


def test_a_funnel_counts_runs_once_however_often_a_turn_is_tried(unit_of_work):
    for number in range(4):
        run = f"c-{number}:m:claim_form"
        for _ in range(2):
            count(unit_of_work, journey_facts(said("x"), run, "claim_form", reached="event_at", outcome="", opens=True))
        if number < 3:
            count(
                unit_of_work,
                journey_facts(said("x"), run, "claim_form", reached="confirm", outcome=""),
            )
        if number < 2:
            count(unit_of_work, journey_facts(said("x"), run, "claim_form", reached="", outcome="confirmed"))
    with unit_of_work() as work:
        (one,) = funnels_of(work.facts.steps(NOVEMBER.first, NOVEMBER.after))
        report = funnel_report(work, NOVEMBER)
    assert (one.zh, one.began, one.submitted, one.left) == ("报案", 4, 2, 2)
    assert one.reached[-1] == (CARD, 3)
    assert dict(report.figures)["提交"] == "2 次，50.0%"


def test_nothing_is_counted_of_a_turn_that_changed_nothing(unit_of_work):
    assert journey_facts(said("x"), "run", "claim_form", reached="", outcome="") == ()
    assert journey_facts(said("x"), "", "claim_form", reached="place", outcome="") == ()


def test_a_day_without_a_person_may_be_drawn_and_old_facts_are_forgotten(unit_of_work):
    ask(unit_of_work, "query_policy", "c-alone")
    ask(unit_of_work, "query_policy", "c-handed")
    with unit_of_work() as work:
        work.facts.add([ServiceFact(day_of("c-handed", TODAY), Fact.HANDED, HAND_OFF.reason, "c-handed", TODAY)])
        work.commit()
        assert work.facts.conversations_on(TODAY, TODAY + timedelta(days=1)) == {day_of("c-alone", TODAY): "c-alone"}
        work.facts.forget(TODAY + timedelta(days=1))
        work.commit()
        assert work.facts.contacts(NOVEMBER.first, NOVEMBER.after) == ()
