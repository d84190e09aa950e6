"""What the desk's staff see and do, each call its own transaction: the queue, one conversation, moving it, answering in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.insurance.hand_off import HandOff
from bot.insurance.identity import IdentityLevel
from bot.insurance.matter_file import MatterFile
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.insurance.staff import DeskNote, May, Staff
from bot.services.desk_access import (
    NotTrainedError,
    check_not_accused,
    in_a_colleagues_hand,
    in_hand,
    is_accused,
    may_see,
    may_serve,
    open_hand_off,
    record,
    seen_of,
)
from bot.services.list_matters import Matter, own_matters
from bot.services.move_conversation import Move, move_conversation, take, take_over
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.prove_staff import FOLLOWED
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_name

CHASED = 20  # shown; the list of cases has the others
JOINED = "【主管 {name}】{text}"


@dataclass(frozen=True)
class Overview:
    """Open hand-offs: those nobody has taken, most urgent first, and those in somebody's hands.

    `untrained`: the account may take none before its training is on record. `to_chase`: open requests whose alert day has come, the earliest due date first, of `chased` in all.
    """

    away: bool
    untrained: bool
    stays_until: datetime | None
    waiting: Sequence[HandOff]
    in_hand: Sequence[HandOff]
    to_chase: Sequence[ServiceRequest]
    chased: int


@dataclass(frozen=True)
class Dossier:
    """All an agent sees of one conversation beside what was said. `files`: sent, and not handed in for anything. `name`, `policies`,
    `matters`: of the customer who is proved in it, and what was filed in it. `colleagues`: who else might serve him."""

    hand_off: HandOff
    identity: IdentityLevel
    files: Sequence[MatterFile]
    notes: Sequence[DeskNote]
    name: str
    policies: Sequence[InsurancePolicy]
    matters: Sequence[Matter]
    colleagues: Sequence[str]


@dataclass(frozen=True)
class DeskWork:
    """`only_trained`: who has no training on record takes nobody."""

    unit_of_work: UnitOfWorkFactory
    only_trained: bool = False

    def overview(self, staff: Staff, today: date) -> Overview:
        with self.unit_of_work() as work:
            seen = seen_of(work, work.hand_offs.open_all(), staff)
            hand_offs = sorted(seen, key=lambda one: (one.priority, one.requested_at))
            posts = None if staff.may(May.SUPERVISE) else staff.posts
            reads = staff.may(May.READ_WRONGDOING)
            chased, to_chase = work.requests.to_chase(today, posts=posts, restricted=reads, limit=CHASED)
            mine = next((one for one in work.desk_presence.all() if one.name == staff.name), None)
        return Overview(
            away=mine is not None and mine.away,
            untrained=self._is_untrained(staff),
            stays_until=mine.stays_until if mine else None,
            waiting=[one for one in hand_offs if not one.taken_by],
            in_hand=[one for one in hand_offs if one.taken_by],
            to_chase=chased,
            chased=to_chase,
        )

    def waiting_for(self, staff: Staff) -> Mapping[str, str]:
        """The conversations that wait at the posts of the account, each with whom it is offered to."""
        with self.unit_of_work() as work:
            waiting = work.hand_offs.waiting_at()
            reported = work.requests.reported_in([name for name, _, _ in waiting])
        return {name: to for name, post, to in waiting if staff.sees(post, restricted=name in reported)}

    def is_here(self, staff: Staff, now: datetime) -> None:
        """The account's page is open."""
        with self.unit_of_work() as work:
            work.desk_presence.seen(staff.name, now)
            work.commit()

    def set_away(self, staff: Staff, now: datetime, *, away: bool, stays_until: datetime | None = None) -> None:
        """From now on the account is offered nothing, or something again; until `stays_until` outside the hours of its posts too."""
        with self.unit_of_work() as work:
            work.desk_presence.set_away(staff.name, now, away=away, stays_until=stays_until)
            until = stays_until.isoformat(timespec="minutes") if stays_until else ""
            record(work, "desk.away", staff.name, staff, now, away=str(away), stays_until=until)
            work.commit()

    def look(self, conversation_id: str, staff: Staff, now: datetime) -> Dossier:
        """Everything about a conversation that was handed over; looking is recorded. Raises NothingToTakeError, RecusedError."""
        with self.unit_of_work() as work:
            hand_off = open_hand_off(work, conversation_id, staff)
            verification = work.identities.verification(conversation_id)
            files = [file for file in work.files.of_conversation(conversation_id) if not file.is_handed_in]
            notes = work.desk_notes.of_conversation(conversation_id)
            party = current_identity(work, conversation_id, now).party
            policies = work.policies.naming(party.party_id) if party else ()
            check_not_accused(work, conversation_id, staff.name)
            reads = staff.may(May.READ_WRONGDOING)
            matters = [one for one in own_matters(work, conversation_id, now) if reads or not one.restricted]
            others = [one for one in work.staff.all() if one.name != staff.name and may_serve(work, hand_off, one)]
            record(work, "desk.viewed", conversation_id, staff, now)
            work.commit()
        proved = verification is not None and verification.valid_until > now
        return Dossier(
            hand_off=hand_off,
            identity=verification.level if verification is not None and proved else IdentityLevel.L0,
            files=files,
            notes=notes,
            name=mask_name(party.name) if party else "",
            policies=policies,
            matters=matters,
            colleagues=[one.name for one in others],
        )

    def may_follow(self, conversation_id: str, staff: Staff, session: str, now: datetime) -> bool:
        """Whether the account may read what is said; `session`: its key."""
        with self.unit_of_work() as work:
            hand_off = work.hand_offs.open_for(conversation_id)
            if hand_off is None or not may_see(work, hand_off, staff) or is_accused(work, conversation_id, staff.name):
                return False
            # It reads personal data: on record, once a session.
            if work.once.claim(f"{FOLLOWED}{session}:{conversation_id}", now):
                record(work, "desk.followed", conversation_id, staff, now)
                work.commit()
            return True

    def move(self, conversation_id: str, staff: Staff, move: Move, now: datetime) -> None:
        """See `move_conversation`: it raises NothingToTakeError and what the move raises. NotTrainedError: nobody is to be taken by this
        account."""
        if move in (take, take_over) and self._is_untrained(staff):
            raise NotTrainedError(name=staff.name)
        with self.unit_of_work() as work:
            move_conversation(work, conversation_id, staff, move, now)
            work.commit()

    def _is_untrained(self, staff: Staff) -> bool:
        return self.only_trained and staff.trained_on is None

    def answer(self, conversation_id: str, staff: Staff, text: str, answer_id: str, now: datetime) -> None:
        """Say something to the customer, once per `answer_id`: it may be sent again until it is known to have been said.

        Raises:
            NothingToTakeError, NotInHandError, RecusedError
        """
        self._say(conversation_id, staff, text, answer_id, now, "desk.answered", in_hand)

    def join(self, conversation_id: str, staff: Staff, text: str, answer_id: str, now: datetime) -> None:
        """A supervisor says something beside the agent who has the conversation and keeps it; the customer reads who speaks.

        Raises:
            NothingToTakeError, NotInHandError where nobody of our own desk has it or this is no supervisor, RecusedError
        """
        words = JOINED.format(name=staff.name, text=text)
        self._say(conversation_id, staff, words, answer_id, now, "desk.joined", in_a_colleagues_hand)

    def _say(
        self,
        conversation_id: str,
        staff: Staff,
        text: str,
        answer_id: str,
        now: datetime,
        event: str,
        check: Callable[[UnitOfWork, str, Staff], HandOff],
    ) -> None:
        """In one transaction with the look at whose it is: nobody's words come after it was given to another."""
        with self.unit_of_work() as work:
            if work.said.is_said(conversation_id, by=staff.name, answer_id=answer_id):
                return
            check(work, conversation_id, staff)
            check_not_accused(work, conversation_id, staff.name)
            work.said.answer(conversation_id, text, by=staff.name, answer_id=answer_id, at=now)
            work.desk_presence.seen(staff.name, now)
            record(work, event, conversation_id, staff, now)
            work.commit()

    def note(self, conversation_id: str, staff: Staff, text: str, now: datetime) -> None:
        """For whoever takes the conversation next; the customer never reads it. Raises NothingToTakeError."""
        with self.unit_of_work() as work:
            open_hand_off(work, conversation_id, staff)
            work.desk_notes.add(DeskNote(conversation_id, staff.name, text, now))
            record(work, "desk.noted", conversation_id, staff, now)
            work.commit()
