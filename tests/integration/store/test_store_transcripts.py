"""Recorded calls on both databases: once each, cases where asked for, and what reports are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.bootstrap import build_deadlines
from bot.complaints.loader import load_rules
from bot.services.errors import DuplicateKeyError
from bot.services.transcripts.analyse_call import Analyst
from bot.services.transcripts.call import PhoneCall, Speaker, Spoken
from bot.services.transcripts.import_calls import ImportCalls
from bot.services.transcripts.report import build_report
from bot.services.understanding import Understood
from bot.settings import ROOT
from bot.text.dates import SHANGHAI

NOW = datetime(2026, 11, 27, 10, tzinfo=SHANGHAI)
RULES = load_rules(ROOT / "data" / "complaints")
PHONE = "13800001234"
CALL = PhoneCall(
    "c1",
    "a.json",
    (
        Spoken(Speaker.AGENT, "您好", 0, 900),
        Spoken(Speaker.CUSTOMER, "再不赔我就打12378投诉你们", 1000, 5000),
        Spoken(Speaker.CUSTOMER, "嗯那个什么来着", 50000, 52000),
    ),
    PHONE,
    NOW - timedelta(days=3),
)


def understand(said: str, at: datetime) -> Understood:
    intent = "query_claim" if "赔" in said else "emergency" if "压" in said else "inform"
    return Understood("", "", at, "transcript", said, intent, 0.2 if "什么" in said else 0.9)


@pytest.fixture
def importer(unit_of_work) -> ImportCalls:
    analyst = Analyst(understand, lambda said: said.confidence < 0.5, RULES)
    return ImportCalls(unit_of_work, analyst, build_deadlines(ROOT / "data"), open_cases=True)


def test_a_call_is_taken_once_and_again_changes_nothing(unit_of_work, importer) -> None:
    first, second = next(iter(importer([CALL], NOW))), next(iter(importer([CALL], NOW)))
    assert (first.is_new, first.utterances, first.offered) == (True, 3, 1)
    assert not second.is_new
    with unit_of_work() as work:
        [row] = work.transcripts.calls(["c1"])
        assert [one.complaint_no for one in work.complaints.of_phone(PHONE)] == [first.complaint_no]
    assert (row.phone, row.holds, row.intents, row.complaint_no) == (
        PHONE,
        (45000,),
        ("query_claim",),
        first.complaint_no,
    )
    with unit_of_work() as work, pytest.raises(DuplicateKeyError):
        work.transcripts.add(CALL, importer.analyst.analyse(CALL, NOW), NOW, complaint_no="")


def test_the_same_call_twice_in_one_batch_is_one(importer) -> None:
    assert [done.is_new for done in importer([CALL, CALL], NOW)] == [True, False]


def test_a_batch_that_is_broken_off_keeps_what_it_has_done_and_goes_on_behind_it(unit_of_work, importer) -> None:
    calls = [replace(CALL, call_id=f"b{number}", phone="") for number in range(5)]
    broken: Iterator[object] = importer(calls, NOW)
    next(broken)
    next(broken)
    del broken
    with unit_of_work() as work:
        assert set(work.transcripts.known([call.call_id for call in calls])) == {"b0", "b1"}
    assert [done.is_new for done in importer(calls, NOW)] == [False, False, True, True, True]


def test_the_complaint_runs_from_the_call_and_an_open_one_of_the_caller_is_not_doubled(unit_of_work, importer) -> None:
    [first, again] = importer([CALL, replace(CALL, call_id="c2")], NOW)
    assert first.complaint_no == again.complaint_no
    with unit_of_work() as work:
        complaint = work.complaints.get(first.complaint_no)
    assert complaint is not None
    assert complaint.received_at == CALL.began
    assert complaint.channel.zh == "客服热线"


def test_a_call_that_has_grown_replaces_its_former_self_and_keeps_its_cases(unit_of_work, importer) -> None:
    said = (*CALL.spoken, Spoken(Speaker.CUSTOMER, "孩子被压在车底下了", 53000, 54000))
    noon = replace(CALL, key="A1", marks=("m1", "m2", "m3"))
    danger = replace(noon, call_id="c2", spoken=said, marks=(*noon.marks, "m4"))
    night = replace(
        danger, call_id="c3", spoken=(*said, Spoken(Speaker.AGENT, "马上派车")), marks=(*danger.marks, "m5")
    )
    [first], [second], [third], [again] = (list(importer([call], NOW)) for call in (noon, danger, night, night))
    assert [done.call_id for done in (first, second, third, again)] == ["c1"] * 4
    assert [(done.is_new, done.grown) for done in (first, second, third, again)] == [
        (True, False), (False, True), (False, True), (False, False),
    ]  # fmt: skip
    assert [bool(done.complaint_no) for done in (first, second, third, again)] == [True, False, False, False]
    assert [bool(done.call_back_no) for done in (first, second, third, again)] == [False, True, False, False]
    with unit_of_work() as work:
        [row] = work.transcripts.of_phones([PHONE])
        assert len(work.complaints.of_phone(PHONE)) == 1
    assert (row.call_id, row.utterances, row.complaint_no) == ("c1", 5, first.complaint_no)


def test_what_the_same_file_holds_beside_it_is_another_call(unit_of_work, importer) -> None:
    one = replace(CALL, key="A1", marks=("m1",), phone="", began=None)
    longer = replace(one, call_id="c2", marks=("m1", "m2"))
    assert [done.call_id for done in importer([one, longer], NOW)] == ["c1", "c2"]
    assert [(done.call_id, done.is_new) for done in importer([longer, one], NOW)] == [("c2", False), ("c1", False)]


def test_a_complaint_of_a_word_or_behind_an_hour_of_talk_is_registered_in_its_own_words(unit_of_work, importer) -> None:
    short = replace(CALL, call_id="w", phone="", spoken=(Spoken(Speaker.CUSTOMER, "投诉！"),))
    talk = tuple(Spoken(Speaker.CUSTOMER, f"第{number}句说的是别的事情") for number in range(300))
    long = replace(CALL, call_id="l", phone="", spoken=(*talk, *CALL.spoken[1:]))
    by_word = replace(
        importer, analyst=replace(importer.analyst, understand=lambda said, at: replace(
            understand(said, at), intent="file_complaint" if "投诉" in said else "inform"))
    )  # fmt: skip
    numbers = [done.complaint_no for done in by_word([short, long], NOW)]
    with unit_of_work() as work:
        words = [work.complaints.get(number).facts for number in numbers]
    assert words == ["电话里说：投诉！", "再不赔我就打12378投诉你们。嗯那个什么来着"]


def test_a_danger_is_a_call_to_be_made_today(unit_of_work, importer) -> None:
    call = replace(CALL, call_id="d", spoken=(Spoken(Speaker.CUSTOMER, "孩子被压在车底下了"),))
    [done] = importer([call], NOW)
    with unit_of_work() as work:
        request = work.requests.get(done.call_back_no)
    assert request is not None
    assert request.due_on == NOW.date()
    assert ("联系电话", PHONE) in request.fields


def test_without_being_asked_no_case_is_opened(unit_of_work, importer) -> None:
    [done] = replace(importer, open_cases=False)([CALL], NOW)
    assert (done.complaint_no, done.call_back_no) == ("", "")
    with unit_of_work() as work:
        assert not work.complaints.of_phone(PHONE)
        [row] = work.transcripts.calls(["c1"])
    assert row.complaint_kind


def test_words_and_phones_are_sealed_in_the_database(unit_of_work, importer, engine) -> None:
    list(importer([replace(CALL, key="A-number", marks=("a-mark",))], NOW))
    with engine.connect() as connection:
        for table in ("transcript_calls", "transcript_turns", "review_items"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())
            assert PHONE not in rows
            assert "什么来着" not in rows
            assert "a.json" not in rows
            assert "A-number" not in rows
            assert "a-mark" not in rows


def test_repeat_callers_are_found_across_batches_within_seven_days(unit_of_work, importer) -> None:
    said = (Spoken(Speaker.CUSTOMER, "赔到哪了"),)
    days = {"r1": 20, "r2": 9, "r3": 4, "r4": 2}
    calls = [replace(CALL, call_id=name, spoken=said, began=NOW - timedelta(days=ago)) for name, ago in days.items()]
    other = replace(calls[0], call_id="x", phone="13900000000")
    list(importer([*calls[:3], other], NOW))
    list(importer(calls[3:], NOW))
    with unit_of_work() as work:
        report = build_report(work, ["r4"])
        before = build_report(work, ["r1", "x"])
    [caller] = report.repeat_callers
    assert [call.call_id for call in caller.calls] == ["r2", "r3", "r4"]
    assert caller.again == ("query_claim",)
    assert (report.calls, report.outcomes[1]) == (1, ("未解决", 1))
    assert before.repeat_callers == ()
