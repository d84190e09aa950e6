"""What a person at the desk does in a dialogue, with the desk's own use cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from bot.bootstrap import build_deadlines
from bot.insurance.complaint_handling import ComplaintMove
from bot.insurance.policy import Servicer
from bot.insurance.service_request import RequestStatus
from bot.insurance.settlement import AmountLine
from bot.insurance.triage import TriageOutcome
from bot.services.advance_request import AdvanceRequest, Surveyor, advance_request
from bot.services.assess_loss import ReleaseAssessment, release_assessment
from bot.services.handle_complaint import DecideComplaint, SendNotice, decide_complaint, send_notice
from bot.services.move_complaint import MoveComplaint, move_complaint
from bot.services.ports import UnitOfWork
from bot.services.triage_complaint import TriageComplaint, triage_complaint
from bot.settings import ROOT
from tests.servicing_talk import filed

_AGENT, _SENIOR, _COLLEAGUE = "desk", "9001", "1002"
_STATUSES = {
    "处理中": RequestStatus.WITH_PERSON,
    "要补材料": RequestStatus.WAITING_FOR_PAPERS,
    "办结": RequestStatus.DONE,
    "不能办": RequestStatus.DECLINED,
}


def desk_does(work: UnitOfWork, conversation_id: str, deed: str, at: datetime) -> None:
    """`deed`: 查勘员：name，phone：note (of the newest request); 重新定损：item amount，…（of the claim of the newest request）; 处理中、办结、不能办：note; 要补材料：papers：note; 换人：name，number，phone; 投诉受理；投诉要补：items：note;
    投诉办理：move：note; 投诉决定：result. It is done to the newest open request or complaint of the conversation."""
    what, *told = deed.split("：")
    done = _DEEDS.get(what)
    if done is None and what not in _STATUSES:
        raise AssertionError(f"坐席不会“{what}”")
    (done or _advance)(work, conversation_id, what, told, at)


def _advance(work: UnitOfWork, conversation_id: str, what: str, told: list[str], at: datetime) -> None:
    *papers, note = told
    command = AdvanceRequest(
        _request(work, conversation_id),
        _STATUSES[what],
        note,
        _AGENT,
        at,
        tuple("、".join(papers).split("、")) if papers else (),
    )
    advance_request(work, command, build_deadlines(ROOT / "data"))


def _replace_servicer(work: UnitOfWork, conversation_id: str, _: str, told: list[str], at: datetime) -> None:
    number, servicer = _request(work, conversation_id), Servicer(*told[0].split("，"))
    command = AdvanceRequest(number, RequestStatus.DONE, "已安排新的服务人员", _AGENT, at, servicer=servicer)
    advance_request(work, command, build_deadlines(ROOT / "data"))


def _name_surveyor(work: UnitOfWork, conversation_id: str, _: str, told: list[str], at: datetime) -> None:
    number, surveyor = _request(work, conversation_id), Surveyor(*told[0].split("，"))
    command = AdvanceRequest(number, RequestStatus.WITH_PERSON, told[1], _AGENT, at, surveyor=surveyor)
    advance_request(work, command, build_deadlines(ROOT / "data"))


def _accept(work: UnitOfWork, conversation_id: str, _: str, __: list[str], at: datetime) -> None:
    number = _complaint(work, conversation_id)
    triage_complaint(work, TriageComplaint(number, TriageOutcome.ACCEPT, "属于消费投诉，受理", _AGENT, at))


def _ask(work: UnitOfWork, conversation_id: str, _: str, told: list[str], at: datetime) -> None:
    told_how = "当面交给投诉人，有签收"
    number, items = _complaint(work, conversation_id), tuple(told[0].split("、"))
    send_notice(work, SendNotice(number, items, told[1], _AGENT, at, told_how))


def _decide(work: UnitOfWork, conversation_id: str, _: str, told: list[str], at: datetime) -> None:
    number = _complaint(work, conversation_id)
    told_how = "当面交给投诉人，有签收"
    decide_complaint(
        work,
        DecideComplaint(number, "经核查情况属实", "投诉办法第十八条", told[0], _AGENT, at, told_how, superior=True),
    )


def _move(work: UnitOfWork, conversation_id: str, _: str, told: list[str], at: datetime) -> None:
    move = next(one for one in ComplaintMove if one.zh == told[0])
    agent, approver = (_SENIOR, True) if move is ComplaintMove.GRANT_MORE else (_AGENT, False)
    number, told_how = _complaint(work, conversation_id), "当面交给投诉人，有签收"
    command = MoveComplaint(number, move, told[1], agent, at, approver, told_how)
    move_complaint(work, command, build_deadlines(ROOT / "data"))


def _assess(work: UnitOfWork, conversation_id: str, _: str, told: list[str], at: datetime) -> None:
    request = work.requests.get(_request(work, conversation_id))
    assert request is not None
    lines = tuple(AmountLine(item, Decimal(amount)) for item, amount in (each.split() for each in told[0].split("，")))
    number = dict(request.fields)["案件"]
    release_assessment(work, ReleaseAssessment(number, lines, "第二家修理厂清单", _COLLEAGUE, at))


def _request(work: UnitOfWork, conversation_id: str) -> str:
    return [one.request_no for one in filed(work, conversation_id) if one.status.is_open][-1]


def _complaint(work: UnitOfWork, conversation_id: str) -> str:
    return work.complaints.of_conversation(conversation_id)[0].complaint_no


_DEEDS: dict[str, Callable[[UnitOfWork, str, str, list[str], datetime], None]] = {
    "查勘员": _name_surveyor,
    "重新定损": _assess,
    "换人": _replace_servicer,
    "投诉受理": _accept,
    "投诉要补": _ask,
    "投诉决定": _decide,
    "投诉办理": _move,
}
