"""Reads the dialogues of this folder strictly: an unknown word in a file is an error that names the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.dialogues.kinds import ABOUT, KINDS

FOLDER = Path(__file__).parent
CUSTOMER = "客户"  # the page of a turn that names none
DEEDS = ("say", "pick", "code", "wrong_code", "consent_code", "identify", "upload", "later_minutes", "desk")
TURN_KEYS = {*DEEDS, "by", "times", "expect", "remember", "shows"}
EXPECT_KEYS = {
    "slot", "kind", "says", "never", "offers", "owner", "silent", "same_as", "filed", "hand_off", "claim", "text_to",
}  # fmt: skip
CHANNELS = ("web", "wechat", "ivr")
GIVEN_KEYS = {"insured_event", "agreed", "not_agreed", "assessed", "disaster", "follow_up"}


class DialogueFileError(ValueError):
    """A dialogue file is not written as README.md says."""


@dataclass(frozen=True)
class DialogueTurn:
    """One line of a dialogue: what a customer does, on whose page, and what must come of it."""

    deed: str
    what: str
    by: str = CUSTOMER
    times: int = 1
    expect: Mapping[str, Any] = field(default_factory=dict)
    remember: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[str, ...] = ()  # of KINDS


@dataclass(frozen=True)
class Dialogue:
    """`about`: the transaction or journey that it is about, the file's name if it does not say. `channels`: by which
    channel a conversation (its `by`) comes, where that is not the web page."""

    file: str
    name: str
    turns: tuple[DialogueTurn, ...]
    about: str
    given: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.file.removesuffix('.yml')}：{self.name}"


def read_dialogues(folder: Path = FOLDER) -> list[Dialogue]:
    """All dialogues of all files. Raises DialogueFileError."""
    found = [dialogue for path in sorted(folder.glob("*.yml")) for dialogue in _read_file(path)]
    ids = [dialogue.id for dialogue in found]
    for one in ids:
        if ids.count(one) > 1:
            raise DialogueFileError(f"{one}: 有两个同名的对话")
    return found


def _read_file(path: Path) -> list[Dialogue]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, list):
        raise DialogueFileError(f"{path.name}: 要写成一串 “- dialogue: …”")
    return [_read_dialogue(path.name, item) for item in content]


def _read_dialogue(file: str, item: Any) -> Dialogue:
    place = f"{file} {item.get('dialogue') if isinstance(item, dict) else item}"
    _only(item, {"dialogue", "turns", "given", "of", "channels"}, place)
    given = {key: str(value) for key, value in item.get("given", {}).items()}
    _only(given, GIVEN_KEYS, f"{place} given")
    turns = tuple(_read_turn(f"{place} 第 {n} 句", turn) for n, turn in enumerate(item["turns"], 1))
    channels = {str(by): str(channel) for by, channel in item.get("channels", {}).items()}
    if set(channels.values()) - set(CHANNELS):
        raise DialogueFileError(f"{place}: channels 要写 {'、'.join(CHANNELS)}")
    about = str(item.get("of", file.removesuffix(".yml")))
    if about not in ABOUT and ("of" in item or any(turn.shows for turn in turns)):
        raise DialogueFileError(f"{place}: of 要写是哪件业务，不认识 {about}")
    return Dialogue(file, str(item["dialogue"]), turns, about, given, channels)


def _read_turn(place: str, turn: Any) -> DialogueTurn:
    _only(turn, TURN_KEYS, place)
    deeds = [deed for deed in DEEDS if deed in turn]
    if len(deeds) != 1:
        raise DialogueFileError(f"{place}: 每句要有且只有一个 {'/'.join(DEEDS)}")
    expect = turn.get("expect", {})
    _only(expect, EXPECT_KEYS, f"{place} expect")
    what = turn[deeds[0]]
    if not isinstance(what, (str, int)):
        raise DialogueFileError(f"{place}: {deeds[0]} 后面要写文字")
    shows = turn.get("shows", ())
    shows = (shows,) if isinstance(shows, str) else tuple(shows)
    if set(shows) - set(KINDS):
        raise DialogueFileError(f"{place}: shows 要写 {'、'.join(KINDS)}")
    return DialogueTurn(
        shows=shows,
        deed=deeds[0],
        what=str(what),
        by=str(turn.get("by", CUSTOMER)),
        times=int(turn.get("times", 1)),
        expect=expect,
        remember={key: str(value) for key, value in turn.get("remember", {}).items()},
    )


def _only(mapping: Any, known: set[str], place: str) -> None:
    if not isinstance(mapping, dict):
        raise DialogueFileError(f"{place}: 要写成 “词: 内容”")
    if set(mapping) - known:
        raise DialogueFileError(f"{place}: 不认识 {'、'.join(sorted(map(str, set(mapping) - known)))}")
