"""Contacts: up to which message a customer was told, what may still be sent, and what a passive reply told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from store_samples import NOW, together

from bot.conversations.delivery import Allowance
from bot.conversations.messages import Reply, Sender
from bot.store.contacts import SqlContacts
from bot.store.errors import RowMissingError

FIVE = Allowance(5, NOW + timedelta(hours=48))
THREE = Allowance(3, NOW + timedelta(minutes=1))


@pytest.fixture
def contacts(engine, message_log) -> SqlContacts:
    message_log.open("one", channel="wechat", at=NOW)
    return SqlContacts(engine)


def _reply(message_log, *texts):
    for text in texts:
        message_log.append("one", Reply(text), sender=Sender.BOT, at=NOW)


def test_nobody_is_known_before_he_was_heard(contacts):
    assert contacts.get("one") is None
    assert contacts.unsent("one") == ()
    with pytest.raises(RowMissingError):
        contacts.sent("one", up_to=1, texts=1)


def test_what_is_said_to_the_customer_is_unsent_until_it_is_marked(contacts, message_log):
    contacts.heard("one", "oAmy", FIVE, NOW)
    message_log.receive("one", message_id="m1", text="你好", choice_id="", at=NOW)
    _reply(message_log, "甲", "乙")
    assert [each.text for each in contacts.unsent("one")] == ["甲", "乙"]
    assert contacts.owing() == ("one",)
    contacts.sent("one", up_to=2, texts=1)
    assert [each.text for each in contacts.unsent("one")] == ["乙"]
    contacts.sent("one", up_to=3, texts=1)
    assert contacts.unsent("one") == ()
    assert contacts.owing() == ()
    contacts.sent("one", up_to=2, texts=0)  # an older mark takes nothing back
    assert contacts.get("one").sent_seq == 3


def test_every_text_counts_and_a_new_word_counts_anew(contacts):
    contacts.heard("one", "oAmy", FIVE, NOW)
    for _ in range(6):
        contacts.sent("one", up_to=None, texts=1)
    assert contacts.get("one").may_send(NOW) == 0
    contacts.heard("one", "oAmy", FIVE, NOW)
    assert contacts.get("one").may_send(NOW) == 5


def test_a_click_gives_a_minute_and_takes_nothing_from_a_message(contacts):
    contacts.heard("one", "oAmy", THREE, NOW)
    assert contacts.get("one").may_send(NOW) == 3
    assert contacts.get("one").may_send(NOW + timedelta(minutes=2)) == 0
    contacts.heard("one", "oAmy", FIVE, NOW)
    contacts.heard("one", "oAmy", THREE, NOW)
    assert contacts.get("one").may_send(NOW + timedelta(hours=40)) == 5


@pytest.mark.parametrize("unreachable", [True, False])
def test_who_is_stopped_is_sent_nothing_until_he_is_heard_again(contacts, message_log, unreachable):
    contacts.heard("one", "oAmy", FIVE, NOW)
    _reply(message_log, "甲")
    contacts.stop("one", unreachable=unreachable)
    assert contacts.get("one").may_send(NOW) == 0
    assert contacts.get("one").reachable is not unreachable
    assert contacts.owing() == ()
    contacts.heard("one", "oAmy", THREE, NOW)
    assert contacts.get("one").may_send(NOW) == 3
    assert contacts.owing() == ("one",)


def test_a_passive_reply_is_remembered_and_nothing_of_it_is_unsent(contacts, message_log):
    contacts.heard("one", "oAmy", FIVE, NOW)
    _reply(message_log, "甲", "乙")
    contacts.answered("one", "m1", after=0, up_to=2)
    contacts.answered("one", "m1", after=0, up_to=2)
    assert contacts.passive_reply("one", "m1") == (0, 2)
    assert contacts.passive_reply("one", "m2") is None
    assert contacts.unsent("one") == ()
    assert contacts.get("one").left == 5
    assert [each.text for each in contacts.told("one", 0, 1)] == ["甲"]


def test_two_who_mark_at_once_count_both(contacts):
    contacts.heard("one", "oAmy", FIVE, NOW)
    together(4, lambda place: contacts.sent("one", up_to=place + 1, texts=1))
    assert (contacts.get("one").left, contacts.get("one").sent_seq) == (1, 4)


def test_the_address_stands_nowhere_in_the_clear(contacts, engine):
    contacts.heard("one", "oAmy-0000000000000000000001", FIVE, NOW)
    with engine.connect() as connection:
        (raw,) = connection.exec_driver_sql("SELECT address FROM contacts").one()
    assert "oAmy" not in raw
    assert contacts.get("one").address == "oAmy-0000000000000000000001"
