"""/desk/complaints: the register of complaints, searched and filtered, with both clocks; what is found as a table to take out.

Names and phones are searched by a form that is posted: an address is kept in histories and logs.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.complaints.rule import KIND_NAMES
from bot.console.auth import Guard, Session
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_form
from bot.console.pages import Pages, page_of
from bot.console.times import CHINA, day, typed_day
from bot.insurance.complaint import Complaint, ComplaintStage
from bot.insurance.complaint_handling import ComplaintChannel
from bot.insurance.complaint_list import ClockMark, ComplaintFilter, ComplaintPage, DueFilter, clock_marks
from bot.insurance.staff import May, Staff
from bot.services.ports import UnitOfWork
from bot.text.masking import mask_name, mask_phone, mask_policy_no

ROWS = 50
LONGEST_TEXT = 60
MINE = "mine"
MOST_EXPORTED = 5000
_AT_ONCE = 500
_NOT_THEIRS = "投诉列表由投诉回访岗、主管和合规查看。"
_HEADINGS = (
    "编号", "收到", "渠道", "类别", "严重程度", "阶段", "投诉人", "电话", "保单", "最近期限", "受理", "受理期限", "处理决定",
    "处理期限", "转办编号", "监管报告期限", "作出决定", "跟进人",
)  # fmt: skip
Choices = tuple[str, str, tuple[tuple[str, str], ...], str]


@dataclass(frozen=True)
class Row:
    """`hidden`: the one who looks keeps away from it, and is told its number alone."""

    complaint: Complaint
    marks: tuple[ClockMark, ...]
    hidden: bool
    handler: str = ""

    @property
    def about(self) -> str:
        return KIND_NAMES.get(self.complaint.kind, self.complaint.kind)

    @property
    def who(self) -> str:
        return mask_name(self.complaint.complainant_name) if self.complaint.complainant_name else ""


def sees_list(staff: Staff) -> bool:
    """The complaints post, managers and compliance."""
    return staff.may(May.HANDLE_COMPLAINTS) or staff.may(May.SUPERVISE)


def read_filter(fields: Mapping[str, object], staff: Staff) -> ComplaintFilter:
    """What is no value of a field filters nothing; `staff` asks."""
    told = {name: str(value).strip() for name, value in fields.items()}
    return ComplaintFilter(
        text=told.get("text", "")[:LONGEST_TEXT],
        stage=next((one for one in ComplaintStage if one.value == told.get("stage")), None),
        kind=kind if (kind := told.get("kind", "")) in KIND_NAMES else "",
        channel=next((one for one in ComplaintChannel if one.value == told.get("channel")), None),
        due=next((one for one in DueFilter if one.value == told.get("due")), None),
        first=typed_day(told.get("first", "")),
        last=typed_day(told.get("last", "")),
        handler=staff.name if told.get("handler") == MINE else "",
    )


def _choices(asked: ComplaintFilter) -> tuple[Choices, ...]:
    """The lists of the form: field, label, (value, words), and what is chosen."""
    stages = tuple((one.value, one.zh) for one in ComplaintStage)
    channels = tuple((one.value, one.zh) for one in ComplaintChannel)
    dues = tuple((one.value, one.zh) for one in DueFilter)
    return (
        ("stage", "阶段", stages, asked.stage.value if asked.stage else ""),
        ("kind", "类别", tuple(KIND_NAMES.items()), asked.kind),
        ("channel", "渠道", channels, asked.channel.value if asked.channel else ""),
        ("handler", "跟进人", ((MINE, "我（在办的）"),), MINE if asked.handler else ""),
        ("due", "期限", dues, asked.due.value if asked.due else ""),
    )


def filter_detail(asked: ComplaintFilter) -> dict[str, str]:
    """For the audit log, which holds no name and no phone: that a text was searched for is said, and not which."""
    return {
        "text": "given" if asked.text else "",
        "stage": asked.stage.value if asked.stage else "",
        "kind": asked.kind,
        "channel": asked.channel.value if asked.channel else "",
        "due": asked.due.value if asked.due else "",
        "first": asked.first.isoformat() if asked.first else "",
        "last": asked.last.isoformat() if asked.last else "",
        "handler": MINE if asked.handler else "",
    }


@dataclass(frozen=True)
class ComplaintList:
    deps: ConsoleDeps
    pages: Pages

    def routes(self, signed_in: Guard) -> list[web.AbstractRouteDef]:
        return [
            web.get("/desk/complaints", signed_in(self.show)),
            web.post("/desk/complaints", signed_in(self.show)),
            web.post("/desk/complaints/export", signed_in(self.export)),
        ]

    async def show(self, request: web.Request, session: Session) -> web.StreamResponse:
        if not sees_list(session.staff):
            return self.pages.refuse(403, _NOT_THEIRS)
        fields = await read_form(request) if request.method == "POST" else request.query
        asked, number = read_filter(fields, session.staff), page_of(str(fields.get("page", "1")))
        page, rows = await asyncio.to_thread(self._find, asked, number, session.staff)
        return self.pages.show(
            "complaints.html",
            session=session,
            asked=asked,
            rows=rows,
            total=page.total,
            number=number,
            last=max(1, -(-page.total // ROWS)),
            choices=_choices(asked),
            most=MOST_EXPORTED,
            longest=LONGEST_TEXT,
            may_register=session.staff.may(May.HANDLE_COMPLAINTS),
        )

    def _find(self, asked: ComplaintFilter, number: int, staff: Staff) -> tuple[ComplaintPage, list[Row]]:
        with self.deps.unit_of_work() as work:
            page = work.complaints.found(asked, today=self._today(), offset=(number - 1) * ROWS, limit=ROWS)
            shown = {"page": str(number), "shown": str(len(page.complaints))}
            rows = self._rows(work, page, staff)
            self._record(work, "desk.complaints_listed", staff, {**filter_detail(asked), **shown})
            work.commit()
        return page, rows

    async def export(self, request: web.Request, session: Session) -> web.StreamResponse:
        """CSV as spreadsheets read it: UTF-8 with its mark, no cell a formula, names and phones masked."""
        if not sees_list(session.staff):
            return self.pages.refuse(403, _NOT_THEIRS)
        asked = read_filter(await read_form(request), session.staff)
        rows, total = await asyncio.to_thread(self._take_out, asked, session.staff)
        if total > MOST_EXPORTED:
            return self.pages.refuse(
                400, f"筛选出 {total} 件，一次最多导出 {MOST_EXPORTED} 件。请缩小收到日期的范围，分几次导出。"
            )
        headers = {"Content-Disposition": f'attachment; filename="complaints-{self._today().isoformat()}.csv"'}
        body = table_of(rows).encode("utf-8-sig")
        return web.Response(body=body, content_type="text/csv", charset="utf-8", headers=headers)

    def _take_out(self, asked: ComplaintFilter, staff: Staff) -> tuple[list[Row], int]:
        """No rows where there are too many."""
        with self.deps.unit_of_work() as work:
            total = work.complaints.found(asked, today=self._today(), offset=0, limit=1).total
            rows: list[Row] = []
            for offset in range(0, total if total <= MOST_EXPORTED else 0, _AT_ONCE):
                page = work.complaints.found(asked, today=self._today(), offset=offset, limit=_AT_ONCE)
                rows += self._rows(work, page, staff)
            if total <= MOST_EXPORTED:
                detail = {**filter_detail(asked), "exported": str(sum(not row.hidden for row in rows))}
                self._record(work, "desk.complaints_exported", staff, detail)
                work.commit()
        return rows, total

    def _rows(self, work: UnitOfWork, page: ComplaintPage, staff: Staff) -> list[Row]:
        today, handlers = self._today(), work.handlers.of([one.complaint_no for one in page.complaints])
        return [
            Row(one, clock_marks(one, today), one.bars(staff.name), handlers[one.complaint_no])
            for one in page.complaints
        ]

    def _record(self, work: UnitOfWork, event: str, staff: Staff, detail: dict[str, str]) -> None:
        at, actor = self.deps.clock(), f"agent:{staff.name}"
        work.audit.append(event, subject="complaints", actor=actor, at=at, detail=detail)

    def _today(self) -> date:
        return self.deps.clock().astimezone(CHINA).date()


def table_of(rows: Sequence[Row]) -> str:
    """The rows that may be seen, under their headings."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(_HEADINGS)
    writer.writerows([harmless(cell) for cell in _cells(row)] for row in rows if not row.hidden)
    return target.getvalue()


def harmless(cell: str) -> str:
    """A spreadsheet takes what begins so for a formula; with the mark in front it is text (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _cells(row: Row) -> Iterator[str]:
    one, (acceptance, decision) = row.complaint, row.marks[:2]
    yield from (one.complaint_no, f"{one.received_at.astimezone(CHINA):%Y-%m-%d %H:%M}", one.channel.zh, row.about)
    yield from (str(one.severity), one.stage.zh, row.who, mask_phone(one.phone) if one.phone else "")
    yield from (mask_policy_no(one.reference_no) if one.reference_no else "", day(one.next_due))
    for mark in (acceptance, decision):
        yield from (mark.words, day(mark.due))
    yield from (one.transfer_no, day(one.report_by) if one.owes_report else "")
    yield day(one.decisions[-1].at.astimezone(CHINA).date()) if one.decisions else ""
    yield row.handler
