"""What a servicing transaction declares; everything it shares with the others is in `journey` and `make_request`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Situation, Step, always
from bot.services.ports import UnitOfWork
from bot.services.reply import Choice, Reply
from bot.services.verify_identity import current_identity

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

    def get(self, slot: str) -> str:
        return self.situation.get(slot)

    @property
    def group(self) -> bool:
        return bool(self.policy and self.policy.group)

    def limit(self, name: str) -> Decimal:
        """A number of data/servicing/limits.yml. Raises KeyError."""
        return self.situation.services.limits[name].value


def case_of(situation: Situation) -> Case:
    """Who asks, by proof, and about which policy: only one that names the party."""
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        policy = work.policies.get(situation.get(POLICY)) if situation.get(POLICY) else None
    if policy and (party is None or not policy.roles_of(party.party_id, party.id_number)):
        policy = None
    return Case(situation, party, policy)


@dataclass(frozen=True)
class Refusal:
    """Why it cannot be done here. `hand_off`: a person looks at it; otherwise `reason` is the answer, `choices` the ways on."""

    reason: str
    hand_off: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class ConsentQuestion:
    """A separate consent (business flows 0.4): what for, in the customer's words. Refused: `without` says what then."""

    kind: str  # C2 | C3 | C4 | C6
    text: str
    without: str


def nothing_refused(_: Case) -> Refusal | None:
    return None


def no_text(_: Case) -> str:
    return ""


def never(_: Case) -> bool:
    return False


def at_no_time(_: Situation) -> bool:
    return False


def no_effect(_: UnitOfWork, __: Case, ___: ServiceRequest) -> None:
    """The request itself is all that happens now."""


@dataclass(frozen=True)
class Transaction:
    """One thing that customers ask for.

    `policies`: which of the customer's policies it can be about; None when it is about none. `refuses` is asked when the
    policy is chosen (eligibility, before any further question) and again when it is written. `person`: why a person must
    do it, "" when none must; the request is written first. `terms` is said before the card: value, consequence, one
    neutral alternative. `effect` happens with the write. `what_next` follows the number and the date.

    One that covers several kinds of change names in `matter` the slot that says which: `refuses` and `terms` wait for it,
    and `raised` (needs the person check of L3), `consent_for`, `papers_for`, `clocks_for`, `done_when` may follow it. A query has
    `shows`, which is all it ends with: no card, nothing written.
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
    clocks: Sequence[str] = ()  # deadline ids; the earliest is the due date
    effect: Callable[[UnitOfWork, Case, ServiceRequest], None] = no_effect
    done_at_once: bool = False
    what_next: Callable[[Case, ServiceRequest], str] = lambda _, __: ""
    confirm_title: str = "确认提交"
    restricted: bool = False
    matter: str = ""
    raised: Callable[[Situation], bool] = at_no_time
    consent_for: Callable[[Situation], bool] = always
    consent_before: str = ""  # the slot whose data it is about; "" asks it last
    clocks_for: Callable[[Case], Sequence[str]] | None = None  # instead of `clocks`
    papers_for: Callable[[Case], str] = no_text  # id in data/servicing/papers.yml; "" is `kind`
    done_when: Callable[[Case], bool] = never
    shows: Callable[[Case], tuple[Reply, ...]] | None = None
    offer: str = ""  # the button after a general question; "" is 现在就…
    answers_itself: frozenset[str] = frozenset()  # knowledge entries whose question it answers better
    knowledge_first: bool = False  # whatever an entry fits is answered, asked as a question or not
    in_general: re.Pattern[str] | None = None  # such a question gets the intent's general answer where no entry fits

    def level_for(self, situation: Situation) -> IdentityLevel:
        """The identity that writing it needs."""
        return IdentityLevel.L3 if self.raised(situation) else self.level

    def is_done(self, case: Case) -> bool:
        """Whether nothing is left to do once it is written."""
        return self.done_at_once or self.done_when(case)
