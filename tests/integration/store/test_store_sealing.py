"""Personal data is unreadable in the database without the key, and still found by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from alembic import command
from sqlalchemy import select, text
from store_samples import NOW

from bot.conversations.messages import OfferedChoice, Reply, Sender
from bot.errors import ConfigurationError
from bot.insurance.party import Party
from bot.store.demo import seed_demo
from bot.store.engine import build_engine
from bot.store.insurance_tables import PARTIES
from bot.store.migrate import _config, migrate
from bot.store.parties import add_parties
from bot.store.sealing import MARK, Sealed, SealedBytes, SealedJson, Sealer, UnsealError
from bot.store.tables import METADATA
from bot.store.trackers import TrackerRows, trackers_url
from bot.store.trackers import metadata as TRACKERS
from tests.fakes import DATA_KEY

WANG = Party(
    "p-1", "王建国", "110105197911200332", date(1979, 11, 20), "男", "13800001003", "w@example.com", "学院路1号", False
)


def test_a_sealed_value_opens_only_with_its_key_and_in_its_column():
    sealer = Sealer("one")
    sealed = sealer.seal("13800001003", "parties.phone")
    assert sealer.open(sealed, "parties.phone") == "13800001003"
    assert sealed == sealer.seal("13800001003", "parties.phone")
    for wrong, purpose in ((Sealer("two"), "parties.phone"), (sealer, "claims.reporter_phone")):
        with pytest.raises(UnsealError):
            wrong.open(sealed, purpose)
    with pytest.raises(UnsealError):
        sealer.open(sealed[:-6] + "AAAA==", "parties.phone")
    with pytest.raises(UnsealError):
        sealer.open("13800001003", "parties.phone")


def test_a_person_is_found_by_what_is_sealed(unit_of_work, engine):
    with engine.begin() as connection:
        add_parties(
            connection, [WANG, replace(WANG, party_id="p-2", id_number="11010119900307002X", phone="13900000000")]
        )
    with unit_of_work() as work:
        assert work.parties.find("王建国", "110105197911200332") == WANG
        assert work.parties.find("王建国", "110105197911200331") is None
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT name, id_number, phone, email, address FROM parties")).all()
    assert all(value.startswith(MARK) for row in stored for value in row)


def test_without_its_key_the_database_tells_nothing_and_says_why(url, engine):
    with engine.begin() as connection:
        add_parties(connection, [WANG])
    for key, error in (("", ConfigurationError), ("another key", UnsealError)):
        other = build_engine(url, key)
        with other.connect() as connection, pytest.raises(error):
            connection.execute(select(PARTIES)).all()
        other.dispose()


def test_nothing_personal_stands_in_the_file(scratch, message_log):
    """The demo portfolio and a conversation, looked for byte by byte in the database and its log."""
    path = scratch / "at_rest.db"
    migrate(f"sqlite:///{path}", DATA_KEY)
    engine = build_engine(f"sqlite:///{path}", DATA_KEY)
    seed_demo(engine, date(2026, 11, 23))
    log = type(message_log)(engine)
    log.open("c-1", channel="web", at=NOW)
    log.receive("c-1", message_id="m-1", text="我叫金丝雀，手机13512345678", choice_id="", at=NOW)
    log.append("c-1", Reply("金丝雀女士您好", (OfferedChoice("尾号金丝雀", "/inform"),)), sender=Sender.BOT, at=NOW)
    with engine.connect() as connection:
        people = connection.execute(select(PARTIES)).mappings().all()
    engine.dispose()
    held = b"".join(each.read_bytes() for each in path.parent.glob("at_rest.db*"))
    canaries = ["金丝雀", "13512345678", *(p[c] for p in people for c in ("name", "id_number", "phone"))]
    assert [canary for canary in canaries if canary and canary.encode() in held] == []


def test_what_was_written_in_the_clear_is_sealed_by_the_migration(empty_url):
    engine = build_engine(empty_url, DATA_KEY)
    with engine.begin() as connection:
        command.upgrade(_config(connection), "0002")
        connection.execute(
            text(
                "INSERT INTO parties (party_id, name, id_number, sex, phone, email, address, is_organisation)"
                " VALUES ('p-1', '王建国', '110105197911200332', '男', '13800001003', '', '学院路1号', false)"
            )
        )
        connection.execute(text("INSERT INTO trackers (conversation_id, events) VALUES ('c-1', '[]')"))
    migrate(empty_url, DATA_KEY)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT phone FROM parties")).scalar().startswith(MARK)
        assert connection.execute(select(PARTIES.c.name, PARTIES.c.email)).one() == ("王建国", "")
    engine.dispose()
    rows = TrackerRows(build_engine(trackers_url(empty_url), DATA_KEY))
    assert rows.get("c-1") == ("[]", 1)


def test_each_sealed_column_is_bound_to_its_own_name():
    for table in (*METADATA.tables.values(), *TRACKERS.tables.values()):
        for column in table.c:
            if isinstance(column.type, Sealed | SealedJson | SealedBytes):
                assert column.type.purpose == f"{table.name}.{column.name}"
