"""The registry of models: a folder with an archive and a card for each, and who gets which (docs/adr/0019)."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import ConfigurationError
from bot.services.models.card import SYSTEM, CardState, ModelCard
from bot.services.models.split import Split
from bot.store.schema import SHANGHAI

CURRENT, CURRENT_CARD, SERVING = "current.tar.gz", "current.json", "serving.json"
_PREFIX, _ARCHIVE = "assistant-", ".tar.gz"
_USED = frozenset({CardState.CURRENT, CardState.CANARY})


class ModelFolder:
    """Implements bot.services.models.ports.ModelRegistry. Each file is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def archive(self, model_id: str) -> Path:
        return self.folder / f"{_PREFIX}{model_id}{_ARCHIVE}"

    @contextmanager
    def changing(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def cards(self) -> Sequence[ModelCard]:
        ids = (path.name[len(_PREFIX) : -len(_ARCHIVE)] for path in self.folder.glob(f"{_PREFIX}*{_ARCHIVE}"))
        found = [card for model_id in ids if (card := self.card(model_id)) is not None]
        return sorted(found, key=lambda card: (card.made_at, card.model_id), reverse=True)

    def card(self, model_id: str) -> ModelCard | None:
        """Raises ConfigurationError: the card cannot be read."""
        path = self.folder / f"{_PREFIX}{model_id}.json"
        if not model_id or not self.archive(model_id).exists():
            return None
        row = _read(path)
        if row is None:
            return self._without_card(model_id)
        try:
            return ModelCard.from_json(row)
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigurationError("is no model card", file=str(path)) from error

    def put(self, card: ModelCard) -> None:
        _write(self.folder / f"{_PREFIX}{card.model_id}.json", card.as_json())

    def current(self) -> str:
        link = self.folder / CURRENT
        name = link.resolve().name if link.exists() else ""
        return name.removeprefix(_PREFIX).removesuffix(_ARCHIVE)

    def make_current(self, card: ModelCard) -> None:
        """The card, the link that a start follows, and what tells a start from which data it is."""
        self.put(card)
        link = self.folder / f".{CURRENT}.{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(self.archive(card.model_id).name)
        link.replace(self.folder / CURRENT)
        made = {
            "fingerprint": card.data_hash,
            "model": self.archive(card.model_id).name,
            "seconds": round(card.seconds, 1),
        }
        _write(self.folder / CURRENT_CARD, made)

    def split(self) -> Split | None:
        """Raises ConfigurationError: the file cannot be read."""
        path = self.folder / SERVING
        row = _read(path)
        if row is None:
            return None
        try:
            return Split.from_json(row)
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigurationError("does not say who gets which model", file=str(path)) from error

    def put_split(self, split: Split) -> None:
        _write(self.folder / SERVING, split.as_json())

    def prune(self, keep: int) -> Sequence[str]:
        cards, split = self.cards(), self.split()
        used = {card.model_id for card in cards if card.state in _USED} | {self.current()}
        used |= set(split.models if split else ())
        before = [card for card in cards if card.state is CardState.PREVIOUS]
        if before:  # what a rollback goes to
            used.add(max(before, key=lambda card: card.released_at or card.made_at).model_id)
        others = [card.model_id for card in cards if card.model_id not in used]
        gone = others[max(0, keep - len(used)) :]
        for model_id in gone:
            self.remove(model_id)
        return gone

    def remove(self, model_id: str) -> None:
        (self.folder / f"{_PREFIX}{model_id}.json").unlink(missing_ok=True)
        self.archive(model_id).unlink(missing_ok=True)

    def _without_card(self, model_id: str) -> ModelCard | None:
        """Of a current model that was made before there were cards; what else lies about is none of ours."""
        made = _read(self.folder / CURRENT_CARD)
        if model_id != self.current() or made is None:
            return None
        at = datetime.fromtimestamp(self.archive(model_id).stat().st_mtime, SHANGHAI)
        return ModelCard(model_id, str(made["fingerprint"]), SYSTEM, at, float(made["seconds"]), CardState.CURRENT)


def _read(path: Path) -> dict[str, Any] | None:
    """None where there is no file. Raises ConfigurationError for one that is no JSON."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ConfigurationError("is not JSON", file=str(path)) from error
    return found


def _write(path: Path, row: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
