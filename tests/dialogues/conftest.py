"""Lets `-k 报案时更正时间` find a dialogue: pytest escapes Chinese in the ids of tests."""

from __future__ import annotations

import pytest

from tests.dialogues.reading import Dialogue


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        dialogue = parameters.get("dialogue")
        if isinstance(dialogue, Dialogue):
            item.extra_keyword_matches.add(dialogue.id)
