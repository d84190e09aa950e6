"""Puts sentences into the files of data/nlu and leaves everything else as it is: comments, order, the other lines.

A file is written whole or not at all (beside it, then renamed), and never over what somebody else wrote since it was read.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.services.review.errors import CorpusError
from bot.services.review.example import plain
from bot.text.normalise import normalise
from bot.training.corpus import examples_of

NEW_FILE = 'version: "3.1"\nnlu:\n'
_PROPOSED = "data/training/proposed_intents.yml"
_PROPOSED_HEAD = "# 训练师提出、还没有写进 data/intents.yml 的新意图，和它的例句。写进去以后，把例句移到 data/nlu，从这里删掉。\nproposed_intents:\n"


class FileChangedError(CorpusError):
    """Somebody wrote the file since it was read: nothing of ours was written."""

    code = "corpus_file_changed"


@dataclass
class CorpusFile:
    """One file of groups (`nlu:` of intents, or `proposed_intents:`), as it was read and as it is to be written."""

    path: Path
    before: bytes | None
    document: Any
    key: str
    name: str

    @classmethod
    def read(cls, path: Path, *, key: str = "nlu", name: str = "intent", head: str = NEW_FILE) -> CorpusFile:
        """Raises CorpusError for what is no YAML of groups. A file that there is not begins with `head`."""
        before = path.read_bytes() if path.exists() else None
        try:
            document = _yaml().load(before.decode() if before is not None else head)
        except (YAMLError, UnicodeDecodeError) as error:
            raise CorpusError(flaw=f"{path.name} 不是正确的 YAML，先改好它", file=path.name) from error
        if not isinstance(document, dict) or key not in document:
            raise CorpusError(flaw=f"{path.name} 里没有 {key}:", file=path.name)
        if document[key] is None:
            document[key] = []
        return cls(path, before, document, key, name)

    def insert(self, intent: str, sentence: str) -> None:
        """Into the group of the intent, behind the line that it is most like: what belongs together stands together, and two who
        add to one group seldom meet in one place."""
        group = next((one for one in self.document[self.key] if one.get(self.name) == intent), None)
        if group is None:
            self.document[self.key].append({self.name: intent, "examples": LiteralScalarString(f"- {sentence}\n")})
            return
        old = group["examples"]
        lines = str(old).splitlines()
        lines.insert(_behind(lines, sentence), f"- {sentence}")
        new = LiteralScalarString("\n".join(lines) + "\n")
        if hasattr(old, "comment"):  # what stands between this group and the next
            new.comment = old.comment
        group["examples"] = new

    def text(self) -> str:
        stream = io.StringIO()
        _yaml().dump(self.document, stream)
        return stream.getvalue()

    def save(self) -> None:
        """Whole or not at all. Raises FileChangedError: read it again."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = self.text().encode()
        handle, draft = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.", suffix=".draft")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(draft, self.path.stat().st_mode & 0o777 if self.before is not None else 0o644)
            now = self.path.read_bytes() if self.path.exists() else None
            if now != self.before:
                raise FileChangedError(
                    flaw=f"{self.path.name} 刚才被别人改过，什么都没有写，请再来一次", file=self.path.name
                )
            os.replace(draft, self.path)
        finally:
            Path(draft).unlink(missing_ok=True)
        self.before = text


@dataclass(frozen=True)
class CorpusIndex:
    """Which sentences the corpus holds, and in which file an intent has most of its own."""

    known: Mapping[str, tuple[str, str]]
    files: Mapping[str, Path]

    @classmethod
    def read(cls, root: Path) -> CorpusIndex:
        """Of `root`/data/nlu. Raises ConfigurationError for a file that is not as they are."""
        known: dict[str, tuple[str, str]] = {}
        counted: dict[str, Counter[Path]] = defaultdict(Counter)
        for path in sorted((root / "data" / "nlu").glob("*.yml")):
            for intent, sentence in examples_of(path):
                known.setdefault(words_of(sentence), (intent, str(path.relative_to(root))))
                counted[intent][path] += 1
        return cls(known, {intent: files.most_common(1)[0][0] for intent, files in counted.items()})

    def file_of(self, root: Path, intent: str) -> Path:
        """The file with most of its sentences; one of its own for an intent without any."""
        return self.files.get(intent, root / "data" / "nlu" / f"{intent}.yml")


def words_of(sentence: str) -> str:
    """What two sentences have in common that are the same to the classifier."""
    return normalise(plain(sentence))


def proposed_intents(root: Path) -> CorpusFile:
    """Where examples of intents wait that nobody has written into the contract yet."""
    return CorpusFile.read(root / _PROPOSED, key="proposed_intents", name="zh", head=_PROPOSED_HEAD)


def sentences_of(file: CorpusFile) -> Iterator[tuple[str, str]]:
    """(intent, words) of a file that was read."""
    for group in file.document[file.key]:
        for line in str(group.get("examples", "")).splitlines():
            if line.startswith("- "):
                yield str(group.get(file.name, "")), words_of(line[2:])


def _yaml() -> Any:
    yaml: Any = YAML()  # its attributes are typed by their first values
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=2, offset=0)
    return yaml


_WORDLESS = re.compile(r"\W")


def _behind(lines: list[str], sentence: str) -> int:
    """The place behind the line most like the sentence; the end where none is like it."""
    own = _pairs(sentence)
    likeness = [len(own & _pairs(line[2:])) / (len(own | _pairs(line[2:])) or 1) for line in lines]
    best = max(range(len(lines)), key=lambda place: likeness[place], default=-1)
    return best + 1 if best >= 0 and likeness[best] > 0 else len(lines)


def _pairs(sentence: str) -> set[str]:
    letters = _WORDLESS.sub("", words_of(sentence))
    return {letters[place : place + 2] for place in range(len(letters) - 1)} or {letters}
