"""The real action server with one defect: a message that holds POISON makes its action raise, with the words in the error.

`python -m tests.raising_actions`
"""

from __future__ import annotations

from rasa_sdk import Tracker

from actions import server, turn
from bot.services.understanding import Understood

POISON = "毒丸"
_read_turn = turn.read_turn


def read_turn(tracker: Tracker) -> Understood:
    said = _read_turn(tracker)
    if POISON in said.text:
        raise ValueError(said.text)
    return said


if __name__ == "__main__":
    turn.read_turn = read_turn
    server.main()
