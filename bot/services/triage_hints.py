"""What the record says of the grounds on which a complaint may not be accepted; the officer decides, and is told what the law leaves.

Source: company rules art 15 (the three grounds: not by the consumer or who acts for him, the same within the period, the same after a
decision); 投诉办法2020 art 18 ¶3, ¶4 and art 20 leave the first alone as a ground: the second is merged, the third is verified (X-03).
That a court or an arbitrator has it is no ground of either; who triages has to know it all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintStage
from bot.services.ports import UnitOfWork

_COURT = re.compile(r"法院|起诉|诉讼|判决|裁定|开庭|仲裁|裁决")
_MOST = 5  # earlier complaints that are named


@dataclass(frozen=True)
class TriageHint:
    """`found`: what the record says; `left`: what the law makes of it; `path`, `link`: where the officer sees it, and how that is called."""

    ground: str
    found: str
    left: str
    path: str
    link: str


def triage_hints(work: UnitOfWork, complaint: Complaint, officer: str) -> tuple[TriageHint, ...]:
    """The grounds that something was found for, in the order of company rules art 15. What the officer keeps away from is left out."""
    earlier = [one for one in _of_the_same_person(work, complaint) if not one.bars(officer) and _same(one, complaint)]
    return (*_not_entitled(work, complaint), *_repeated(earlier), *_at_court(complaint))


def _of_the_same_person(work: UnitOfWork, complaint: Complaint) -> tuple[Complaint, ...]:
    found = (*work.complaints.of_party(complaint.complainant_party_id), *work.complaints.of_phone(complaint.phone))
    earlier = {
        one.complaint_no: one
        for one in found
        if one.complaint_no != complaint.complaint_no and one.received_at <= complaint.received_at
    }
    return tuple(sorted(earlier.values(), key=lambda one: one.received_at, reverse=True))


def _same(earlier: Complaint, complaint: Complaint) -> bool:
    """Of the same kind or about the same policy or case, and neither taken back nor a part of another by now."""
    if earlier.stage is ComplaintStage.WITHDRAWN or earlier.merged_into:
        return False
    about = bool(complaint.reference_no) and earlier.reference_no == complaint.reference_no
    return about or earlier.kind == complaint.kind


def _not_entitled(work: UnitOfWork, complaint: Complaint) -> Iterator[TriageHint]:
    ground = "不是本人或受托人提出（第十五条第一项）"
    files = work.files.of_matter(complaint.complaint_no)
    path, link = ("#files", f"收到的材料 {len(files)} 份") if files else ("#papers", "还没有收到材料")
    if complaint.role is not ComplainantRole.SELF:
        found = f"以{complaint.role.zh}身份提出，要看{complaint.role.papers}"
        left = "证明不了的可以不予办理，要告知；能补的先通知补充（投诉办法第十四条、第十八条第四款）"
        yield TriageHint(ground, found, left, path, link)
    elif not complaint.complainant_party_id:
        left = "没有核验不等于不是本人：先核对身份或通知补充（投诉办法第十三条）"
        yield TriageHint(ground, "投诉人没有核验过身份", left, path, link)


def _repeated(earlier: list[Complaint]) -> Iterator[TriageHint]:
    for one in earlier[:_MOST]:
        path = f"/desk/cases/{one.complaint_no}"
        if one.is_open:
            left = "没有新的事实可以合并处理，有新的事实合并后重新计算期限，不能不办（投诉办法第十八条第三款）"
            yield TriageHint("处理期限内再次提出（第十五条第二项）", f"{one.stage.zh}", left, path, one.complaint_no)
        elif one.decisions:
            left = "没有新的事实走核查，有新的事实照常受理，不能不办（投诉办法第二十条）"
            yield TriageHint("已有处理决定又提出（第十五条第三项）", "已作出处理决定", left, path, one.complaint_no)


def _at_court(complaint: Complaint) -> Iterator[TriageHint]:
    said = _COURT.findall("\n".join((complaint.facts, complaint.request, *complaint.supplements)))
    if said:
        words = "、".join(dict.fromkeys(said))
        left = "提到不等于已经起诉；打官司、仲裁不是不予受理的理由，先问清到了哪一步，有生效裁判的照裁判办"
        yield TriageHint("可能已在诉讼、仲裁", f"投诉内容里写到：{words}", left, "#told", "投诉内容")
