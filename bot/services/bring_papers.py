"""A paper that came over the counter or by post: scanned at the desk, looked at as a customer's own upload is, and handed in.

Source: company rules 002 part 1 (papers are taken at the counter), 004 §6.1 (who handed in what, and when).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.errors import BotError
from bot.insurance.matter_file import MatterFile, PaperWay
from bot.insurance.open_case import CaseKind
from bot.services.advance_request import phone_of
from bot.services.case_handler import is_open
from bot.services.deadlines import Deadlines
from bot.services.decide_claim import tell_claimant
from bot.services.ports import UnitOfWork
from bot.services.receive_papers import HandIn, receive_papers
from bot.services.servicing.limits import Limits
from bot.services.take_file import Inspected, take_file

OTHER = "其他材料"
WAYS = (PaperWay.COUNTER, PaperWay.LETTER)
LONGEST = 40  # of who brought it, and of the paper's name, in characters


class CaseTakesNoPapersError(BotError):
    """It is over, or none that papers are handed in for."""

    code = "case_takes_no_papers"


@dataclass(frozen=True)
class BringPaper:
    """`document`: what it is; `brought_by`: in the agent's words, e.g. 本人 or 女儿 王小宇."""

    number: str
    document: str
    way: PaperWay
    brought_by: str
    agent: str

    @property
    def flaw(self) -> str:
        if not 1 <= len(self.document) <= LONGEST:
            return f"写明是什么材料，不超过 {LONGEST} 个字"
        return "" if 1 <= len(self.brought_by) <= LONGEST else f"写明谁交来的，不超过 {LONGEST} 个字"


def wanted_of(work: UnitOfWork, number: str) -> Sequence[str]:
    """What the case still waits for; the first words of the desk's list."""
    if number.startswith(CaseKind.CLAIM.value):
        return claim.missing_documents if (claim := work.claims.get(number)) else ()
    if number.startswith(CaseKind.COMPLAINT.value):
        return complaint.missing if (complaint := work.complaints.get(number)) else ()
    return request.papers if (request := work.requests.get(number)) else ()


def takes_papers(work: UnitOfWork, number: str) -> bool:
    return CaseKind(number[:1]) is not CaseKind.ENDORSEMENT and is_open(work, number)


def bring_paper(
    work: UnitOfWork, inspected: Inspected, command: BringPaper, deadlines: Deadlines, limits: Limits
) -> MatterFile:
    """Keep the scan with the case and tell the customer that it came; the same scan again is the one that is there. The caller commits.

    Raises:
        LookupError: no such case. CaseTakesNoPapersError, FileRefusedError: as they say.
    """
    number, upload = command.number, inspected.upload
    if not takes_papers(work, number):
        raise CaseTakesNoPapersError(number=number)
    digest = hashlib.sha256(upload.content).hexdigest()
    known = next((one for one in work.files.of_matter(number) if one.sha256 == digest), None)
    if known is not None:
        return known
    scanned = take_file(work, inspected, limits, actor=f"agent:{command.agent}")
    scanned = replace(scanned, way=command.way, brought_by=command.brought_by, scanned_by=command.agent)
    work.files.save(scanned)
    came = HandIn(
        matter_no=number,
        given=((scanned.file_no, command.document),),
        wanted=wanted_of(work, number),
        conversation_id=upload.conversation_id,
        request_no=number,
        at=upload.at,
        actor=f"agent:{command.agent}",
        unnamed=_is_restricted(work, number),
        scanned=True,
    )
    left = receive_papers(work, came, deadlines, limits)
    told = _tell(work, command, scanned, len(left))
    detail = {"case": number, "way": command.way.value, "told_by_text": str(told)}
    work.audit.append(
        "file.scanned", subject=scanned.file_no, actor=f"agent:{command.agent}", at=upload.at, detail=detail
    )
    return scanned


def _is_restricted(work: UnitOfWork, number: str) -> bool:
    request = work.requests.get(number) if number.startswith(CaseKind.REQUEST.value) else None
    return request is not None and request.restricted


def _tell(work: UnitOfWork, command: BringPaper, file: MatterFile, left: int) -> bool:
    """One text, without the paper's name: others may read it. Whether there was a phone to send it to."""
    number = command.number
    still = f"还缺 {left} 样，打开在线客服说“{number} 还缺什么”看。" if left else ""
    text = (
        f"{number} 收到{command.way.zh}交来的材料一份（{file.received_at:%m-%d %H:%M}），回执 {file.file_no}。{still}"
    )
    if number.startswith(CaseKind.CLAIM.value) and (claim := work.claims.get(number)):
        return tell_claimant(work, claim, f"案件 {text}", file.received_at)
    if number.startswith(CaseKind.COMPLAINT.value):
        complaint = work.complaints.get(number)
        phone, what = complaint.phone if complaint else "", "投诉"
    else:
        request = work.requests.get(number)
        phone = phone_of(work, request) if request else ""
        what = "您反映的事" if request and request.restricted else "申请"
    if phone:
        work.texts.send(phone, f"【保险客服】{what} {text}", file.received_at)
    return bool(phone)
