"""What a servicing transaction declares; everything it shares with the others is in `journey` and `make_request`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.insurance.hand_off import Priority
from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Opening, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import Choice, Reply
from bot.services.servicing.limits import Limits

# Slots that every transaction has; its own steps name theirs.
POLICY = "service_policy"
CONSENT = "service_consent"


@dataclass(frozen=True)
class Case:
    """What a declaration's functions see: the conversation, who asks, and the policy it is about (None without one)."""

    situation: Situation
    party: Party | None
    policy: InsurancePolicy | None

    @property
    def today(self) -> date:
        return self.situation.now.date()

    @property
    def limits(self) -> Limits:
        return self.situation.services.limits

    def get(self, slot: str) -> str:
        return self.situation.get(slot)


@dataclass(frozen=True)
class Refusal:
    """Why it cannot be done here. `hand_off`: a person looks at it; otherwise `reason` is the answer, `choices` the ways on."""

    reason: str
    hand_off: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class ConsentQuestion:
    """A separate consent (business flows 0.4): what for, in the customer's words. Refused: `without` says what then.

    `before`: the slot of the step whose answer it is about, so that it is asked first; "" asks it after all steps.
    """

    kind: str  # C2 | C3 | C4 | C6
    text: str
    without: str
    before: str = ""


def nothing_refused(_: Case) -> Refusal | None:
    return None


def no_text(_: Case) -> str:
    return ""


def insured_signs(case: Case) -> str:
    """Why the insured must sign, "" when that is the applicant: for roles that the decision table lets act with consent."""
    if case.policy is None or case.party is None or case.party.party_id in case.policy.insured_ids:
        return ""
    return "被保险人是另一个人，要由被保险人本人签名同意"


def no_facts(_: Case) -> Sequence[tuple[str, str]]:
    return ()


def no_date(_: Case) -> date | None:
    return None


def no_effect(_: UnitOfWork, __: Case, ___: ServiceRequest) -> None:
    """The request itself is all that happens now."""


def normal(_: Case) -> Priority:
    return Priority.NORMAL


def nothing_more(_: Case, __: ServiceRequest) -> tuple[Reply, ...]:
    return ()


def never(_: Case) -> bool:
    return False


def at_no_time(_: Situation) -> bool:
    return False


@dataclass(frozen=True)
class Questions:
    """How words that may be only a question about the matter are taken.

    A general question is answered from data/knowledge first, with the button `offer` ("" is 现在就…); `wish`: words that
    ask for it though they stand in a question; `answers_itself`: entries whose question the transaction answers better;
    `first`: whatever an entry fits is answered, asked as a question or not; `in_general`: such a question gets the
    intent's general answer where no entry fits.
    """

    wish: re.Pattern[str] | None = None
    offer: str = ""
    answers_itself: frozenset[str] = frozenset()
    first: bool = False
    in_general: re.Pattern[str] | None = None


# Whatever is said asks for it.
NEVER_ONLY_ASKED = Questions(wish=re.compile("."))


@dataclass(frozen=True)
class Promise:
    """What is done by when: the earliest of the deadlines `clocks` (ids; `clocks_for` where they depend on the case) and
    of the company's own `working_days` (a limit of data/servicing/limits.yml).

    `word` says what is done by then, `alert` from which day an open request is chased. `appointment` is instead the day
    that was agreed on, which `what_next` says.
    """

    clocks: Sequence[str] = ()
    clocks_for: Callable[[Case], Sequence[str]] | None = None
    working_days: str = ""
    word: str = "办完"
    alert: Callable[[Case], date | None] = no_date
    appointment: Callable[[Case], date | None] | None = None

    def rules(self, case: Case) -> Sequence[str]:
        return self.clocks_for(case) if self.clocks_for else self.clocks


@dataclass(frozen=True)
class Matter:
    """Of one that covers several kinds of change: the `slot` that says which.

    `refuses` and `terms` wait for it, another answer starts the questions after it over.
    """

    slot: str


@dataclass(frozen=True)
class Transaction:
    """One thing that customers ask for.

    `policies`: which of the customer's policies it can be about; None when it is about none. `refuses` is asked when the
    policy is chosen (eligibility, before any further question) and again when it is written. `person`: why a person must
    do it, "" when none must; the request is written first. `terms` is said before the card: value, consequence, one
    neutral alternative. `effect` happens with the write. `what_next` follows the number and the date.

    `words` tell it from another transaction of the same intent. `start` opens it in place of `opening`: what the first
    message told, or that it ends here. `afterwards` follows the write in a transaction of its own (a complaint beside a
    report). A query has `shows`, which is all it ends with: no card, nothing written.

    `before`: questions that come before the policy, because what may be done with it depends on them. `signs`: why
    another person must sign, asked where the decision table demands a consent; a person then collects it. `facts`:
    (label, value) lines of the card that nobody is asked for, worked out anew for the card and for the row. `papers_for`:
    which list of data/servicing/papers.yml, where that is not the list of its `kind`; "" for none. `otherwise`: the
    transaction that "不同意" to the card leads to. `answers`: what only it can say to words in the middle ("" for nothing). `cancelled`: what is said when it is left, where the usual words would mislead. `right`: its row of the decision table, "" for the row of its `kind`.
    """

    kind: str
    zh: str
    intents: tuple[str, ...]
    post: str
    level: IdentityLevel
    steps: tuple[Step, ...] = ()
    policies: Callable[[InsurancePolicy], bool] | None = None
    opening: str = ""
    consent: ConsentQuestion | None = None
    refuses: Callable[[Case], Refusal | None] = nothing_refused
    person: Callable[[Case], str] = no_text
    terms: Callable[[Case], str] = no_text
    effect: Callable[[UnitOfWork, Case, ServiceRequest], None] = no_effect
    done_at_once: bool | Callable[[Case], bool] = False
    what_next: Callable[[Case, ServiceRequest], str] = lambda _, __: ""
    confirm_title: str = "确认提交"
    otherwise: str = ""
    cancelled: str = ""
    restricted: bool | Callable[[Case], bool] = False
    right: Callable[[Case], str] = no_text
    words: re.Pattern[str] | None = None
    start: Callable[[Situation], Opening] | None = None
    afterwards: Callable[[Case, ServiceRequest], tuple[Reply, ...]] = nothing_more
    priority: Callable[[Case], Priority] = normal  # of the hand-off that `person` asks for
    anonymous: Callable[[Case], bool] = never  # then the row does not say who asks
    shows: Callable[[Case], tuple[Reply, ...]] | None = None
    before: tuple[Step, ...] = ()
    signs: Callable[[Case], str] = insured_signs
    facts: Callable[[Case], Sequence[tuple[str, str]]] = no_facts
    papers_for: Callable[[Case], str] | None = None
    promise: Promise = Promise()
    questions: Questions = Questions()
    matter: Matter | None = None
    answers: Callable[[Case], str] = no_text
    raised: Callable[[Situation], bool] = at_no_time  # what was answered needs the person check of L3

    @property
    def all_steps(self) -> tuple[Step, ...]:
        return (*self.before, *self.steps)

    def level_for(self, situation: Situation) -> IdentityLevel:
        """The identity that writing it needs."""
        return IdentityLevel.L3 if self.raised(situation) else self.level

    def is_restricted(self, case: Case) -> bool:
        """Whether compliance alone may read its row."""
        return self.restricted(case) if callable(self.restricted) else self.restricted

    def papers_of(self, case: Case) -> str:
        """Id of its list in data/servicing/papers.yml, "" when none are needed."""
        return self.papers_for(case) if self.papers_for else self.kind

    def is_done_at_once(self, case: Case) -> bool:
        return self.done_at_once(case) if callable(self.done_at_once) else self.done_at_once
