"""What an agent does with a conversation: look, take, answer, give back. Synchronous; each call is its own transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.conversations.messages import OfferedChoice, Reply, Sender, StoredMessage
from bot.conversations.ports import MessageLog
from bot.errors import BotError
from bot.insurance.hand_off import HandOff, Owner
from bot.insurance.identity import IdentityLevel
from bot.insurance.matter_file import MatterFile
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import ServiceRequest
from bot.insurance.staff import POSTS, DeskNote, May, Staff
from bot.services.list_matters import Matter, own_matters
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.prove_staff import FOLLOWED
from bot.services.rate_service import RATE
from bot.services.triage_complaint import RecusedError
from bot.services.verify_identity import current_identity
from bot.text.masking import mask_name

PASSED_ON = "您的问题由{post}岗办理，已为您转过去。您说过的都带过去了，不用重说。"
GIVEN_TO = "您的问题由另一位同事接着办。您说过的都带过去了，不用重说。"
CHASED = 20  # shown; the list of cases has the others
GIVEN_BACK = Reply("人工服务结束，智能客服继续为您服务。", (OfferedChoice(RATE.title, RATE.payload),))


class NothingToTakeError(BotError):
    """The conversation has no open hand-off: it never had one, or it was closed."""

    code = "nothing_to_take"


class TakenByOtherError(BotError):
    """Another agent has the conversation; `data["agent"]` is who."""

    code = "taken_by_other"


class NotThatPostError(BotError):
    """There is no such post, it is there already, or what was said in it is compliance's alone."""

    code = "not_that_post"


class NotInHandError(BotError):
    """Only who has taken a conversation may answer in it or give it back."""

    code = "not_in_hand"


@dataclass(frozen=True)
class Overview:
    """Open hand-offs: those nobody has taken, most urgent first, and those in somebody's hands.

    `to_chase`: open requests whose alert day has come, the earliest due date first, of `chased` in all.
    """

    away: bool
    waiting: Sequence[HandOff]
    in_hand: Sequence[HandOff]
    to_chase: Sequence[ServiceRequest]
    chased: int


@dataclass(frozen=True)
class Dossier:
    """All an agent sees of one conversation. `files`: sent, and not handed in for anything. `name`, `policies`, `matters`: of the
    customer who is proved in it, and what was filed in it. `colleagues`: who else might serve him."""

    hand_off: HandOff
    messages: Sequence[StoredMessage]
    identity: IdentityLevel
    owner: Owner
    files: Sequence[MatterFile]
    notes: Sequence[DeskNote]
    name: str
    policies: Sequence[InsurancePolicy]
    matters: Sequence[Matter]
    colleagues: Sequence[str]


@dataclass(frozen=True)
class DeskWork:
    """Each sees the conversations of the posts of the account; those in which wrongdoing was reported are compliance's alone."""

    unit_of_work: UnitOfWorkFactory
    log: MessageLog

    def overview(self, staff: Staff, today: date) -> Overview:
        with self.unit_of_work() as work:
            seen = _seen(work, work.hand_offs.open_all(), staff)
            hand_offs = sorted(seen, key=lambda one: (one.priority, one.requested_at))
            posts = None if staff.may(May.SUPERVISE) else staff.posts
            reads = staff.may(May.READ_WRONGDOING)
            chased, to_chase = work.requests.to_chase(today, posts=posts, restricted=reads, limit=CHASED)
            away = any(one.away for one in work.desk_presence.all() if one.name == staff.name)
        return Overview(
            away=away,
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

    def asked_last(self, conversation_id: str, staff: Staff) -> str:
        """What the customer said last; "" for nothing. Raises NothingToTakeError."""
        with self.unit_of_work() as work:
            _open(work, conversation_id, staff)
        said = [one.text for one in self.log.after(conversation_id, 0) if one.sender is Sender.CUSTOMER]
        return said[-1] if said else ""

    def is_here(self, staff: Staff, now: datetime) -> None:
        """The account's page is open."""
        with self.unit_of_work() as work:
            work.desk_presence.seen(staff.name, now)
            work.commit()

    def set_away(self, staff: Staff, now: datetime, *, away: bool) -> None:
        """From now on the account is offered nothing, or something again."""
        with self.unit_of_work() as work:
            work.desk_presence.set_away(staff.name, now, away=away)
            work.audit.append(
                "desk.away", subject=staff.name, actor=f"agent:{staff.name}", at=now, detail={"away": str(away)}
            )
            work.commit()

    def look(self, conversation_id: str, staff: Staff, now: datetime) -> Dossier:
        """Everything about a conversation that was handed over; looking is recorded.

        Raises:
            NothingToTakeError
        """
        with self.unit_of_work() as work:
            hand_off = _open(work, conversation_id, staff)
            verification = work.identities.verification(conversation_id)
            files = [file for file in work.files.of_conversation(conversation_id) if not file.is_handed_in]
            notes = work.desk_notes.of_conversation(conversation_id)
            party = current_identity(work, conversation_id, now).party
            name = mask_name(party.name) if party else ""
            policies = work.policies.naming(party.party_id) if party else ()
            _recuse(work, conversation_id, staff.name)
            reads = staff.may(May.READ_WRONGDOING)
            matters = [one for one in own_matters(work, conversation_id, now) if reads or not one.restricted]
            others = [one for one in work.staff.all() if one.name != staff.name and _may_serve(work, hand_off, one)]
            _record(work, "desk.viewed", conversation_id, staff, now)
            work.commit()
        proved = verification is not None and verification.valid_until > now
        level = verification.level if verification is not None and proved else IdentityLevel.L0
        messages, owner = self.log.after(conversation_id, 0), self.log.owner(conversation_id)
        return Dossier(
            hand_off, messages, level, owner, files, notes, name, policies, matters, [one.name for one in others]
        )

    def may_follow(self, conversation_id: str, staff: Staff, session: str, now: datetime) -> bool:
        """Whether the account may read what is said; `session`: its key."""
        with self.unit_of_work() as work:
            hand_off = work.hand_offs.open_for(conversation_id)
            if (
                hand_off is None
                or not _may_see(work, hand_off, staff)
                or _is_accused(work, conversation_id, staff.name)
            ):
                return False
            # It reads personal data: on record, once a session.
            if work.once.claim(f"{FOLLOWED}{session}:{conversation_id}", now):
                _record(work, "desk.followed", conversation_id, staff, now)
                work.commit()
            return True

    def take(self, conversation_id: str, staff: Staff, now: datetime) -> None:
        """From now on this agent answers; taking what one has already changes nothing.

        Raises:
            NothingToTakeError, TakenByOtherError, RecusedError
        """
        with self.unit_of_work() as work:
            hand_off = _open(work, conversation_id, staff)
            _recuse(work, conversation_id, staff.name)
            if hand_off.taken_by == staff.name:
                return
            if hand_off.taken_by:
                raise TakenByOtherError(agent=hand_off.taken_by)
            work.hand_offs.save(replace(hand_off, taken_by=staff.name, taken_at=now))
            work.ownerships.set_owner(conversation_id, Owner.HUMAN, now)
            work.desk_presence.seen(staff.name, now)
            _record(work, "desk.taken", conversation_id, staff, now)
            work.commit()

    def answer(self, conversation_id: str, staff: Staff, text: str, answer_id: str, now: datetime) -> None:
        """Say something to the customer, once per `answer_id`: it may be sent again until it is known to have been said.

        Raises:
            NothingToTakeError, NotInHandError, RecusedError
        """
        with self.unit_of_work() as work:
            _in_hand(work, conversation_id, staff)
            _recuse(work, conversation_id, staff.name)
            work.desk_presence.seen(staff.name, now)
            _record(work, "desk.answered", conversation_id, staff, now)
            work.commit()
        # Whether a person has the conversation is asked again where it is written: it may have been given back just now.
        if not self.log.answer(conversation_id, Reply(text), answer_id=f"{staff.name}:{answer_id}", at=now):
            raise NotInHandError(agent="")

    def note(self, conversation_id: str, staff: Staff, text: str, now: datetime) -> None:
        """For whoever takes the conversation next; the customer never reads it. Raises NothingToTakeError."""
        with self.unit_of_work() as work:
            _open(work, conversation_id, staff)
            work.desk_notes.add(DeskNote(conversation_id, staff.name, text, now))
            _record(work, "desk.noted", conversation_id, staff, now)
            work.commit()

    def pass_on(self, conversation_id: str, staff: Staff, post: str, why: str, now: datetime) -> None:
        """Back to the queue, of another post, where it waits as long as before; the customer is told.

        Raises:
            NothingToTakeError, NotInHandError, NotThatPostError
        """
        with self.unit_of_work() as work:
            hand_off = _in_hand(work, conversation_id, staff)
            # What was reported is seen by compliance alone: at another post it would wait for ever.
            if post not in POSTS or post == hand_off.post or _is_reported(work, conversation_id):
                raise NotThatPostError(post=post)
            waits = replace(hand_off, post=post, taken_by="", taken_at=None, offered_to="", offered_at=None, passed=())
            work.hand_offs.save(waits)
            work.ownerships.set_owner(conversation_id, Owner.QUEUE, now)
            work.desk_notes.add(DeskNote(conversation_id, staff.name, f"转{post}：{why}", now))
            _record(work, "desk.passed_on", conversation_id, staff, now, post=post)
            work.commit()
        self.log.append(conversation_id, Reply(PASSED_ON.format(post=post)), sender=Sender.SYSTEM, at=now)

    def give_to(self, conversation_id: str, staff: Staff, colleague: str, why: str, now: datetime) -> None:
        """Back to the queue, offered to that colleague first; the customer is told.

        Raises:
            NothingToTakeError, NotInHandError, NotThatPostError
        """
        with self.unit_of_work() as work:
            hand_off = _in_hand(work, conversation_id, staff)
            other = work.staff.get(colleague)
            if other is None or other.name == staff.name or not _may_serve(work, hand_off, other):
                raise NotThatPostError(colleague=colleague)
            offered = replace(hand_off, taken_by="", taken_at=None, offered_to=colleague, offered_at=now)
            work.hand_offs.save(offered)
            work.ownerships.set_owner(conversation_id, Owner.QUEUE, now)
            work.desk_notes.add(DeskNote(conversation_id, staff.name, f"转给 {colleague}：{why}", now))
            _record(work, "desk.given_to", conversation_id, staff, now, to=colleague)
            work.commit()
        self.log.append(conversation_id, Reply(GIVEN_TO), sender=Sender.SYSTEM, at=now)

    def take_over(self, conversation_id: str, staff: Staff, now: datetime) -> None:
        """A supervisor answers from now on in place of whoever has it. Raises NothingToTakeError, RecusedError."""
        with self.unit_of_work() as work:
            hand_off = _open(work, conversation_id, staff)
            _recuse(work, conversation_id, staff.name)
            before = hand_off.taken_by
            work.hand_offs.save(replace(hand_off, taken_by=staff.name, taken_at=now))
            work.ownerships.set_owner(conversation_id, Owner.HUMAN, now)
            work.desk_presence.seen(staff.name, now)
            work.desk_notes.add(DeskNote(conversation_id, staff.name, f"从 {before or '队列'} 接管", now))
            _record(work, "desk.taken_over", conversation_id, staff, now, before=before)
            work.commit()

    def give_back(self, conversation_id: str, staff: Staff, now: datetime) -> None:
        """Close the hand-off: the assistant goes on, and the customer is told.

        Raises:
            NothingToTakeError, NotInHandError
        """
        with self.unit_of_work() as work:
            hand_off = _in_hand(work, conversation_id, staff)
            work.hand_offs.save(replace(hand_off, closed_at=now))
            work.ownerships.set_owner(conversation_id, Owner.BOT, now)
            _record(work, "desk.given_back", conversation_id, staff, now)
            work.commit()
        self.log.append(conversation_id, GIVEN_BACK, sender=Sender.SYSTEM, at=now)


def _is_reported(work: UnitOfWork, conversation_id: str) -> bool:
    """Wrongdoing was reported in it."""
    return any(each.restricted for each in work.requests.of_conversation(conversation_id))


def _seen(work: UnitOfWork, hand_offs: Sequence[HandOff], staff: Staff) -> list[HandOff]:
    """Those that are there for the account."""
    reported = work.requests.reported_in([one.conversation_id for one in hand_offs])
    return [one for one in hand_offs if _is_there(one, staff, reported=one.conversation_id in reported)]


def _may_see(work: UnitOfWork, hand_off: HandOff, staff: Staff) -> bool:
    return _is_there(hand_off, staff, reported=_is_reported(work, hand_off.conversation_id))


def _is_there(hand_off: HandOff, staff: Staff, *, reported: bool) -> bool:
    in_hand = hand_off.taken_by == staff.name and not reported
    return in_hand or staff.sees(hand_off.post, restricted=reported)


def _may_serve(work: UnitOfWork, hand_off: HandOff, staff: Staff) -> bool:
    accused = _is_accused(work, hand_off.conversation_id, staff.name)
    return not staff.locked and not accused and staff.may(May.TALK) and _may_see(work, hand_off, staff)


def _open(work: UnitOfWork, conversation_id: str, staff: Staff) -> HandOff:
    hand_off = work.hand_offs.open_for(conversation_id)
    if hand_off is None or not _may_see(work, hand_off, staff):
        raise NothingToTakeError(conversation_id=conversation_id)
    return hand_off


def _in_hand(work: UnitOfWork, conversation_id: str, staff: Staff) -> HandOff:
    hand_off = _open(work, conversation_id, staff)
    if hand_off.taken_by != staff.name or not staff.may(May.TALK):
        raise NotInHandError(agent=hand_off.taken_by)
    return hand_off


def _recuse(work: UnitOfWork, conversation_id: str, agent: str) -> None:
    """Nobody handles a complaint about himself, nor one that he has stepped back from (投诉办法 art 17)."""
    if _is_accused(work, conversation_id, agent):
        raise RecusedError(agent=agent)


def _is_accused(work: UnitOfWork, conversation_id: str, agent: str) -> bool:
    return any(complaint.bars(agent) for complaint in work.complaints.of_conversation(conversation_id))


def _record(work: UnitOfWork, event: str, conversation_id: str, staff: Staff, now: datetime, **detail: str) -> None:
    work.audit.append(event, subject=conversation_id, actor=f"agent:{staff.name}", at=now, detail=detail)
