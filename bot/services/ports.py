"""What the use cases need from the outside, as Protocols; `bot.store` and `bot.clients` implement them.

Lookups return None when there is no such row. Every write joins the unit of work's transaction; nothing is kept
unless `commit()` is called. Datetimes are timezone-aware (Asia/Shanghai going in and coming out).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Protocol

from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.endorsement import BeneficiaryChange, ConsentInvitation
from bot.insurance.hand_off import HandOff, Owner
from bot.insurance.identity import OneTimeCode, Verification
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, LineOfBusiness, Servicer
from bot.insurance.service_request import ServiceRequest
from bot.services.case_ports import CaseHandlers, DueMatters, Once, OpenCases, Tasks
from bot.services.claim_ports import ClaimFigures, ClaimRecords, DisasterEvents
from bot.services.complaint_ports import Complaints, Inquiries
from bot.services.document_ports import DocumentLinks, MatterFiles
from bot.services.draft_ports import Drafts
from bot.services.feedback_ports import FollowUps, Ratings
from bot.services.figure_ports import Figures, ServiceFacts
from bot.services.models.ports import Comparisons, RealSentences, TrainingJobs
from bot.services.quality_ports import QualityReviews
from bot.services.review_ports import ReviewItems
from bot.services.staff_ports import DeskNotes, DeskPresence, DeskSessions, Said, SignInTries, StaffAccounts
from bot.services.time_ports import TimeFigures
from bot.services.transcript_ports import Transcripts
from bot.services.upkeep_ports import Improvements, UpkeepRecords


class Parties(Protocol):
    def get(self, party_id: str) -> Party | None: ...
    def find(self, name: str, id_number: str) -> Party | None: ...
    def policyholders(self, lines: Collection[LineOfBusiness]) -> Sequence[Party]:
        """Each once, those who hold a live policy of one of the lines."""
        ...

    def with_phone(self, phone: str) -> Sequence[Party]:
        """Everybody who is registered with this number; "" is nobody's."""
        ...

    def save(self, party: Party) -> None:
        """Update the contact data of a known party."""
        ...


class Policies(Protocol):
    def get(self, policy_no: str) -> InsurancePolicy | None: ...
    def naming(self, party_id: str) -> Sequence[InsurancePolicy]:
        """Policies in which the party is policyholder, insured or beneficiary; live ones first. A name alone is nobody."""
        ...

    def servicer(self, registration_no: str) -> Servicer | None:
        """The service person with this registration number on any policy."""
        ...

    def serves_from(self, phone: str) -> bool:
        """Whether a service person of any policy has this number."""
        ...

    def assign_servicer(self, policy_no: str, servicer: Servicer) -> None:
        """From now on that person serves the policy. Raises RowMissingError for an unknown policy."""
        ...

    def served_by(self, registration_no: str) -> Sequence[InsurancePolicy]: ...
    def release_servicer(self, policy_no: str) -> None:
        """From now on nobody serves the policy. Raises RowMissingError for an unknown policy."""
        ...

    def by_plate(self, plate_no: str) -> Sequence[InsurancePolicy]: ...
    def by_insured_name(self, name: str, line: LineOfBusiness) -> Sequence[InsurancePolicy]: ...
    def suspended_since(self, day: date) -> Sequence[InsurancePolicy]:
        """Policies that are suspended and became so on `day` or later."""
        ...

    def begun_since(self, day: date) -> Sequence[InsurancePolicy]:
        """Live policies that took effect on `day` or later."""
        ...

    def benefits_due(self, first: date, last: date) -> Sequence[InsurancePolicy]:
        """Policies with a sum that can be collected from a day between those two, both included, and is not paid."""
        ...


class Claims(Protocol):
    def add(self, claim: Claim) -> None:
        """Raises DuplicateKeyError (bot.services.errors) when the idempotency key exists."""
        ...

    def save(self, claim: Claim) -> None:
        """Update an existing claim (steps, stage, notes, due date)."""
        ...

    def get(self, claim_no: str) -> Claim | None: ...
    def by_key(self, idempotency_key: str) -> Claim | None: ...
    def around(self, *, policy_no: str, plate_no: str, phone: str, day: date) -> Sequence[Claim]:
        """Open claims of the same policy, plate or (without both) reporter phone with an event day within ±1 day."""
        ...

    def of_party(self, party_id: str) -> Sequence[Claim]: ...
    def of_phone(self, phone: str) -> Sequence[Claim]:
        """Reported with this phone, the newest first; "" is nobody's."""
        ...

    def of_conversation(self, conversation_id: str) -> Sequence[Claim]: ...
    def in_stages(self, stages: Collection[ClaimStage], among: Collection[str] | None = None) -> Sequence[Claim]: ...
    def stepped_since(self, moment: datetime) -> Sequence[Claim]:
        """Those that a post did something to from that moment on."""
        ...

    def awaiting_documents(self) -> Sequence[Claim]:
        """Those that wait for papers from the customer."""
        ...


class Endorsements(Protocol):
    def add(self, change: BeneficiaryChange) -> None:
        """Raises DuplicateKeyError when the idempotency key exists."""
        ...

    def save(self, change: BeneficiaryChange) -> None: ...
    def get(self, endorsement_no: str) -> BeneficiaryChange | None: ...
    def by_key(self, idempotency_key: str) -> BeneficiaryChange | None: ...
    def of_policy(self, policy_no: str) -> Sequence[BeneficiaryChange]: ...
    def of_conversation(self, conversation_id: str) -> Sequence[BeneficiaryChange]: ...
    def invite(self, invitation: ConsentInvitation) -> None: ...
    def invitation_by_code(self, code_hash: str) -> ConsentInvitation | None: ...
    def invitation_of(self, endorsement_no: str) -> ConsentInvitation | None: ...
    def save_invitation(self, invitation: ConsentInvitation) -> None: ...


class ServiceRequests(Protocol):
    def add(self, request: ServiceRequest) -> None:
        """Raises DuplicateKeyError when the idempotency key exists."""
        ...

    def save(self, request: ServiceRequest) -> None: ...
    def get(self, request_no: str) -> ServiceRequest | None: ...
    def by_key(self, idempotency_key: str) -> ServiceRequest | None: ...
    def of_conversation(self, conversation_id: str) -> Sequence[ServiceRequest]: ...
    def of_party(self, party_id: str) -> Sequence[ServiceRequest]: ...
    def of_kind(self, kind: str) -> Sequence[ServiceRequest]: ...
    def restricted_of_kind(self, kind: str, *, offset: int, limit: int) -> tuple[Sequence[ServiceRequest], int, int]:
        """A page of those that compliance alone may see, the newest first; how many there are, and how many of them are open."""
        ...

    def when_requested(self, kind: str, since: datetime) -> Sequence[datetime]:
        """When each of the kind was made, from that moment on; nothing of what was said."""
        ...

    def open_of_kind(self, kind: str) -> Sequence[ServiceRequest]:
        """Those that are neither done, declined nor withdrawn, the oldest first."""
        ...

    def stepped_since(self, moment: datetime) -> Sequence[ServiceRequest]:
        """Those that a post or papers moved from that moment on."""
        ...

    def awaiting_papers(self) -> Sequence[ServiceRequest]:
        """Those that wait for papers from the customer."""
        ...

    def to_chase(
        self, today: date, *, posts: Collection[str] | None = None, restricted: bool = False, limit: int = 50
    ) -> tuple[Sequence[ServiceRequest], int]:
        """Open requests of these posts or (None) of every one whose alert day has come, the most urgent first and at most so many;
        and how many there are. Reports of wrongdoing only when `restricted`."""
        ...

    def reported_in(self, conversation_ids: Collection[str]) -> frozenset[str]:
        """Those conversations in which wrongdoing was reported."""
        ...

    def mark_lost(self, policy_no: str, request_no: str, at: datetime) -> None:
        """From now on the policy reads as 挂失: money flows stop."""
        ...


class Identities(Protocol):
    """Verifications per conversation, codes in flight, and failures counted across all conversations."""

    def verification(self, conversation_id: str) -> Verification | None: ...
    def save_verification(self, verification: Verification) -> None: ...
    def current_code(self, conversation_id: str) -> OneTimeCode | None:
        """The latest code sent for the conversation, used or not."""
        ...

    def save_code(self, code: OneTimeCode) -> None:
        """Insert, or update the row with the same conversation and `sent_at`."""
        ...

    def count_try(self, code: OneTimeCode) -> int:
        """Atomically add one to the tries of a code in flight; returns the new count."""
        ...

    def add_failure(self, subjects: Sequence[str], at: datetime) -> None: ...
    def failures(self, subject: str, since: datetime) -> int: ...
    def codes_sent(self, subject: str, phone: str, since: datetime) -> int:
        """How many for the subject or to the phone; "" is no phone."""
        ...


class Consents(Protocol):
    def add(self, *, conversation_id: str, party_id: str, kind: str, version: str, granted: bool, at: datetime) -> None:
        """Record one consent C1-C8 (business flows 0.4) with the version of the text that was shown."""
        ...

    def granted(self, conversation_id: str, kind: str) -> bool: ...


class HandOffs(Protocol):
    def add(self, hand_off: HandOff) -> None: ...
    def open_for(self, conversation_id: str) -> HandOff | None: ...
    def save(self, hand_off: HandOff) -> None: ...
    def waiting(self) -> Sequence[HandOff]:
        """Open hand-offs nobody has taken: by priority, then by time."""
        ...

    def open_all(self) -> Sequence[HandOff]: ...
    def waiting_at(self) -> Sequence[tuple[str, str, str]]:
        """Of each that waits: its conversation, its post and whom it is offered to; nothing of what was said."""
        ...

    def last_taken_by(self, conversation_id: str) -> str:
        """Who served the conversation the last time it was with a person; "" for nobody."""
        ...

    def last_offers(self, names: Collection[str]) -> Mapping[str, datetime]:
        """When each of these was offered something last; nobody who never was."""
        ...

    def waits(self, post: str, since: datetime) -> Sequence[timedelta]:
        """How long each customer of that post who asked since then waited until a person took over."""
        ...


class Ownerships(Protocol):
    def owner(self, conversation_id: str) -> Owner: ...
    def queued_by(self, conversation_id: str) -> str:
        """The id of the message whose turn queued the conversation for a person; "" when none did, or none waits."""
        ...

    def set_owner(self, conversation_id: str, owner: Owner, at: datetime, *, message_id: str = "") -> None:
        """`message_id` names the customer's message whose turn decided it; "" when a person did."""
        ...


class Channels(Protocol):
    def of(self, conversation_ids: Collection[str]) -> Mapping[str, str]:
        """Which channel each came by ("web", "wechat", "ivr"); nothing for one that the message log does not know."""
        ...


class Numbers(Protocol):
    def next(self, prefix: str, day: date) -> str:
        """The next number of a day, e.g. C20261123000017: prefix, date, six digits; never given out twice."""
        ...


class AuditLog(Protocol):
    def append(self, event: str, *, subject: str, actor: str, at: datetime, detail: dict[str, str]) -> None:
        """Append-only, hash-chained. `detail` holds codes and numbers, never a customer's words."""
        ...


class TextMessages(Protocol):
    """The SMS port. A message is stored with the transaction and sent after it (outbox)."""

    def send(self, phone: str, text: str, at: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. `with unit_of_work() as work: ...; work.commit()`; leaving without commit rolls back."""

    parties: Parties
    policies: Policies
    claims: Claims
    claim_records: ClaimRecords
    claim_figures: ClaimFigures
    files: MatterFiles
    complaints: Complaints
    inquiries: Inquiries
    endorsements: Endorsements
    identities: Identities
    consents: Consents
    requests: ServiceRequests
    document_links: DocumentLinks
    hand_offs: HandOffs
    ownerships: Ownerships
    channels: Channels
    drafts: Drafts
    open_cases: OpenCases
    handlers: CaseHandlers
    due_matters: DueMatters
    tasks: Tasks
    ratings: Ratings
    follow_ups: FollowUps
    events: DisasterEvents
    once: Once
    numbers: Numbers
    audit: AuditLog
    texts: TextMessages
    transcripts: Transcripts
    review_items: ReviewItems
    staff: StaffAccounts
    desk_sessions: DeskSessions
    desk_notes: DeskNotes
    desk_presence: DeskPresence
    sign_in_tries: SignInTries
    said: Said
    figures: Figures
    times: TimeFigures
    facts: ServiceFacts
    reviews: QualityReviews
    improvements: Improvements
    upkeep: UpkeepRecords
    training_jobs: TrainingJobs
    comparisons: Comparisons
    real_sentences: RealSentences

    def __enter__(self) -> UnitOfWork: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def commit(self) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...
