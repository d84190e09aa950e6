"""Phone calls on both databases: an answer is kept once, and only on the state that it was made from."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.store.calls import SqlCalls
from bot.text.dates import SHANGHAI

NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)


@pytest.fixture
def calls(engine, message_log) -> SqlCalls:
    message_log.open("iv1", channel="ivr", at=NOW)
    return SqlCalls(engine)


def test_an_answer_is_kept_with_the_state_that_follows_it(calls: SqlCalls) -> None:
    assert calls.state("iv1") == {}
    assert calls.keep("iv1", "e1", before={}, after={"silences": 1, "options": ["甲"]}, actions="{1}")
    state = calls.state("iv1")
    assert state == {"silences": 1, "options": ["甲"]}
    assert calls.answered("iv1", "e1") == "{1}"
    assert calls.keep("iv1", "e2", before=state, after={"silences": 2}, actions="{2}")
    assert calls.state("iv1") == {"silences": 2}


def test_whoever_was_overtaken_keeps_nothing(calls: SqlCalls) -> None:
    assert calls.keep("iv1", "e1", before={}, after={"silences": 1}, actions="{1}")
    assert not calls.keep("iv1", "e2", before={}, after={"silences": 9}, actions="{2}")
    assert not calls.keep("iv1", "e2", before={"silences": 0}, after={"silences": 9}, actions="{2}")
    assert not calls.keep("iv1", "e1", before={"silences": 1}, after={"silences": 9}, actions="{9}")
    assert calls.state("iv1") == {"silences": 1}
    assert (calls.answered("iv1", "e1"), calls.answered("iv1", "e2")) == ("{1}", None)
