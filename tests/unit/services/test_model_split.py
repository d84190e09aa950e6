"""Which model a conversation has: by its id and by when it was opened, and by nothing else."""

from __future__ import annotations

from datetime import timedelta

from bot.services.models.split import ALL, Split, Step, place_of
from tests.fakes import START

HOUR = timedelta(hours=1)
IDS = [f"{number:032x}" for number in range(4000)]


def test_a_share_of_the_new_conversations_has_the_other_model_and_no_old_one_has() -> None:
    split = Split("old", "new", (Step(START, 10),))
    new = [one for one in IDS if split.model_of(one, START + HOUR) == "new"]
    assert 320 < len(new) < 480
    assert {split.model_of(one, START - HOUR) for one in IDS} == {"old"}
    assert {split.model_of(one, None) for one in IDS} == {"old"}


def test_a_conversation_keeps_its_model_when_the_share_is_raised_or_lowered() -> None:
    steps = (Step(START, 10), Step(START + HOUR, 50), Step(START + 2 * HOUR, 5))
    for known in range(1, 4):
        split = Split("old", "new", steps[:known])
        for one in IDS[:500]:
            assert split.model_of(one, START + HOUR / 2) == ("new" if place_of(one) < 10 else "old")


def test_a_release_to_all_leaves_what_was_begun_before_where_it_is() -> None:
    split = Split("old", "new", (Step(START, ALL),), until=START + HOUR)
    assert {split.model_of(one, START) for one in IDS} == {"new"}
    assert {split.model_of(one, START - HOUR) for one in IDS} == {"old"}


def test_a_small_share_is_not_all_of_one_worker() -> None:
    from bot.clients.rasa_server import worker_of

    workers = {worker_of(one, 2) for one in IDS if place_of(one) == 0}
    assert workers == {0, 1}


def test_it_is_read_as_it_was_written() -> None:
    split = Split("old", "new", (Step(START, 10), Step(START + HOUR, ALL)), until=START + 2 * HOUR)
    assert Split.from_json(split.as_json()) == split
    assert Split.from_json(Split("old").as_json()) == Split("old")
