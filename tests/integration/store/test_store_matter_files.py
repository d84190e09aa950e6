"""Files of claims, on both databases: kept whole, sealed, found, forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.insurance.matter_file import FileKind, Flaw, MatterFile
from bot.services.errors import DuplicateKeyError
from bot.store.sealing import Sealer, UnsealError
from tests.integration.store.store_samples import NOW
from tests.photos import photo

FILE = MatterFile(
    file_no="F20261123000001",
    idempotency_key="c-1:digest:0",
    conversation_id="c-1",
    name="病历.png",
    kind=FileKind.PNG,
    size=4000,
    sha256="digest",
    received_at=NOW,
    flaws=(Flaw.DARK, Flaw.SMALL),
)


def test_a_file_comes_back_whole_and_is_handed_in(unit_of_work):
    with unit_of_work() as work:
        work.files.add(FILE, photo())
        with pytest.raises(DuplicateKeyError):
            work.files.add(replace(FILE, file_no="F20261123000002"), photo())
        work.commit()
    with unit_of_work() as work:
        assert work.files.get(FILE.file_no) == FILE
        assert work.files.content(FILE.file_no) == photo()
        assert work.files.content("F1") is work.files.get("F1") is None
        assert list(work.files.of_conversation("c-1")) == [FILE]
        assert list(work.files.of_matter("")) == list(work.files.of_matter("C1")) == []
        handed_in = replace(FILE, matter_no="C1", document="病历", request_no="S1")
        work.files.save(handed_in)
        work.commit()
    with unit_of_work() as work:
        assert list(work.files.of_matter("C1")) == [handed_in]
        assert work.files.content(FILE.file_no) == photo()


def test_only_what_nobody_handed_in_is_forgotten_with_its_bytes(unit_of_work, engine):
    kept = replace(FILE, file_no="F2", idempotency_key="two", matter_no="C1", request_no="S1")
    with unit_of_work() as work:
        for file in (FILE, kept):
            work.files.add(file, b"%PDF-1.4 %%EOF")
        assert work.files.forget_unused(NOW) == 0
        assert work.files.forget_unused(NOW + timedelta(seconds=1)) == 1
        work.commit()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT file_no FROM claim_file_contents")).scalars().all() == ["F2"]


def test_sealed_bytes_open_only_with_their_key_and_in_their_column():
    sealed = Sealer("one").seal_bytes(b"a paper", "claim_file_contents.content")
    assert b"a paper" not in sealed
    assert Sealer("one").open_bytes(sealed, "claim_file_contents.content") == b"a paper"
    for key, purpose, content in (
        ("two", "claim_file_contents.content", sealed),
        ("one", "another.column", sealed),
        ("one", "claim_file_contents.content", b"a paper"),
        ("one", "claim_file_contents.content", sealed[:-1]),
    ):
        with pytest.raises(UnsealError):
            Sealer(key).open_bytes(content, purpose)
