"""Salespeople who left: their policies have nobody who serves them, and the policyholders are to be told within thirty days.

Source: 保险销售行为管理办法（2023年第2号）art 36 (D-P15: who left, how the contract stands, where service comes from now on).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendars.clocks import SHANGHAI
from bot.errors import BotError
from bot.insurance.open_case import CaseKind
from bot.insurance.policy import InsurancePolicy, PolicyStatus
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import Deadlines
from bot.services.ports import UnitOfWork

KIND, NAME = "servicer_left", "业务员离职通知"
RULE = "D-P15"
COLUMNS = ("姓名", "执业登记号", "离职日期")
_NO = "执业登记号"
_ENCODINGS = ("utf-8-sig", "gb18030")
_LONGEST, _MOST_ROWS = 40, 5000  # characters of a cell; rows of a file
_OVER = (PolicyStatus.TERMINATED, PolicyStatus.MATURED, PolicyStatus.SURRENDERED)


class LeaverListError(BotError):
    """The list can't be taken. `data["flaw"]` says why, with the line in the file where it is one's."""

    code = "leaver_list"


@dataclass(frozen=True)
class Leaver:
    """`left_on`: the day on which everything about leaving was done."""

    name: str
    registration_no: str
    left_on: date


@dataclass(frozen=True)
class ImportedLeavers:
    """`told`: new tasks; `known`: policies that had theirs from before; `without`: who served no policy."""

    leavers: int
    told: tuple[str, ...]
    known: int
    without: tuple[str, ...]


def read_leavers(content: bytes, today: date) -> tuple[Leaver, ...]:
    """CSV with the columns 姓名, 执业登记号, 离职日期 (2026-11-23 or 2026/11/23), in UTF-8 with or without its mark or in GB18030.

    Raises LeaverListError with every line that is wrong: nothing of such a list is taken.
    """
    rows = csv.DictReader(io.StringIO(_decoded(content), newline=""))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise LeaverListError(flaw=f"第 1 行：缺少列 {'、'.join(missing)}")
    leavers, flaws, seen = list[Leaver](), list[str](), dict[str, int]()
    for row in rows:
        line = rows.line_num
        if not any(value for value in row.values() if isinstance(value, str) and value.strip()):
            continue
        flaw, leaver = _read(row, today, seen)
        if leaver is None:
            flaws.append(f"第 {line} 行：{flaw}")
        else:
            seen[leaver.registration_no] = line
            leavers.append(leaver)
    if len(leavers) > _MOST_ROWS:
        flaws.append(f"一次最多 {_MOST_ROWS} 人")
    if flaws or not leavers:
        raise LeaverListError(flaw="\n".join(flaws) or "名单是空的")
    return tuple(leavers)


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LeaverListError(flaw="文件编码不认识，请存成 UTF-8 或 GB18030（GBK）的 CSV")


def _read(row: Mapping[str | None, object], today: date, seen: Mapping[str, int]) -> tuple[str, Leaver | None]:
    """What is wrong with it, or whom it names."""
    cells = [row.get(column) for column in COLUMNS]
    name, registration_no, written = (cell.strip() if isinstance(cell, str) else "" for cell in cells)
    if None in row:
        return "比标题多了几格", None
    if not name or len(name) > _LONGEST:
        return "没有姓名，或者太长", None
    if not registration_no.isalnum() or len(registration_no) > _LONGEST:
        return "执业登记号应为字母和数字", None
    if registration_no in seen:
        return f"执业登记号和第 {seen[registration_no]} 行重复", None
    try:
        left_on = date(*(int(part) for part in written.replace("/", "-").split("-")))
    except (TypeError, ValueError):
        return f"离职日期看不懂：{written[:20] or '没有写'}", None
    if left_on > today:
        return "离职日期还没有到", None
    return "", Leaver(name, registration_no, left_on)


def import_leavers(
    work: UnitOfWork, leavers: Sequence[Leaver], deadlines: Deadlines, actor: str, now: datetime
) -> ImportedLeavers:
    """Each policy that they served has nobody now, and the servicing post a task to tell its policyholder. Again it changes nothing; the
    caller commits."""
    told = [
        number
        for leaver in leavers
        for policy in _served(work, leaver)
        if (number := _task(work, policy, leaver, deadlines, actor, now))
    ]
    tasks = Counter(dict(request.fields).get(_NO, "") for request in work.requests.of_kind(KIND))
    known = sum(tasks[leaver.registration_no] for leaver in leavers) - len(told)
    without = [leaver.registration_no for leaver in leavers if not tasks[leaver.registration_no]]
    detail = {"leavers": str(len(leavers)), "told": str(len(told))}
    work.audit.append("leavers.imported", subject="leavers", actor=actor, at=now, detail=detail)
    return ImportedLeavers(len(leavers), tuple(told), known, tuple(without))


def _served(work: UnitOfWork, leaver: Leaver) -> Sequence[InsurancePolicy]:
    return [policy for policy in work.policies.served_by(leaver.registration_no) if policy.status not in _OVER]


def _task(
    work: UnitOfWork, policy: InsurancePolicy, leaver: Leaver, deadlines: Deadlines, actor: str, now: datetime
) -> str:
    """The number of the new task; "" where the policy has its task."""
    work.policies.release_servicer(policy.policy_no)
    key = f"{KIND}:{leaver.registration_no}:{policy.policy_no}:{leaver.left_on.isoformat()}"
    if work.requests.by_key(key):
        return ""
    left = datetime.combine(leaver.left_on, time(), SHANGHAI)
    request = ServiceRequest(
        request_no=work.numbers.next(CaseKind.REQUEST.value, now.date()),
        kind=KIND,
        status=RequestStatus.ACCEPTED,
        policy_no=policy.policy_no,
        applicant_id="",  # nobody asked for it: the post tells the policyholder, and no text of a request goes out
        fields=(
            ("离职人员", leaver.name),
            (_NO, leaver.registration_no),
            ("离职手续办完", leaver.left_on.isoformat()),
            ("要告知", "投保人或被保险人：离职信息、保单状况、以后找谁服务"),
        ),
        papers=(),
        requested_at=now,
        due_on=deadlines.due(RULE, left).internal_due,
        due_rule=RULE,
        post=CaseKind.ENDORSEMENT.post,
        conversation_id="",
        idempotency_key=key,
        alert_on=now.date(),
    )
    work.requests.add(request)
    detail = {"kind": KIND, "key": key}
    work.audit.append("request.made", subject=request.request_no, actor=actor, at=now, detail=detail)
    return request.request_no
