"""A follow-up at the customer's own place: who went where, what was answered, and the signed form as a photo (G03).

Source: company rules art 22 (三): an on-site follow-up has a written record. What is wrong is put right by somebody who does not sell
(data/follow_up/problems.yml), as after a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.insurance.follow_up import FollowUp, FollowUpVisit
from bot.insurance.matter_file import PaperWay
from bot.services.follow_ups.problem_ticket import FollowUpRules
from bot.services.follow_ups.record_call import CallFlawError, CallOutcome, RecordCall, check_call, record_call
from bot.services.follow_ups.take_answers import VISIT
from bot.services.ports import UnitOfWork
from bot.services.take_file import Inspected, take_file

LONGEST = 60  # of a name and of a place, in characters
DOCUMENT = "上门回访记录"


@dataclass(frozen=True)
class RecordVisit:
    """`visitor`: who went, by name or number; `place`: where; `answers` as of a call that was answered."""

    number: str
    visitor: str
    place: str
    answers: Mapping[str, str]
    note: str
    agent: str
    at: datetime

    @property
    def as_call(self) -> RecordCall:
        return RecordCall(self.number, CallOutcome.ANSWERED, self.answers, self.note, self.agent, self.at, VISIT)


def check_visit(work: UnitOfWork, command: RecordVisit, rules: FollowUpRules) -> FollowUp:
    """As `check_call`. CallFlawError: who went or where is missing too."""
    if not (0 < len(command.visitor) <= LONGEST and 0 < len(command.place) <= LONGEST):
        raise CallFlawError(flaw=f"写明谁去的、在哪里，各不超过 {LONGEST} 个字")
    return check_call(work, command.as_call, rules)


def record_visit(work: UnitOfWork, command: RecordVisit, form: Inspected, rules: FollowUpRules) -> FollowUp:
    """Store the answers and the photo of the signed form. The caller commits. Raises as `check_visit`; FileRefusedError."""
    check_visit(work, command, rules)
    actor = f"agent:{command.agent}"
    photo = take_file(work, form, rules.limits, actor=actor)
    work.files.save(
        replace(
            photo, matter_no=command.number, document=DOCUMENT, request_no=command.number, way=PaperWay.VISIT,
            brought_by=command.visitor, scanned_by=command.agent,
        )
    )  # fmt: skip
    visit = FollowUpVisit(command.visitor, command.place, photo.file_no, command.at)
    work.follow_ups.add_visit(command.number, visit)
    work.audit.append(
        "follow_up.visited", subject=command.number, actor=actor, at=command.at, detail={"file": photo.file_no}
    )
    return record_call(work, command.as_call, rules)
