"""What the actions count of real turns: topics, how far a journey came, a hand-off; once each, and nothing of a report of wrongdoing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import text as sql

from actions.journeys import ActionSubmitPolicy, ValidatePolicyForm, ValidateServiceForm
from actions.turn import read_turn
from bot.errors import StoreUnavailableError
from bot.insurance.service_fact import Fact, ServiceFact
from bot.services.count_service import Tally, count
from tests.integration.journeys.conftest import NOW


class Talk:
    """Turns of one conversation through an action, its slots carried as Rasa carries them."""

    def __init__(self, services, engine) -> None:
        self.services, self.engine, self.slots, self.messages = services, engine, {}, 0

    def say(self, action, text: str, intent: str, *, message_id: str = "") -> None:
        self.messages += 1
        stamps = {
            "message_id": message_id or f"m{self.messages}", "received_at": "2026-11-23T09:12:00+08:00", "channel": "web",
            "chosen": False,
        }  # fmt: skip
        latest = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": [], "metadata": stamps}
        tracker = SimpleNamespace(sender_id="c-1", latest_message=latest, events=[], get_slot=self.slots.get)
        outcome = action._act_safely(read_turn(tracker), tracker, self.services)
        for event in outcome.events:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]

    def facts(self) -> list[tuple[str, str]]:
        self.services.tally.write()
        with self.engine.connect() as connection:
            return sorted(tuple(row) for row in connection.execute(sql("SELECT fact, value FROM service_facts")))


@pytest.fixture
def talk(customer) -> Talk:
    return Talk(customer.services, customer.engine)


def test_a_journey_is_counted_with_what_it_was_opened_by_and_each_question_it_reached(talk):
    talk.say(ValidatePolicyForm(), "查一下我的保单", "query_policy")
    first = talk.facts()
    assert ("topic", "query_policy") in first
    assert ("began", "policy_form") in first
    assert [fact for fact, _ in first].count("asked") == 1
    talk.say(ValidatePolicyForm(), "算了不查了", "cancel")
    assert ("ended", "cancelled") in talk.facts()
    talk.say(ActionSubmitPolicy(), "算了不查了", "cancel")
    assert [fact for fact, _ in talk.facts()].count("topic") == 1


def test_a_turn_that_is_tried_again_counts_once(talk):
    for _ in range(2):
        talk.slots.clear()
        talk.say(ValidatePolicyForm(), "查一下我的保单", "query_policy", message_id="m-same")
    found = talk.facts()
    assert len(found) == len(set(found))
    with talk.engine.connect() as connection:
        assert (
            connection.execute(sql("SELECT count(DISTINCT run) FROM service_facts WHERE fact = 'began'")).scalar() == 1
        )


def test_a_hand_off_is_counted_with_its_reason(talk):
    talk.say(ValidatePolicyForm(), "查一下我的保单", "query_policy")
    talk.say(ValidatePolicyForm(), "转人工", "request_human")
    assert {("handed", "customer_asked"), ("ended", "handed_off")} <= set(talk.facts())


def test_that_wrongdoing_is_reported_is_counted_nowhere(talk):
    talk.say(ValidateServiceForm(), "我要举报业务员收了保费没有交公司", "report_misconduct")
    assert talk.facts() == []


def test_no_turn_fails_for_what_is_only_counted(talk):
    def away():
        raise StoreUnavailableError(error="gone")

    count(away, [ServiceFact("run", Fact.BEGAN, "policy_form", "c-1", NOW.date())])
    count(talk.services.unit_of_work, [])
    assert talk.facts() == []


def test_what_is_counted_while_the_store_is_away_is_lost_and_nothing_else_is(talk):
    stores = [None]

    def coming_back():
        if stores:
            stores.pop()
            raise StoreUnavailableError(error="gone")
        return talk.services.unit_of_work()

    tally = Tally(coming_back)
    for fact in (Fact.BEGAN, Fact.ENDED):
        tally.add([ServiceFact("run", fact, "policy_form", "c-1", NOW.date())])
        tally.write()
    tally.write()
    assert talk.facts() == [("ended", "policy_form")]
