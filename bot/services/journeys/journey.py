"""What a journey is made of: steps that ask and read, an opening, a confirmation card."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.insurance.contingency import ContingencyPlan
from bot.services.assistant import AssistantServices
from bot.services.contingency import plans_on
from bot.services.reply import Choice, Denial, Reply
from bot.services.understanding import Understood

CONFIRM = "confirm"
YES = "yes"


@dataclass(frozen=True)
class Situation:
    """Where a journey stands: the answers so far (slot → text), who is talking, and when.

    `recent_policy`: the number of the policy that the conversation was last about, "" when none was. `asked`: the counted
    questions put so far, in order; what was told unasked is no step of 第 n/m 步.
    """

    answers: Mapping[str, str]
    said: Understood
    services: AssistantServices
    key: str  # idempotency key of this run of the journey
    recent_policy: str = ""
    asked: tuple[str, ...] = ()
    # Read at most once in a turn, however often its steps ask and its answers are replaced.
    _plans: list[tuple[ContingencyPlan, ...]] = field(default_factory=list, compare=False, repr=False)

    @property
    def now(self) -> datetime:
        return self.said.received_at

    @property
    def conversation_id(self) -> str:
        return self.said.conversation_id

    def get(self, slot: str) -> str:
        return self.answers.get(slot, "")

    def plans(self) -> tuple[ContingencyPlan, ...]:
        """The plans for claims of a disaster that are in force today."""
        if not self._plans:
            self._plans.append(plans_on(self.now.date(), self.services))
        return self._plans[0]


@dataclass(frozen=True)
class Ask:
    """A question; `kind` as in `InputHint`, `denied` as in `Reply`. With `hand_off`, a reason code, it is no question: the
    words are said and a person takes over at once."""

    text: str
    kind: str = "text"
    choices: tuple[Choice, ...] = ()
    denied: Denial | None = None
    hand_off: str = ""


@dataclass(frozen=True)
class Accepted:
    """The answer's value; `also` fills (or with "" clears) other slots, `remark` is said before going on."""

    value: str
    remark: str = ""
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """The answer cannot be used; `reason` says why in the customer's words. The good slots stay. `denied` as in `Reply`."""

    reason: str
    denied: Denial | None = None


@dataclass(frozen=True)
class Ended:
    """The journey cannot go on: `replies` say why; with `hand_off` a person takes over; `unclear` counts as one failed
    understanding. `also` fills slots, so that the person sees what the last message told."""

    replies: tuple[Reply, ...]
    hand_off: str = ""  # a reason code
    unclear: bool = False
    also: Mapping[str, str] = field(default_factory=dict)


class NotAnAnswer:
    """The message does not answer the question."""


Reading = Accepted | Rejected | Ended | NotAnAnswer


def always(_: Situation) -> bool:
    return True


def as_typed(value: str, _: Situation) -> str:
    return value


@dataclass(frozen=True)
class Step:
    """One question of a journey.

    `entities`: types whose mention anywhere fills the slot. `needed`: False skips the step. `free_text`: anything is an
    answer, so digressions are looked for first; in a `story` only a question is one. `label`: the line's name on the card, "" keeps it off. `shows_as`: the
    masked form. `hint`: the name channels see instead of the slot's. `alone`: nothing else is taken from its answer.
    `takes_complaints`: what was done wrong is its very answer, so only a crisis interrupts it. `takes_files`: a file that
    comes late is still its answer.
    `repairs`: a repair without an entity may restate it ("不对，应该是陈一诺60"). `restated`: words of a repair that can only be this answer ("不对，是B2停车场"). `closed`: its reader knows nothing but its own words, so they count wherever they stand. `called`: the customer's
    name for it where the card has no line for it. `grows`: what is told when the card is up is added to it. `remarks`: what is said about the answer is said
    too where it was told by the way. `gives_up`: what takes an answer back that stands already.
    """

    slot: str
    label: str
    ask: Callable[[Situation], Ask]
    read: Callable[[Understood, Situation], Reading]
    entities: tuple[str, ...] = ()
    needed: Callable[[Situation], bool] = always
    free_text: bool = False
    shows_as: Callable[[str, Situation], str] = as_typed
    hint: str = ""
    counted: bool = True  # shown in 第 n/m 步
    alone: bool = False
    closed: bool = False
    repairs: bool = False
    called: str = ""
    takes_complaints: bool = False
    takes_files: bool = False
    story: bool = False
    restated: re.Pattern[str] | None = None
    grows: bool = False
    remarks: bool = False
    gives_up: Callable[[Understood, Situation], Accepted | None] | None = None


@dataclass(frozen=True)
class Opening:
    """What a journey says first and what it already knows."""

    replies: tuple[Reply, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    ended: Ended | None = None


def no_facts(_: Situation) -> Sequence[tuple[str, str]]:
    return ()


def nothing_told(_: Step, __: Situation) -> Reading:
    return NotAnAnswer()


def nothing_to_say(_: Situation) -> str:
    return ""


def open_silently(_: Situation) -> Opening:
    return Opening()


@dataclass(frozen=True)
class Journey:
    """A transaction. `card_title` empty: nothing is written at the end, no confirmation is asked.

    `goes_on`: a complaint in the middle is registered beside it and the open question stays. `own_answer`: what only this
    journey can answer in between ("要多久" of the very complaint); "" leaves it to the knowledge base. `unfinished`: what
    is said when a person takes over before anything was written. `otherwise`: where "不同意" to the card leads, an intent
    or a transaction. `told`: what the opening words answer of a question when its turn has come.
    """

    form: str
    zh: str
    intent: str
    steps: tuple[Step, ...]
    opening: Callable[[Situation], Opening] = open_silently
    card_title: str = ""
    confirm_title: str = "确认提交"
    cancelled: str = "好的，这次先不办了，没有提交任何内容。需要时再跟我说。"
    post: str = "综合"
    kind: str = ""  # of its request, where it makes one
    carries: tuple[str, ...] = ()  # slots that no question fills
    facts: Callable[[Situation], Sequence[tuple[str, str]]] = no_facts  # lines of the card that no question fills
    restricted: bool = False  # only its own post reads it, and complaint words are part of what it takes down
    # What the desk reads for slots without a label, "" not at all.
    desk_labels: Mapping[str, str] = field(default_factory=dict)
    goes_on: bool = False
    otherwise: str = ""
    own_answer: Callable[[Situation], str] = nothing_to_say
    told: Callable[[Step, Situation], Reading] = nothing_told
    unfinished: Callable[[Situation], str] = nothing_to_say

    @property
    def slots(self) -> tuple[str, ...]:
        return (*self.carries, *(step.slot for step in self.steps), CONFIRM)

    def step(self, slot: str) -> Step | None:
        return next((step for step in self.steps if step.slot == slot), None)
