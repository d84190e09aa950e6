"""What stands between two floors that do not know each other: each fits a use case of bot.services to a port of another room."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.calendars.working_days import HolidayCalendar
from bot.complaints.rule import ComplaintRule
from bot.conversations.contacts import Contacts
from bot.conversations.messages import Inbound, OfferedChoice
from bot.conversations.messages import Reply as Message
from bot.conversations.ports import MessageLog, Why
from bot.documents.inspect_image import inspect_file
from bot.documents.paper_pdf import print_paper
from bot.insurance.contingency import DisasterKind
from bot.services.deny_access import record_denial
from bot.services.guard_reply import SAFE, ReplyGuard
from bot.services.leave_queue import leave_queue
from bot.services.open_document import DocumentGoneError, open_document
from bot.services.ports import UnitOfWorkFactory
from bot.services.queue_place import tell_place
from bot.services.reply import TO_HUMAN, Denial
from bot.services.run_event import banner_text
from bot.services.servicing.limits import Limits
from bot.services.servicing.staffed_hours import StaffedHours
from bot.services.take_failed_turn import FailedTurn, take_failed_turn
from bot.services.take_file import Upload, as_choice, inspect_upload, take_file
from bot.settings import ROOT

KEPT_FOR_ANSWERS = 3  # of the texts that WeChat lets us send after a customer's message


@dataclass(frozen=True)
class CalledChannels:
    """What the desk asks of channels that must be called (WeChat)."""

    contacts: Contacts

    def may_push(self, conversation_id: str, now: datetime) -> bool:
        """Whether a notice may be pushed: nothing else is owed, and the answers keep what they need."""
        contact = self.contacts.get(conversation_id)
        enough = contact is not None and contact.may_send(now) > KEPT_FOR_ANSWERS
        return enough and not self.contacts.unsent(conversation_id)

    def delivered(self, conversation_id: str) -> int:
        """Up to which message the channel has taken what was said; 0 where no such channel has."""
        contact = self.contacts.get(conversation_id)
        return contact.told.seq if contact else 0


@dataclass(frozen=True)
class DocumentPrinter:
    """A document by its token in a conversation: the link is used up first, then the paper is printed."""

    unit_of_work: UnitOfWorkFactory

    def __call__(self, token: str, conversation_id: str, now: datetime) -> bytes:
        """Raises DocumentGoneError."""
        with self.unit_of_work() as work:
            try:
                paper = open_document(work, token, conversation_id, now)
            except DocumentGoneError:
                record_denial(work, Denial("document", "", "not_this_link"), conversation_id, now)
                work.commit()
                raise
            work.commit()
        return print_paper(paper)


@dataclass(frozen=True)
class FileTaker:
    """A file that was asked for: looked at, stored, and put into the conversation as a message that carries its number."""

    unit_of_work: UnitOfWorkFactory
    message_log: MessageLog
    limits: Limits

    def __call__(self, message_id: str, upload: Upload) -> tuple[int, bool]:
        """The number of the message and whether it is new. Raises FileRefusedError."""
        inspected = inspect_upload(upload, inspect_file)  # before the store is held: decoding takes a while
        with self.unit_of_work() as work:
            choice = as_choice(take_file(work, inspected, self.limits))
            work.commit()
        return self.message_log.receive(
            upload.conversation_id,
            message_id=message_id,
            text=choice.title,
            choice_id="",
            at=upload.at,
            payload=choice.payload,
        )


@dataclass(frozen=True)
class EventBanner:
    """What the chat page shows while event mode is on, and the kinds of disaster that the desk may switch on."""

    unit_of_work: UnitOfWorkFactory
    disasters: Sequence[DisasterKind]

    def __call__(self, now: datetime) -> str:
        with self.unit_of_work() as work:
            return banner_text(work.events.on(now.date()), self.disasters, now.date())


@dataclass(frozen=True)
class WordGuard:
    """Implements bot.conversations.ports.Guard with the rules of data/guard."""

    guard: ReplyGuard

    def withheld(self, reply: Message) -> Sequence[str]:
        # A confirmation card repeats the customer's own words; only its title is ours.
        is_card = reply.input is not None and reply.input.slot == "confirm"
        return [rule.id for rule in self.guard.broken(reply.text.partition("\n")[0] if is_card else reply.text)]

    def why(self, text: str) -> str:
        """For a person who is about to say it: what is wrong with it, "" when nothing is."""
        return "；".join(rule.why for rule in self.guard.broken(text))

    def instead_of(self, reply: Message) -> Message:
        person = OfferedChoice(TO_HUMAN.title, TO_HUMAN.payload)
        return Message(SAFE, tuple(dict.fromkeys((*reply.choices, person))), reply.input)


@dataclass(frozen=True)
class QueueOfPeople:
    """Implements bot.conversations.ports.People with the hand-off of bot.services: the two floors do not know each other."""

    unit_of_work: UnitOfWorkFactory
    complaint_rules: Sequence[ComplaintRule]
    hours: StaffedHours
    calendar: HolidayCalendar

    def take(self, inbound: Inbound, why: Why, at: datetime) -> Sequence[Message]:
        typed = "" if inbound.payload else inbound.text
        turn = FailedTurn(inbound.conversation_id, inbound.message_id, typed, why.value, at)
        return tuple(
            Message(reply.text, tuple(OfferedChoice(choice.title, choice.payload) for choice in reply.choices))
            for reply in take_failed_turn(self.unit_of_work, self.complaint_rules, turn, self._back_at)
        )

    def _back_at(self, at: datetime, post: str) -> datetime | None:
        return self.hours.back_at(at, self.calendar, post)

    def tell_place(self, conversation_id: str, at: datetime) -> Sequence[Message]:
        with self.unit_of_work() as work:
            told = tell_place(work, conversation_id, at)
            work.commit()
        return () if told is None else (Message(told.text),)

    def give_back(self, conversation_id: str, at: datetime) -> bool:
        with self.unit_of_work() as work:
            given = leave_queue(work, conversation_id, at)
            work.commit()
        return given


@dataclass(frozen=True)
class TrainingStarter:
    """Begins the work of a job, by its number, in a process and a session of its own: it goes on when the desk ends. It tells of
    itself in the store; what it prints is in `folder`."""

    folder: Path

    def __call__(self, job_id: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{job_id}.out").open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "bot.training.job", job_id],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # Somebody must take note of its end, or it stays among the processes.
        threading.Thread(target=process.wait, daemon=True).start()
