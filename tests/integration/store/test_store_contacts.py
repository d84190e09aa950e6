"""Contacts: up to where a customer was told, what may still be sent, and what a passive reply told."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from store_samples import NOW, together

from bot.adapters import CalledChannels
from bot.conversations.account_token import AccountToken
from bot.conversations.contacts import NOWHERE, Act, Allowance, Place
from bot.conversations.messages import Reply, Sender
from bot.store.account_tokens import SqlAccountTokens
from bot.store.contacts import SqlContacts
from bot.store.errors import RowMissingError

FIVE = Allowance(5, NOW + timedelta(hours=48))
THREE = Allowance(3, NOW + timedelta(minutes=1))
_IDS = itertools.count(1)


def word(message_id: str = "") -> Act:
    return Act(message_id or f"word-{next(_IDS)}", True, FIVE)


def click(message_id: str = "") -> Act:
    return Act(message_id or f"click-{next(_IDS)}", False, THREE)


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
        contacts.sent("one", Place(1))


def test_what_is_said_to_the_customer_is_unsent_until_it_is_marked(contacts, message_log):
    contacts.heard("one", "oAmy", word())
    message_log.receive("one", message_id="m1", text="你好", choice_id="", at=NOW)
    _reply(message_log, "甲", "乙")
    assert [each.text for each in contacts.unsent("one")] == ["甲", "乙"]
    assert contacts.owing() == ("one",)
    contacts.sent("one", Place(2))
    assert [each.text for each in contacts.unsent("one")] == ["乙"]
    contacts.sent("one", Place(3))
    assert contacts.unsent("one") == ()
    assert contacts.owing() == ()
    contacts.sent("one", Place(2, 80))  # an older mark takes nothing back
    assert contacts.get("one").told == Place(3)


def test_what_was_not_told_is_counted_and_so_is_who_cannot_be_told(contacts, message_log):
    contacts.heard("one", "oAmy", word())
    message_log.receive("one", message_id="m1", text="你好", choice_id="", at=NOW)
    assert (contacts.count_unsent(), contacts.count_unreachable()) == (0, 0)
    _reply(message_log, "甲", "乙")
    assert contacts.count_unsent() == 2
    contacts.sent("one", Place(2))
    assert contacts.count_unsent() == 1
    contacts.stop("one", unreachable=True)
    assert (contacts.count_unsent(), contacts.count_unreachable()) == (0, 1)


def test_every_text_counts_and_a_new_word_counts_anew(contacts):
    contacts.heard("one", "oAmy", word())
    for _ in range(6):
        contacts.sent("one", NOWHERE)
    assert contacts.get("one").may_send(NOW) == 0
    contacts.heard("one", "oAmy", word())
    assert contacts.get("one").may_send(NOW) == 5


def test_a_click_gives_a_minute_and_takes_nothing_from_a_message(contacts):
    contacts.heard("one", "oAmy", click())
    assert contacts.get("one").may_send(NOW) == 3
    assert contacts.get("one").may_send(NOW + timedelta(minutes=2)) == 0
    contacts.heard("one", "oAmy", word())
    contacts.heard("one", "oAmy", click())
    assert contacts.get("one").may_send(NOW + timedelta(hours=40)) == 5


def test_what_a_message_left_may_still_be_sent_when_the_minute_of_a_click_is_over(contacts):
    contacts.heard("one", "oAmy", word())
    for _ in range(3):
        contacts.sent("one", NOWHERE)
    contacts.heard("one", "oAmy", click())
    assert contacts.get("one").may_send(NOW) == 3
    assert contacts.get("one").may_send(NOW + timedelta(minutes=10)) == 2
    contacts.sent("one", NOWHERE)
    assert contacts.get("one").may_send(NOW) == 2
    assert contacts.get("one").may_send(NOW + timedelta(minutes=10)) == 1


def test_what_is_delivered_again_allows_nothing_more(contacts, message_log):
    for act in (word("w1"), click("c1")):
        contacts.heard("one", "oAmy", act)
        for _ in range(5):
            contacts.sent("one", NOWHERE)
        contacts.heard("one", "oAmy", act)
        assert contacts.get("one").may_send(NOW) == 0
    message_log.receive("one", message_id="w1", text="你好", choice_id="", at=NOW)
    contacts.heard("one", "oAmy", word("w1"))  # long after something else was heard
    assert contacts.get("one").may_send(NOW) == 0


@pytest.mark.parametrize("unreachable", [True, False])
def test_who_is_stopped_is_sent_nothing_until_he_is_heard_again(contacts, message_log, unreachable):
    contacts.heard("one", "oAmy", word())
    _reply(message_log, "甲")
    contacts.stop("one", unreachable=unreachable)
    assert contacts.get("one").may_send(NOW) == 0
    assert contacts.get("one").reachable is not unreachable
    assert contacts.owing() == ()
    contacts.heard("one", "oAmy", click())
    assert contacts.get("one").may_send(NOW) == 3
    assert contacts.owing() == ("one",)


def test_a_passive_reply_is_remembered_and_nothing_of_it_is_unsent(contacts, message_log):
    contacts.heard("one", "oAmy", word())
    _reply(message_log, "甲", "乙")
    for _ in range(2):
        contacts.answered("one", "m1", after=NOWHERE, up_to=Place(2))
    assert contacts.passive_reply("one", "m1") == (NOWHERE, Place(2))
    assert contacts.passive_reply("one", "m2") is None
    assert contacts.unsent("one") == ()
    assert contacts.get("one").may_send(NOW) == 5
    assert [each.text for each in contacts.told("one", NOWHERE, Place(1))] == ["甲"]


def test_a_reply_may_end_inside_a_message(contacts, message_log):
    contacts.heard("one", "oAmy", word())
    _reply(message_log, "甲", "乙", "丙")
    assert contacts.answered("one", "m1", after=NOWHERE, up_to=Place(1, 600))
    assert not contacts.answered("one", "m2", after=NOWHERE, up_to=Place(2))
    assert contacts.get("one").told == Place(1, 600)
    assert [each.text for each in contacts.unsent("one")] == ["乙", "丙"]
    assert [each.text for each in contacts.told("one", *contacts.passive_reply("one", "m1"))] == ["甲", "乙"]


def test_two_who_mark_at_once_count_both(contacts):
    contacts.heard("one", "oAmy", word())
    together(4, lambda place: contacts.sent("one", Place(place + 1)))
    assert (contacts.get("one").may_send(NOW), contacts.get("one").told) == (1, Place(4))


def test_the_token_of_an_account_is_kept_sealed_with_when_it_was_forced(engine):
    tokens = SqlAccountTokens(engine)
    assert tokens.get("wx1") is None
    tokens.put("wx1", AccountToken("secret-1", NOW))
    later = AccountToken("secret-2", NOW + timedelta(hours=2), (NOW, NOW + timedelta(minutes=1)))
    tokens.put("wx1", later)
    assert tokens.get("wx1") == later
    with engine.connect() as connection:
        (raw,) = connection.exec_driver_sql("SELECT value FROM account_tokens").one()
    assert "secret" not in raw


def test_a_token_that_another_key_sealed_is_none(engine):
    tokens = SqlAccountTokens(engine)
    tokens.put("wx1", AccountToken("secret-1", NOW))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account_tokens SET value = 's1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'")
    assert tokens.get("wx1") is None
    tokens.put("wx1", AccountToken("secret-2", NOW))
    assert tokens.get("wx1") == AccountToken("secret-2", NOW)


def test_what_a_channel_noted_by_itself_is_told_to_nobody(contacts, message_log):
    contacts.heard("one", "oAmy", word())
    message_log.note("one", note_id="n1", text="按键 1", sender=Sender.SYSTEM, at=NOW)
    _reply(message_log, "甲")
    assert [each.text for each in contacts.unsent("one")] == ["甲"]


def test_the_address_stands_nowhere_in_the_clear(contacts, engine):
    contacts.heard("one", "oAmy-0000000000000000000001", word())
    with engine.connect() as connection:
        (raw,) = connection.exec_driver_sql("SELECT address FROM contacts").one()
    assert "oAmy" not in raw
    assert contacts.get("one").address == "oAmy-0000000000000000000001"


def test_a_notice_is_pushed_only_where_the_answers_keep_what_they_need(contacts, message_log):
    called = CalledChannels(contacts)
    assert not called.may_push("one", NOW)  # nobody that this channel has heard of
    contacts.heard("one", "oAmy", word())
    assert called.may_push("one", NOW)
    assert not called.may_push("one", FIVE.until)
    _reply(message_log, "甲")
    assert not called.may_push("one", NOW)  # something else is owed
    assert called.delivered("one") == 0
    contacts.sent("one", Place(1))
    assert (called.may_push("one", NOW), called.delivered("one")) == (True, 1)
    contacts.sent("one", Place(1))
    assert not called.may_push("one", NOW)  # three are left, for the answers
    assert called.delivered("another") == 0
