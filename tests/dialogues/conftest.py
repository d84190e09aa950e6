"""Lets `-k 报案时更正时间` find a dialogue: pytest escapes Chinese in the ids of tests.

For `bot.training.play_dialogues`: BOT_DIALOGUES, a JSON list of ids, plays these alone; BOT_DIALOGUE_RESULTS is a file that gets a
line for each, `{"name": …, "why": ""}`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dialogues.reading import Dialogue

SHOWN = 600  # characters of why a dialogue went wrong


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = os.environ.get("BOT_DIALOGUES")
    only = set(json.loads(wanted)) if wanted else None
    left_out = []
    for item in items:
        dialogue = _dialogue_of(item)
        if dialogue is not None:
            item.extra_keyword_matches.add(dialogue.id)
        if only is not None and (dialogue is None or dialogue.id not in only):
            left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report, path, dialogue = outcome.get_result(), os.environ.get("BOT_DIALOGUE_RESULTS"), _dialogue_of(item)
    if not path or dialogue is None or not (report.when == "call" or report.failed):
        return
    why = str(call.excinfo.value).strip()[:SHOWN] if report.failed and call.excinfo else ""
    with Path(path).open("a", encoding="utf-8") as results:
        results.write(json.dumps({"name": dialogue.id, "why": why}, ensure_ascii=False) + "\n")


def _dialogue_of(item: pytest.Item) -> Dialogue | None:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    dialogue = parameters.get("dialogue")
    return dialogue if isinstance(dialogue, Dialogue) else None
