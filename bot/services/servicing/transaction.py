"""What a servicing transaction declares; everything it shares with the others is in `journey` and `make_request`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.insurance.identity import IdentityLevel
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.services.journeys.journey import Ended, Situation, Step
from bot.services.ports import UnitOfWork
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
    """Why it cannot be done here. `hand_off`: a person looks at it; otherwise `reason` is the answer."""

    reason: str
    hand_off: bool = False


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


def never_stops(_: Situation) -> Ended | None:
    return None


def no_facts(_: Case) -> Sequence[tuple[str, str]]:
    return ()


def no_date(_: Case) -> date | None:
    return None


def no_effect(_: UnitOfWork, __: Case, ___: ServiceRequest) -> None:
    """The request itself is all that happens now."""


@dataclass(frozen=True)
class Transaction:
    """One thing that customers ask for.

    `before`: questions that come before the policy, because what may be done with it depends on them. `policies`: which of the customer's policies it can be about; None when it is about none. `refuses` is asked when the
    policy is chosen (eligibility, before any further question) and again when it is written. `person`: why a person must
    do it, "" when none must; the request is written first. `signs` likewise, asked where the decision table demands
    another's consent. `terms` is said before the card: value, consequence, one
    neutral alternative; `facts` are (label, value) lines of the card that nobody is asked for, worked out anew for the
    card and for the row. `stops` ends it at once for what the wish itself says. The due date is the earliest of `clocks` and `working_days`; `promise` says what is done by then,
    `alert` from when it is chased. `effect` happens with the write. `what_next` follows the number and the date.
    """

    kind: str
    zh: str
    intents: tuple[str, ...]
    post: str
    level: IdentityLevel
    before: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    policies: Callable[[InsurancePolicy], bool] | None = None
    opening: str = ""
    consent: ConsentQuestion | None = None
    refuses: Callable[[Case], Refusal | None] = nothing_refused
    person: Callable[[Case], str] = no_text
    signs: Callable[[Case], str] = insured_signs
    terms: Callable[[Case], str] = no_text
    facts: Callable[[Case], Sequence[tuple[str, str]]] = no_facts
    stops: Callable[[Situation], Ended | None] = never_stops
    clocks: Sequence[str] = ()  # deadline ids
    working_days: str = ""  # a limit: the company's own time
    promise: str = "办完"
    alert: Callable[[Case], date | None] = no_date
    needs_papers: Callable[[Case], bool] = lambda _: True
    effect: Callable[[UnitOfWork, Case, ServiceRequest], None] = no_effect
    done_at_once: bool | Callable[[Case], bool] = False
    what_next: Callable[[Case, ServiceRequest], str] = lambda _, __: ""
    confirm_title: str = "确认提交"
    restricted: bool = False

    @property
    def all_steps(self) -> tuple[Step, ...]:
        return (*self.before, *self.steps)

    def is_done_at_once(self, case: Case) -> bool:
        return self.done_at_once(case) if callable(self.done_at_once) else self.done_at_once
