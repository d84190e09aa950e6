"""The real Rasa server, started as it is installed, answers without TensorFlow in its memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack import Stack

pytest_plugins = ["tests.stack"]
PROC = Path("/proc")


@pytest.mark.skipif(not (PROC / "self" / "maps").exists(), reason="needs Linux's /proc")
def test_the_server_answers_and_no_library_of_tensorflow_is_loaded(stack: Stack) -> None:
    assert "智能客服" in stack.chat().say("你好").text
    loaded = (PROC / str(stack.running["rasa"].pid) / "maps").read_text()
    assert "numpy" in loaded
    assert "tensorflow" not in loaded
