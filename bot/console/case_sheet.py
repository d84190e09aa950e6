"""One case as the desk shows it: labelled lines, masked; whoever must call the customer does so from the hand-off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.complaints.rule import KIND_NAMES
from bot.console.claim_desk import assessment_lines, settlement_lines
from bot.console.complaint_desk import decision_lines, past_moves
from bot.console.complaint_steps import delivery_lines
from bot.console.inquiries import inquiry_lines
from bot.console.request_desk import past_steps
from bot.console.times import day, moment
from bot.console.triage import past_choices
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.claim import Claim
from bot.insurance.complaint import Complaint
from bot.insurance.complaint_handling import StoppedClock
from bot.insurance.complaint_list import ClockMark, clock_marks
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.matter_file import MatterFile
from bot.insurance.open_case import CaseKind, is_due_soon
from bot.services.bad_rating import BAD_RATING
from bot.services.follow_ups.problem_ticket import PROBLEM
from bot.services.import_leavers import KIND as LEFT
from bot.services.import_leavers import NAME as LEFT_NAME
from bot.services.ports import UnitOfWork
from bot.services.servicing.catalogue import TRANSACTIONS
from bot.text.masking import mask_free_text, mask_name, mask_phone, mask_plate, mask_policy_no

TRANSACTION_NAMES = {kind: transaction.zh for kind, transaction in TRANSACTIONS.items()} | {
    PROBLEM: "回访问题",
    BAD_RATING: "不满意的评价",
    LEFT: LEFT_NAME,
}
_OF_CLAIMS = ("book_survey", "message_handler", "dispute_claim")
_OUR_NUMBERS = ("案件", "回访", "相关单号")  # lines that hold a number of ours, which nobody is known by
Line = tuple[str, str]
Cite = Callable[[str], str]


@dataclass(frozen=True)
class CaseSheet:
    """`parts` are titled groups of labelled lines; lines without a value are left out. `to_issue`: the request is accepted
    and complete, and its endorsement 批单 is what is missing. `files`: what was handed in. `marks`: the clocks of a complaint."""

    kind: CaseKind
    number: str
    stage: str
    received_at: datetime
    due: date | None
    post: str
    parts: tuple[tuple[str, tuple[Line, ...]], ...]
    to_issue: bool = False
    files: tuple[MatterFile, ...] = ()
    marks: tuple[ClockMark, ...] = ()

    def is_due_soon(self, today: date) -> bool:
        return is_due_soon(self.due, today)

    def is_overdue(self, today: date) -> bool:
        return self.due is not None and self.due < today


def find_sheet(work: UnitOfWork, number: str, cite: Cite, *, today: date, restricted: bool = False) -> CaseSheet | None:
    """The sheet of a case by its number; None when there is no such case, or none for who must not see restricted ones.

    `cite` tells a complaint rule by its id.
    """
    if number.startswith(CaseKind.REQUEST.value):
        return _request(work, number, restricted=restricted)
    if number.startswith(CaseKind.COMPLAINT.value):
        return _complaint(work, number, cite, today)
    read: dict[str, Callable[[UnitOfWork, str], CaseSheet | None]] = {"C": _claim, "E": _change}
    reader = read.get(number[:1])
    return reader(work, number) if reader else None


def _complaint(work: UnitOfWork, number: str, cite: Cite, today: date) -> CaseSheet | None:
    one = work.complaints.get(number)
    if one is None:
        return None
    notice = f"{moment(one.last_notice_at)} {one.last_notice}" if one.last_notice_at else ""
    work_on = (*past_choices(one), *past_moves(one), ("最近一次通知", notice))
    fired = tuple((rule_id, cite(rule_id)) for rule_id in one.rules_fired)
    parts = (
        ("投诉内容", _told(one)), ("触发的规则和依据", fired), ("法定时限", _statutory(one)), ("公司时限", _company(one)),
        ("办理", work_on), ("补充通知", _notices(one)), ("决定", decision_lines(one)),
        ("送达", delivery_lines(one)), ("协查", inquiry_lines(work.inquiries.of_complaint(number))),
    )  # fmt: skip
    sheet = _sheet(CaseKind.COMPLAINT, number, one.stage.zh, one.received_at, one.next_due, parts)
    return replace(sheet, files=tuple(work.files.of_matter(number)), marks=clock_marks(one, today))


def _told(one: Complaint) -> tuple[Line, ...]:
    return (
        ("类别", KIND_NAMES.get(one.kind, one.kind)),
        ("严重程度", f"{one.severity} 级" if one.severity else "未定级"),
        ("渠道", one.channel.zh),
        ("投诉人", _name(one.complainant_name)),
        ("身份", one.role.zh),
        ("应备材料", one.role.papers),
        ("联系电话", mask_phone(one.phone) if one.phone else ""),
        ("共同投诉", f"{one.joint_count} 人以上" if one.joint_count else ""),
        ("投诉对象", mask_free_text(one.against)),
        ("诉求", mask_free_text(one.request)),
        ("经过", mask_free_text(one.facts)),
        *((f"补充 {place}", mask_free_text(text)) for place, text in enumerate(one.supplements, 1)),
        ("相关单号", one.reference_no),
        ("以前的投诉", one.earlier_no),
        ("并入", one.merged_into),
        ("转办编号", one.transfer_no),
        ("要求报告", f"{day(one.report_by)}前" if one.report_by else ""),
        ("结束的原因", mask_free_text(one.closing_reason)),
    )


def _notices(one: Complaint) -> tuple[Line, ...]:
    sent = tuple((f"{moment(each.at)} {each.agent}", f"{'、'.join(each.items)}：{each.note}") for each in one.notices)
    return (*sent, ("还没有来", "、".join(one.missing)))


def _statutory(one: Complaint) -> tuple[Line, ...]:
    clocks = one.clocks
    earlier = (
        (
            f"{moment(old.started_at)} 起算的原期限",
            f"一般 {day(old.decide_by)}，复杂 {day(old.decide_by_complex)}"
            f"{f'，经审批 {day(old.decide_by_special)}' if old.decide_by_special else ''}（已重新计算）",
        )
        for old in one.earlier_clocks
    )
    return (
        ("起算", moment(one.clock_from)),
        ("作出处理决定（D-C01）", day(clocks.decide_by)),
        ("复杂的（D-C02）", day(clocks.decide_by_complex)),
        ("经审批再延长的（D-C03）", day(clocks.decide_by_special)),
        ("核查决定（D-C09）", day(one.verify_by)),
        *((f"{moment(each.start)} 起不计入", f"{each.why.zh}，{_until(each)}") for each in one.stopped),
        *earlier,
    )


def _until(stopped: StoppedClock) -> str:
    return f"到 {moment(stopped.end)}" if stopped.end else "还没有结束，期限停着"


def _company(one: Complaint) -> tuple[Line, ...]:
    clocks = one.clocks
    return (
        ("告知受理或转办，目标（D-C13T）", day(clocks.acceptance_target)),
        ("告知受理或转办，最晚（D-C13）", day(clocks.acceptance_by)),
        ("通知补充（D-C12，不停计）", day(clocks.supplement_by)),
        ("人身险答复或反馈进展（D-C14）", day(clocks.answer_or_progress_by)),
        ("已反馈进展", moment(one.progress_told_at) if one.progress_told_at else ""),
        ("说明", "节假日安排未公布的年份，按工作日算的日期为暂估" if clocks.estimated else ""),
    )


def _claim(work: UnitOfWork, number: str) -> CaseSheet | None:
    one = work.claims.get(number)
    if one is None:
        return None
    parts = (
        ("报案内容", _report(one)),
        ("待补资料", tuple((str(n), name) for n, name in enumerate(one.missing_documents, 1))),
        ("客户的预约、留言和异议", _requests(work, number)),
        ("定损", assessment_lines(one)),
        ("核定", settlement_lines(one)),
    )
    steps = tuple(
        (f"{moment(step.at)} {step.post}", " ".join(dict.fromkeys((step.stage.zh, mask_free_text(step.note)))))
        for step in one.steps
    )
    sheet = _sheet(CaseKind.CLAIM, number, one.stage.zh, one.reported_at, one.due_on, (*parts, ("办理", steps)))
    return replace(sheet, files=tuple(work.files.of_matter(number)))


def _requests(work: UnitOfWork, number: str) -> tuple[Line, ...]:
    """What its claimant asks of the post and waits for; each is answered on its own sheet."""
    asked = (each for kind in _OF_CLAIMS for each in work.requests.open_of_kind(kind))
    mine = (each for each in asked if dict(each.fields).get("案件") == number)
    return tuple(
        (f"{TRANSACTION_NAMES[each.kind]} {each.request_no}", f"{each.status.zh}，最晚 {day(each.due_on)}")
        for each in mine
    )


def _report(one: Claim) -> tuple[Line, ...]:
    report = one.report
    return (
        ("险种", report.line.zh),
        ("保单", report.policy_no or "待核单"),
        ("车牌", mask_plate(report.plate_no) if report.plate_no else ""),
        ("出险时间", report.event_at.replace("T", " ")),
        ("地点", mask_free_text(report.place)),
        ("经过", mask_free_text(report.cause)),
        ("伤情", mask_free_text(report.injured)),
        ("出险人", _name(report.insured_name)),
        ("报案人", _name(report.reporter_name)),
        ("报案电话", mask_phone(report.reporter_phone) if report.reporter_phone else ""),
        *((f"补充 {place}", mask_free_text(note)) for place, note in enumerate(one.notes, 1)),
        ("时限依据", one.due_rule),
    )


def _change(work: UnitOfWork, number: str) -> CaseSheet | None:
    one = work.endorsements.get(number)
    if one is None:
        return None
    parts = (
        ("申请内容", (("事项", "变更受益人"), ("保单", mask_policy_no(one.policy_no)), *_people(one))),
        ("还缺", tuple(("证件号", mask_name(name)) for name in one.unidentified)),
    )
    sheet = _sheet(CaseKind.ENDORSEMENT, number, one.status.zh, one.requested_at, one.finish_by, parts)
    return replace(sheet, to_issue=one.status is EndorsementStatus.ACCEPTED and not one.unidentified)


def _request(work: UnitOfWork, number: str, *, restricted: bool) -> CaseSheet | None:
    """A service request; a report of wrongdoing only for the compliance post."""
    one = work.requests.get(number)
    if one is None or (one.restricted and not restricted):
        return None
    told = (
        ("事项", TRANSACTION_NAMES.get(one.kind, one.kind)),
        ("保单", mask_policy_no(one.policy_no) if one.policy_no else ""),
        *((label, value if label in _OUR_NUMBERS else mask_free_text(value)) for label, value in one.fields),
    )
    parts = (
        ("申请内容", told),
        ("待交材料", tuple((str(n), paper) for n, paper in enumerate(one.papers, 1))),
        ("时限", (("依据", one.due_rule), ("开始催办", day(one.alert_on)))),
        ("办理", past_steps(one)),
    )
    sheet = _sheet(CaseKind.REQUEST, number, one.status.zh, one.requested_at, one.due_on, parts, one.post)
    return replace(sheet, files=tuple(work.files.of_matter(number)))


def _people(one: BeneficiaryChange) -> tuple[Line, ...]:
    return (*(("原受益人", _person(each)) for each in one.old), *(("新受益人", _person(each)) for each in one.new))


def _person(one: Beneficiary) -> str:
    return f"{mask_name(one.name)}（{one.relationship}）第 {one.order} 顺位 {one.share:f}%"


def _name(name: str) -> str:
    return mask_name(name) if name else ""


def _sheet(
    kind: CaseKind, number: str, stage: str, received_at: datetime, due: date | None,
    parts: tuple[tuple[str, tuple[Line, ...]], ...], post: str = "",
) -> CaseSheet:  # fmt: skip
    told = tuple(
        (title, lines) for title, all_lines in parts if (lines := tuple(each for each in all_lines if each[1]))
    )
    return CaseSheet(kind, number, stage, received_at, due, post or kind.post, told)
