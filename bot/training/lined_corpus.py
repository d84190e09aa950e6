"""Everything that trainers write, read once, with file and line: what the checks look at.

It is made of texts, so a draft in an editor is checked as it stands there: `LinedCorpus.of({**read_texts(root), file: draft})`
reads only the file that changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path

from bot.nlu.lexicon import LexiconFile
from bot.training.finding import Finding, error
from bot.training.nodes import MisshapenError, Node, read_node
from bot.training.pieces import Answer, Dialogue, Domain, Example, Flow, Named, Pieces
from bot.training.read_contract import read_entities, read_intents, read_knowledge
from bot.training.read_dialogue import read_dialogues, read_domain, read_flows
from bot.training.read_sentences import read_cases, read_nlu

LEXICON, VOCABULARIES = "data/lexicon/", "data/lexicon/entities/"
KNOWLEDGE = "data/knowledge/"
INTENTS, ENTITIES, DOMAIN, RESPONSES = "data/intents.yml", "data/entities.yml", "domain.yml", "data/responses.yml"
_READERS: tuple[tuple[str, Callable[[str, Node], Pieces]], ...] = (
    (INTENTS, read_intents),
    (ENTITIES, read_entities),
    (DOMAIN, read_domain),
    (RESPONSES, read_domain),
    ("data/nlu/*.yml", read_nlu),
    (f"{KNOWLEDGE}*.yml", read_knowledge),
    ("data/stories/*.yml", read_flows),
    ("data/rules/*.yml", read_flows),
    ("tests/nlu_cases/*.yml", read_cases),
    ("tests/dialogues/*.yml", read_dialogues),
)
PATTERNS = (*(pattern for pattern, _ in _READERS), f"{LEXICON}*.txt", f"{VOCABULARIES}*.txt")
_NEEDED = (INTENTS, ENTITIES, DOMAIN)


def read_texts(root: Path) -> dict[str, str]:
    """Trainers' files by name relative to `root` (data/nlu/premium.yml); a byte that is no UTF-8 is read as U+FFFD."""
    paths = sorted({path for pattern in PATTERNS for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in paths}


@dataclass(frozen=True)
class LinedCorpus:
    """What the files hold. `unreadable` are those that do not read at all, of which `pieces` has nothing."""

    pieces: Mapping[str, Pieces]
    unreadable: tuple[Finding, ...]
    lexicon: tuple[LexiconFile, ...]  # words of data/lexicon, named by file
    vocabularies: tuple[LexiconFile, ...]  # of data/lexicon/entities
    knowledge: Mapping[str, str]  # the texts of data/knowledge by file

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> LinedCorpus:
        """From the texts of files by name; those that no check reads are left out."""
        pieces: dict[str, Pieces] = {}
        unreadable = [
            error("file.missing", (name, 0), "没有这个文件", "从 git 里取回来，别的文件都要对照它")
            for name in _NEEDED
            if name not in texts
        ]
        words: dict[str, list[LexiconFile]] = {LEXICON: [], VOCABULARIES: []}
        for name in sorted(texts):
            if flaw := _not_utf8(name, texts[name]):
                unreadable.append(flaw)
            elif name.endswith(".txt"):
                folder, _, file = name.rpartition("/")
                words[f"{folder}/"].append(LexiconFile(file, texts[name]))
            else:
                read = _read_file(name, texts[name])
                if isinstance(read, Finding):
                    unreadable.append(read)
                elif read is not None:
                    pieces[name] = read
        knowledge = {name: text for name, text in texts.items() if name.startswith(KNOWLEDGE)}
        return cls(pieces, tuple(unreadable), tuple(words[LEXICON]), tuple(words[VOCABULARIES]), knowledge)

    def _all(self) -> Iterator[Pieces]:
        return iter(self.pieces.values())

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """What the classifier learns from: data/nlu, then the questions to the knowledge that stand alone."""
        taught = [each for pieces in self._all() for each in pieces.examples if each.source != "case"]
        return tuple(sorted(taught, key=lambda each: each.source == "knowledge"))

    @cached_property
    def cases(self) -> tuple[Example, ...]:
        """The held-out cases."""
        return tuple(each for pieces in self._all() for each in pieces.examples if each.source == "case")

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        return tuple(each for pieces in self._all() for each in pieces.flows)

    @cached_property
    def contract(self) -> tuple[Named, ...]:
        """The intents of data/intents.yml."""
        return self.pieces[INTENTS].contract

    @cached_property
    def entities(self) -> tuple[Named, ...]:
        """The entities of data/entities.yml."""
        return self.pieces[ENTITIES].entities

    @cached_property
    def domain(self) -> Domain:
        """domain.yml with the responses of its neighbours."""
        main = self.pieces[DOMAIN].domain
        return Domain(
            main.intents,
            main.entities,
            main.slots,
            main.forms,
            main.actions,
            tuple(each for pieces in self._all() for each in pieces.domain.responses),
        )

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        return tuple(each for pieces in self._all() for each in pieces.answers)

    @cached_property
    def dialogues(self) -> tuple[Dialogue, ...]:
        return tuple(each for pieces in self._all() for each in pieces.dialogues)

    @property
    def intents(self) -> frozenset[str]:
        return frozenset(each.name for each in self.contract)


@lru_cache(maxsize=1024)
def _read_file(name: str, text: str) -> Pieces | Finding | None:
    """What a file holds, or what is wrong with it; None for one that no check reads."""
    reader = next((reader for pattern, reader in _READERS if fnmatchcase(name, pattern)), None)
    if reader is None:
        return None
    try:
        return reader(name, read_node(text))
    except MisshapenError as flaw:
        return error(
            "file.unreadable", (name, flaw.line), f"读不下去：{flaw.problem}", flaw.remedy, problem=flaw.problem
        )


def _not_utf8(name: str, text: str) -> Finding | None:
    at = text.find("\ufffd")
    if at < 0:
        return None
    line = text.count("\n", 0, at) + 1
    return error(
        "file.not_utf8", (name, line), "这一行有乱码，文件不是 UTF-8", "用编辑器另存为 UTF-8，再看这一行的字对不对"
    )
