"""A complaint that came by letter, telephone, counter, mail or from the regulator, written into the one register (A09, B03).

The number, the rules and the clocks are those of the chat's; the clocks run from when it was received, not from when
somebody typed it in (投诉办法 art 18; X-01).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.complaints.engine import Verdict
from bot.complaints.rule import ComplaintRule
from bot.errors import BotError
from bot.insurance.complaint import ComplainantRole, Complaint
from bot.insurance.complaint_handling import ComplaintChannel
from bot.services.deadlines import Deadlines, speak_date
from bot.services.file_complaint import FileComplaint, file_complaint
from bot.services.journeys.complaint_text import CALL_REGULATOR, decision_dates
from bot.services.ports import UnitOfWork
from bot.services.report_to_compliance import report_to_compliance, threatens_funds
from bot.services.screen_message import Known, screen_message
from bot.services.understanding import Understood
from bot.text.identifiers import is_mobile

LEAST_WORDS, LONGEST_WORDS = 5, 2000
LONGEST_NAME = LONGEST_NUMBER = 60
# By which ways the desk takes complaints down; what comes in the chat registers itself.
_BY_THEMSELVES = (ComplaintChannel.WEB, ComplaintChannel.WECHAT)
CHANNELS = tuple(channel for channel in ComplaintChannel if channel not in _BY_THEMSELVES)


class RegistrationFlawError(BotError):
    """What was typed in cannot be registered so; `data["flaw"]` says why, for the desk."""

    code = "registration_flaw"


@dataclass(frozen=True)
class RegisterComplaint:
    """`received_at` is when it reached the company, `at` when it is typed in. `key`: the same form makes one complaint.
    `transfer_no`, `report_by`: the regulator's number, and by when it wants the report."""

    channel: ComplaintChannel
    received_at: datetime
    words: str
    agent: str
    at: datetime
    key: str
    name: str = ""
    phone: str = ""
    policy_no: str = ""
    against: str = ""
    role: ComplainantRole = ComplainantRole.SELF
    earlier_no: str = ""
    transfer_no: str = ""
    report_by: date | None = None

    @property
    def flaw(self) -> str:
        """What is wrong with it; "" for nothing."""
        if not LEAST_WORDS <= len(self.words) <= LONGEST_WORDS:
            return f"投诉的内容要写 {LEAST_WORDS} 到 {LONGEST_WORDS} 个字，照原话"
        if self.received_at > self.at:
            return "收到的时刻不能晚于现在"
        if max(len(self.name), len(self.against)) > LONGEST_NAME:
            return f"姓名和投诉对象不超过 {LONGEST_NAME} 个字"
        if self.phone and not is_mobile(self.phone):
            return "手机号是 11 位；没有就不填"
        return self._flaw_of_transfer

    @property
    def _flaw_of_transfer(self) -> str:
        """What a regulator passes on is reported to it in writing, by the day it names (company rules art 13)."""
        if self.channel is not ComplaintChannel.REGULATOR:
            return ""
        if not 0 < len(self.transfer_no) <= LONGEST_NUMBER or self.report_by is None:
            return f"监管转办的，要填转办编号（{LONGEST_NUMBER} 个字以内）和要求报告的日期"
        return "要求报告的日期不能早于收到的日期" if self.report_by < self.received_at.date() else ""


def register_complaint(
    work: UnitOfWork, command: RegisterComplaint, rules: Sequence[ComplaintRule], deadlines: Deadlines
) -> Complaint:
    """The complaint, written once per `key`; its number and dates go to the phone that was left.

    Raises:
        RegistrationFlawError: a flaw of the command, or a policy or an earlier complaint that there is not.
    """
    existing = work.complaints.by_key(command.key)
    if existing:
        return existing
    flaw = command.flaw or _unknown(work, command)
    if flaw:
        raise RegistrationFlawError(flaw=flaw)
    verdict = _judge(work, command, rules)
    complaint = file_complaint(work, _filed(command, verdict), deadlines)
    if threatens_funds(verdict):  # such a complaint is also a report (F17)
        told = (("经过", command.words), ("被举报人", command.against or "不清楚"))
        report_to_compliance(work, "", told, command.at, key=f"{command.key}:report")
    if command.phone:
        work.texts.send(command.phone, f"【保险客服】{notice_text(complaint, command.at)}", command.at)
    return complaint


def _unknown(work: UnitOfWork, command: RegisterComplaint) -> str:
    if command.policy_no and work.policies.get(command.policy_no) is None:
        return "没有这张保单，请核对保单号；投诉人没有说就不填"
    if command.earlier_no and work.complaints.get(command.earlier_no) is None:
        return "没有这件以前的投诉，请核对编号"
    return ""


def _judge(work: UnitOfWork, command: RegisterComplaint, rules: Sequence[ComplaintRule]) -> Verdict:
    said = Understood("", command.key, command.received_at, "desk", command.words, "file_complaint", 1.0)
    earlier = work.complaints.of_phone(command.phone)
    return screen_message(rules, said, known=Known(prior_open=any(one.is_open for one in earlier)))


def _filed(command: RegisterComplaint, verdict: Verdict) -> FileComplaint:
    return FileComplaint(
        facts=command.words,
        verdict=verdict,
        conversation_id="",
        key=command.key,
        at=command.received_at,
        complainant_name=command.name,
        phone=command.phone,
        role=command.role,
        earlier_no=command.earlier_no,
        against=command.against,
        reference_no=command.policy_no,
        channel=command.channel,
        registered_at=command.at,
        actor=f"agent:{command.agent}",
        transfer_no=command.transfer_no if command.channel is ComplaintChannel.REGULATOR else "",
        report_by=command.report_by if command.channel is ComplaintChannel.REGULATOR else None,
    )


def notice_text(complaint: Complaint, now: datetime) -> str:
    """What the complainant reads: number, receipt, and the dates that are still to come."""
    today, clocks = now.date(), complaint.clocks
    received = speak_date(complaint.received_at.date(), today)
    text = f"您通过{complaint.channel.zh}提出的投诉已登记，编号 {complaint.complaint_no}，{received}收到。"
    if clocks.decide_by < today:
        return f"{text}答复您的日期已经过了，很抱歉，投诉专员会直接联系您。{CALL_REGULATOR}"
    if clocks.acceptance_target >= today:
        text += f"受理情况 {speak_date(clocks.acceptance_target, today)}前告诉您。"
    return f"{text}{decision_dates(complaint, today)}{CALL_REGULATOR}"
