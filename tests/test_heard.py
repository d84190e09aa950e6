"""Every correction by sound in all that trainers wrote has been read by somebody."""

from __future__ import annotations

from pathlib import Path

from benchmarks.heard import corrections, sentences

REVIEWED = Path(__file__).with_name("heard_reviewed.txt")


def test_no_sentence_is_corrected_in_a_way_that_nobody_reviewed() -> None:
    lines = REVIEWED.read_text(encoding="utf-8").splitlines()
    reviewed = {line for line in lines if line and not line.startswith("#")}
    new = {f"|{written}| → |{meant}|" for text in sentences() for written, meant in corrections(text)} - reviewed
    assert not new, "\n".join(["read these, then add them to heard_reviewed.txt or to what stays:", *sorted(new)])
