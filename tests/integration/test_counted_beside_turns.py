"""The action server writes what its turns counted, though no turn waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.calendars.clocks import SHANGHAI
from tests.stack import Chat, Stack, wait_until

pytest_plugins = ["tests.stack"]


def test_the_topic_of_an_answered_question_is_counted(stack: Stack) -> None:
    chat = Chat(stack)
    assert chat.say("车险理赔要准备哪些材料").text
    today = datetime.now(SHANGHAI).date()

    def counted() -> bool:
        with stack.unit_of_work() as work:
            return chat.id in work.facts.conversations_on(today - timedelta(days=1), today + timedelta(days=1)).values()

    wait_until(counted, "the topic in the store")
