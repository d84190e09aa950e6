"""What the import counts of each file, and how its progress moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bot.channels.transcripts.call_list import CallList
from bot.cli.transcripts import MOST_TOLD, Batch, read_file
from bot.services.transcripts.call import PhoneCall, Speaker
from bot.services.transcripts.import_calls import Imported

NOW = datetime(2026, 11, 27, 10)
SPEAKERS = {"客户": Speaker.CUSTOMER}


def take(calls: Sequence[PhoneCall], _: datetime) -> Iterator[Imported]:
    return (Imported(call.call_id, True, len(call.spoken)) for call in calls)


def read(path: Path, text: str) -> tuple[list[float], Batch]:
    path.write_text(text, encoding="utf-8")
    batch = Batch()
    return list(read_file(path, SPEAKERS, CallList({}), take, batch, NOW)), batch


def test_progress_moves_with_each_call_of_a_file(tmp_path: Path) -> None:
    rows = [f"A{number},客户,第{turn}句" for number in range(4) for turn in range(number + 1)]
    shares, batch = read(tmp_path / "a.csv", "\n".join(("通话编号,角色,内容", *rows)))
    assert shares == [0.1, 0.2, 0.3, 0.4]
    assert (batch.calls, batch.utterances, batch.flawed) == (4, 10, [])


def test_a_file_that_cannot_be_read_is_one_step_and_is_named(tmp_path: Path) -> None:
    shares, batch = read(tmp_path / "a.csv", "角色,时间\n客户,1\n")
    assert shares == [1.0]
    assert [(one.name, one.where) for one in batch.flawed] == [("a.csv", "第 1 行")]


def test_broken_rows_and_a_call_without_a_readable_time_stop_no_other(tmp_path: Path) -> None:
    rows = "A1,客户,好,1,2026-11-20\nA2,客户,好,晚,2026-11-20\nA3,客户,好,1,昨天\nA4,客户,好,1,2026-11-20\n"
    _, batch = read(tmp_path / "a.csv", "通话编号,角色,内容,start_s,通话时间\n" + rows)
    assert batch.calls == 2
    assert [one.where for one in batch.flawed] == ["第 3 行", "A3"]


def test_thousands_of_broken_rows_are_told_in_a_few_lines(tmp_path: Path) -> None:
    _, batch = read(tmp_path / "a.csv", "角色,内容,start_s\n客户,好,1\n" + "客户,好,晚\n" * 3000)
    assert len(batch.flawed) == MOST_TOLD + 1
    assert "2980 行" in batch.flawed[-1].flaw
