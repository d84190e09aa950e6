"""Our messages as texts that WeChat takes: whole, in order, within bytes."""

from __future__ import annotations

from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.render import MORE, MOST_BYTES, parts_of, render
from bot.conversations.contacts import Place
from bot.conversations.messages import InputHint, Sender, StoredChoice, StoredMessage

AT = datetime(2026, 11, 23, tzinfo=timezone.utc)


def message(seq: int, text: str, *titles: str, kind: str = "") -> StoredMessage:
    choices = tuple(StoredChoice(f"c{place}", title) for place, title in enumerate(titles))
    return StoredMessage(seq, Sender.BOT, text, choices, InputHint("slot", kind) if kind else None, AT)


@given(
    st.lists(
        st.text(
            st.characters(exclude_characters="\n ", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=400
        ),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_is_lost_and_nothing_too_long(texts: list[str]) -> None:
    messages = [message(seq, text) for seq, text in enumerate(texts, 1)]
    parts = parts_of(messages, most_bytes=120)
    assert all(len(part.text.encode()) <= 120 for part in parts)
    assert "".join(part.text for part in parts).replace("\n", "") == "".join(texts)
    ends = [part.end for part in parts]
    assert ends == sorted(set(ends))
    assert ends[-1] == Place(len(texts))


@given(
    st.lists(st.text(st.sampled_from("甲a\n👍 "), min_size=1, max_size=200), min_size=1, max_size=4), st.integers(1, 90)
)
def test_from_any_place_it_goes_on_as_it_would_have(texts: list[str], most: int) -> None:
    messages = [message(seq, text) for seq, text in enumerate(texts, 1)]
    parts = parts_of(messages, most_bytes=most)
    for number, part in enumerate(parts[:-1], 1):
        rest = parts_of([each for each in messages if each.seq > part.end.seq], part.end, most)
        assert rest == parts[number:]


def test_short_messages_are_one_text() -> None:
    (part,) = parts_of([message(1, "好的。"), message(2, "请问车牌号？")])
    assert (part.text, part.end) == ("好的。\n\n请问车牌号？", Place(2))


def test_the_hint_that_there_is_more_still_fits() -> None:
    assert MOST_BYTES + len(MORE.encode()) <= 2047


def test_a_question_lists_its_answers_and_a_statement_only_mentions_them() -> None:
    assert "· 有人受伤\n· 没人受伤" in render(message(1, "有人受伤吗？", "有人受伤", "没人受伤", kind="choice"))
    assert "也可以回复“转人工”" in render(message(1, "请问车牌号？", "转人工", kind="text"))
