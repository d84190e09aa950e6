"""What a model was made from, as one hash, so that nothing is trained twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.settings import ROOT
from bot.training.corpus import knowledge_questions

# Code that ends up in the model: a change there needs a new one.
_SOURCES = ("config.yml", "domain.yml", "data/responses.yml")
_FOLDERS = (
    ("data/nlu", "*.yml"),
    ("data/interludes", "*.yml"),
    ("data/stories", "*.yml"),
    ("data/rules", "*.yml"),
    ("data/lexicon", "**/*"),
    ("bot/nlu", "*.py"),
    *(("bot/text", name) for name in ("normalise*", "pinyin.py", "syllables*")),  # what the features are made with
)


def fingerprint(root: Path = ROOT) -> str:
    """A hex digest over names and contents of everything a model depends on."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(str(path.relative_to(root) if path.is_relative_to(root) else path).encode())
        digest.update(path.read_bytes())
    # Of the knowledge only the questions: a mended answer needs no new model.
    for intent, question in knowledge_questions(root):
        digest.update(f"{intent}\0{question}\0".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in _SOURCES:
        yield root / name
    for folder, pattern in (*_FOLDERS, *((folder, "**/*") for folder in _encoders(root))):
        yield from sorted(path for path in (root / folder).glob(pattern) if path.is_file())


def _encoders(root: Path) -> Iterator[str]:
    """Folders of sentence encoders that config.yml names: another one needs a new model."""
    config = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        return  # malformed, which Rasa will say better
    for component in config.get("pipeline") or ():
        if component.get("encoder_dir"):
            yield component["encoder_dir"]
