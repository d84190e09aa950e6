"""The pieces that trainers' files are made of, each with the file and line where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from bot.training.finding import Finding

Where = tuple[str, int]  # file relative to the corpus, line from 1 (0: the file as a whole)


@dataclass(frozen=True)
class Named:
    """A name as it is written somewhere."""

    name: str
    where: Where


@dataclass(frozen=True)
class Mark:
    """An entity marked in a sentence; `start` and `end` index the sentence without its marks."""

    entity: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Example:
    """A labelled sentence: of data/nlu, a question to the knowledge, or a held-out case (`source` says which).

    `text` is without marks; `skeleton` is what is compared: normalised, without punctuation and spaces.
    """

    intent: str
    text: str
    skeleton: str
    where: Where
    marks: tuple[Mark, ...] = ()
    source: str = "nlu"


@dataclass(frozen=True)
class Step:
    """One step of a story or rule. `kind`: intent, action, slot, loop (`name` "" where a loop ends) or other."""

    kind: str
    name: str
    where: Where
    value: str = ""


@dataclass(frozen=True)
class Flow:
    """A story or a rule; each of its `steps` is a choice of steps (`or`), mostly of one."""

    kind: str  # story, rule
    name: str
    where: Where
    conditions: tuple[Step, ...]
    steps: tuple[tuple[Step, ...], ...]

    @property
    def zh(self) -> str:
        return f"{'规则' if self.kind == 'rule' else '故事'}“{self.name}”"

    def paths(self) -> Iterator[tuple[Step, ...]]:
        """Every way through it."""
        return product(*self.steps)

    def all_steps(self) -> Iterator[Step]:
        yield from self.conditions
        for choice in self.steps:
            yield from choice


@dataclass(frozen=True)
class Slot:
    """A slot of the domain; `values` of a categorical one. `heeded`: it has influence on what comes next."""

    name: str
    where: Where
    values: tuple[str, ...] = ()
    heeded: bool = False


@dataclass(frozen=True)
class Form:
    name: str
    where: Where
    slots: tuple[Named, ...]


@dataclass(frozen=True)
class Response:
    """A ready text; `choices` are the intents that its buttons stand for, `titles` what is written on them."""

    name: str
    where: Where
    texts: tuple[str, ...]
    choices: tuple[Named, ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """domain.yml and the responses beside it."""

    intents: tuple[Named, ...] = ()
    entities: tuple[Named, ...] = ()
    slots: tuple[Slot, ...] = ()
    forms: tuple[Form, ...] = ()
    actions: tuple[Named, ...] = ()
    responses: tuple[Response, ...] = ()


@dataclass(frozen=True)
class Answer:
    """An entry of data/knowledge; `fields` are its simple values as text, `lines` where its keys stand."""

    where: Where
    fields: Mapping[str, str]
    lines: Mapping[str, int]
    next_intents: tuple[Named, ...] = ()
    is_default: bool = False  # neither words nor a line of business of its own

    def place(self, key: str) -> Where:
        """Where a key stands, else where the entry begins."""
        return self.where[0], self.lines.get(key, self.where[1])


@dataclass(frozen=True)
class Said:
    """One turn of a dialogue test: what the customer says or presses, and the words that must come."""

    text: str
    where: Where
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dialogue:
    """A dialogue test; `about` is the journey or transaction that it plays."""

    name: str
    where: Where
    about: str
    turns: tuple[Said, ...]


@dataclass(frozen=True)
class Pieces:
    """What one file holds."""

    examples: tuple[Example, ...] = ()
    labels: tuple[Named, ...] = ()  # the intents that its groups of sentences are under
    flows: tuple[Flow, ...] = ()
    contract: tuple[Named, ...] = ()  # intents of data/intents.yml
    neighbours: tuple[Named, ...] = ()  # intents that it names as what another is not
    entities: tuple[Named, ...] = ()  # of data/entities.yml
    domain: Domain = field(default_factory=Domain)
    answers: tuple[Answer, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    flaws: tuple[Finding, ...] = ()  # of single lines, which keep nothing else from being read
