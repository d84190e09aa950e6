"""Our messages as texts that WeChat takes: whole, in order, within bytes."""

from __future__ import annotations

from datetime import datetime, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat.render import MORE, MOST_BYTES, parts_of, render
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
    parts = parts_of(messages, 120)
    assert all(len(part.text.encode()) <= 120 for part in parts)
    assert "".join(part.text for part in parts).replace("\n", "") == "".join(texts)
    ends = [part.up_to for part in parts if part.up_to is not None]
    assert ends == sorted(ends)
    assert ends[-1] == len(texts)


def test_short_messages_are_one_text() -> None:
    (part,) = parts_of([message(1, "好的。"), message(2, "请问车牌号？")])
    assert (part.text, part.up_to) == ("好的。\n\n请问车牌号？", 2)


def test_the_hint_that_there_is_more_still_fits() -> None:
    assert MOST_BYTES + len(MORE.encode()) <= 2047


def test_a_question_lists_its_answers_and_a_statement_only_mentions_them() -> None:
    assert "· 有人受伤\n· 没人受伤" in render(message(1, "有人受伤吗？", "有人受伤", "没人受伤", kind="choice"))
    assert "也可以回复“转人工”" in render(message(1, "请问车牌号？", "转人工", kind="text"))
