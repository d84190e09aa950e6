"""Take recorded calls in: each once, analysed, masked and stored; complaints and dangers become cases where asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.review_item import ReviewReason
from bot.services.deadlines import Deadlines
from bot.services.phone_calls import CallBack, ask_for_call_back
from bot.services.ports import UnitOfWork, UnitOfWorkFactory
from bot.services.register_complaint import LEAST_WORDS, LONGEST_WORDS, RegisterComplaint, register_complaint
from bot.services.review_ports import OfferedSentence
from bot.services.transcripts.analyse_call import Analyst
from bot.services.transcripts.call import Findings, PhoneCall, Speaker, Turn
from bot.services.transcripts.same_call import former_self, has_more
from bot.text.identifiers import is_mobile

CHANNEL = "transcript"
OFFERED = range(4, 81)  # characters of a sentence that a trainer learns something from
_key = attrgetter("key")


@dataclass(frozen=True)
class Imported:
    """What became of one call; `grown`: it was read before, and now there was more of it. `complaint_no` and `call_back_no` ""
    where none was opened now."""

    call_id: str
    is_new: bool
    utterances: int = 0
    offered: int = 0
    complaint_no: str = ""
    call_back_no: str = ""
    grown: bool = False


@dataclass(frozen=True)
class ImportCalls:
    """`open_cases`: register complaints that callers made, and have those called who spoke of a danger to life.
    `again`: what was read before is read anew, for a batch whose sides had been exchanged; cases that are open stay open."""

    unit_of_work: UnitOfWorkFactory
    analyst: Analyst
    deadlines: Deadlines
    open_cases: bool = False
    again: bool = False

    def __call__(self, calls: Sequence[PhoneCall], now: datetime) -> Iterator[Imported]:
        """One transaction a call: whatever stops it, what is done is done, and the next run goes on behind it.

        A call that has grown since is read anew under the id that it has; its cases stay the same ones.
        """
        ids = {call.call_id for call in calls}
        with self.unit_of_work() as work:
            known = set(work.transcripts.known(ids))
            stored = work.transcripts.of_keys({call.key for call in calls})
        by_key = {key: tuple(group) for key, group in groupby(sorted(stored, key=_key), key=_key)}
        for call in calls:
            former = None if call.call_id in known else former_self(call, by_key.get(call.key, ()), ids)
            grown = former is not None and has_more(call, former)
            if former is not None:
                call = replace(call, call_id=former.call_id)
                ids.add(call.call_id)
            if former is None and call.call_id not in known:
                known.add(call.call_id)
                yield self._take(call, now)
            elif grown or self.again:
                yield replace(self._take(call, now, again=True), is_new=not grown, grown=grown)
            elif self.open_cases:
                yield self._open(call, now)
            else:
                yield Imported(call.call_id, is_new=False)

    def _open(self, call: PhoneCall, now: datetime) -> Imported:
        """The cases of a call that was read before without any being asked for."""
        findings = self.analyst.analyse(call, now)
        with self.unit_of_work() as work:
            registered = any(row.complaint_no for row in work.transcripts.calls([call.call_id]))
            complaint_no, call_back_no = self._cases(work, call, findings, now, registered=registered)
            if complaint_no:
                work.transcripts.note_complaint(call.call_id, complaint_no)
            work.commit()
        return Imported(call.call_id, False, complaint_no=complaint_no, call_back_no=call_back_no)

    def _take(self, call: PhoneCall, now: datetime, *, again: bool = False) -> Imported:
        findings = self.analyst.analyse(call, now)
        with self.unit_of_work() as work:
            before = work.transcripts.remove(call.call_id) if again else ""
            complaint_no, call_back_no = self._cases(work, call, findings, now, registered=bool(before))
            work.transcripts.add(call, findings, now, complaint_no=complaint_no or before)
            offered = sum(work.review_items.offer(each) for each in _offers(call, findings.turns, now))
            work.audit.append(
                "transcript.imported",
                subject=call.call_id[:16],
                actor="import",
                at=now,
                detail={"utterances": str(len(findings.turns)), "complaint": complaint_no, "call_back": call_back_no},
            )
            work.commit()
        return Imported(call.call_id, True, len(findings.turns), offered, complaint_no, call_back_no)

    def _cases(
        self, work: UnitOfWork, call: PhoneCall, findings: Findings, now: datetime, *, registered: bool
    ) -> tuple[str, str]:
        """Numbers of the complaint and of the call-back that are opened now."""
        if not self.open_cases:
            return "", ""
        complaint_no = self._register(work, call, findings, now) if findings.complaint_kind and not registered else ""
        return complaint_no, _call_back(work, call, now) if findings.emergency else ""

    def _register(self, work: UnitOfWork, call: PhoneCall, findings: Findings, now: datetime) -> str:
        """The number of the complaint; that of the caller's open one if he has one, for the agent may have taken it down."""
        phone = call.phone if is_mobile(call.phone) else ""
        open_already = [one for one in work.complaints.of_phone(phone) if one.is_open]
        if open_already:
            return open_already[-1].complaint_no
        command = RegisterComplaint(
            channel=ComplaintChannel.HOTLINE,
            received_at=min(call.began or now, now),
            words=_complained(call, findings),
            agent="transcript-import",
            at=now,
            key=f"transcript:{call.call_id}",
            phone=phone,
        )
        return register_complaint(work, command, self.analyst.rules, self.deadlines).complaint_no


def _complained(call: PhoneCall, findings: Findings) -> str:
    """What the customer said; of a long call from the sentence on that complains most."""
    first = call.spoken[findings.complaint_at :]
    said, rest = (
        "。".join(each.text for each in spoken if each.speaker is Speaker.CUSTOMER) for spoken in (call.spoken, first)
    )
    words = said if len(said) <= LONGEST_WORDS else rest[:LONGEST_WORDS]
    return words if len(words) >= LEAST_WORDS else f"电话里说：{words}"


def _call_back(work: UnitOfWork, call: PhoneCall, now: datetime) -> str:
    """A call to be made today; written once a recording, "" the second time."""
    wanted = CallBack(
        key=f"transcript:{call.call_id}:danger",
        topic=f"录音里说到人身危险，请先听录音：{call.source}",
        phone=call.phone or "录音没有带号码",
        due_on=now.date(),
        actor="import",
    )
    return ask_for_call_back(work, wanted, now)


def _offers(call: PhoneCall, turns: Sequence[Turn], now: datetime) -> Iterator[OfferedSentence]:
    for number, turn in enumerate(turns, start=1):
        if turn.in_doubt and len(turn.text) in OFFERED:
            ranking = ((turn.intent, turn.confidence),)
            yield OfferedSentence(
                turn.text, turn.text, turn.intent, turn.confidence, ranking, ReviewReason.TRANSCRIPT, CHANNEL, "",
                f"{call.source}#{number}", now,
            )  # fmt: skip
