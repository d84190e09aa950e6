from __future__ import annotations

import json
import logging

from bot.event_log import EventFormatter


def line(message: str, *arguments: object, error: BaseException | None = None, **data: object) -> dict[str, object]:
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("bot.test", logging.INFO, "test.py", 1, message, arguments, exc_info)
    if data:
        record.data = data
    formatted = EventFormatter().format(record)
    assert "\n" not in formatted
    event: dict[str, object] = json.loads(formatted)
    return event


def test_an_event_is_one_json_line_with_its_data() -> None:
    event = line("turn.done", seq=2, tries=1)
    assert {"event": "turn.done", "from": "bot.test", "level": "info", "seq": 2, "tries": 1}.items() <= event.items()


def test_an_error_gives_its_type_and_place_but_not_its_words() -> None:
    try:
        raise ValueError("[parameters: ('我的身份证号')]")
    except ValueError as error:
        event = line("request.failed", error=error)
    assert event["error"] == "ValueError"
    assert "test_event_log.py" in str(event["where"])
    assert "身份证" not in json.dumps(event, ensure_ascii=False)


def test_what_other_libraries_add_to_their_messages_is_left_out() -> None:
    event = line("Task exception was never retrieved\nfuture: ValueError('我的身份证号')")
    assert event["event"] == "Task exception was never retrieved"
    assert line("Error handling request from %s", "我的身份证号")["event"] == "Error handling request from %s"
