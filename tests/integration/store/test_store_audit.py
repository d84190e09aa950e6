"""The audit log cannot be changed, and a change made past its triggers is found."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from store_samples import NOW, together

from bot.store.audit_log import ChainHead, chain_head, verify_chain
from bot.store.errors import AuditChainBrokenError

TRIGGERS = {
    "sqlite": [("audit_log_no_update", ""), ("audit_log_no_delete", ""), ("audit_log_no_replace", "")],
    "postgresql": [("audit_log_no_change", " ON audit_log")],
}


@pytest.fixture
def url(own_url: str) -> str:
    """These tests take the triggers away."""
    return own_url


def _append(unit_of_work, count, *, subject="C1"):
    with unit_of_work() as work:
        for number in range(count):
            work.audit.append(
                "claim.reported", subject=subject, actor="bot", at=NOW, detail={"b": str(number), "a": "甲"}
            )
        work.commit()


def _run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _without_triggers(engine: Engine, *statements: str) -> None:
    drops = [f"DROP TRIGGER {name}{place}" for name, place in TRIGGERS[engine.dialect.name]]
    _run(engine, *drops, *statements)


def test_chain_of_entries_is_verified_and_counted(engine, unit_of_work):
    assert verify_chain(engine) == 0
    _append(unit_of_work, 3)
    _append(unit_of_work, 2)
    assert verify_chain(engine) == 5


def test_entry_of_a_transaction_that_was_not_committed_is_not_kept(engine, unit_of_work):
    with unit_of_work() as work:
        work.audit.append("x", subject="s", actor="a", at=NOW, detail={})
    assert verify_chain(engine) == 0


def test_parallel_writers_make_one_chain(engine, unit_of_work):
    together(12, lambda n: _append(unit_of_work, 3, subject=f"C{n}"))
    assert verify_chain(engine) == 36


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_log SET actor = 'nobody' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 3",
        "DELETE FROM audit_head",
    ],
)
def test_database_refuses_to_change_or_delete_entries(engine, unit_of_work, change):
    _append(unit_of_work, 3)
    with pytest.raises(DBAPIError, match=r"append-only|stays"):
        _run(engine, change)
    assert verify_chain(engine) == 3


def test_database_refuses_to_replace_or_empty_the_log(engine, unit_of_work):
    _append(unit_of_work, 3)
    copy = "INTO audit_log SELECT seq, event, subject, 'nobody', at, detail, previous_hash, hash FROM audit_log"
    change = f"INSERT OR REPLACE {copy}" if engine.dialect.name == "sqlite" else "TRUNCATE audit_log"
    with pytest.raises(DBAPIError, match="append-only"):
        _run(engine, change)
    assert verify_chain(engine) == 3


@pytest.mark.parametrize(
    ("change", "seq", "reason"),
    [
        ("UPDATE audit_log SET actor = 'nobody' WHERE seq = 2", 2, "changed"),
        ("UPDATE audit_log SET detail = '{}' WHERE seq = 4", 4, "changed"),
        ("UPDATE audit_log SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", 1, "changed"),
        ("UPDATE audit_log SET previous_hash = hash WHERE seq = 3", 3, "not chained"),
        ("DELETE FROM audit_log WHERE seq = 2", 2, "gone"),
        ("DELETE FROM audit_log WHERE seq = 4", 3, "after this one"),
        ("DELETE FROM audit_log", 0, "after this one"),
        ("UPDATE audit_head SET seq = 3", 4, "after this one"),
    ],
)
def test_change_made_past_the_triggers_is_found_where_it_is(engine, unit_of_work, change, seq, reason):
    _append(unit_of_work, 4)
    _without_triggers(engine, change)
    with pytest.raises(AuditChainBrokenError, match=reason) as caught:
        verify_chain(engine)
    assert caught.value.data["seq"] == seq


def test_chain_made_anew_from_the_start_is_found_by_an_anchor_kept_elsewhere(engine, unit_of_work):
    _append(unit_of_work, 2)
    anchor = chain_head(engine)
    _append(unit_of_work, 1)
    assert verify_chain(engine, anchor=anchor) == 3
    forget = f"UPDATE audit_head SET seq = 0, hash = '{'0' * 64}'"
    _without_triggers(engine, "DELETE FROM audit_log", forget)
    _append(unit_of_work, 3, subject="C2")
    assert verify_chain(engine) == 3
    with pytest.raises(AuditChainBrokenError, match="anchored"):
        verify_chain(engine, anchor=anchor)
    with pytest.raises(AuditChainBrokenError, match="after this one"):
        verify_chain(engine, anchor=ChainHead(9, anchor.hash))
