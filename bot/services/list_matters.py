"""What a customer has filed, in one list: claims, complaints, beneficiary changes, requests, each with what comes next."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.insurance.claim import Claim
from bot.insurance.complaint import Complaint
from bot.insurance.endorsement import BeneficiaryChange
from bot.insurance.identity import LOCK_AFTER_FAILURES, LOCK_TIME
from bot.insurance.party import Party
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.deadlines import speak_date
from bot.services.elsewhere import CHANGE, CHANNELS, CLAIM, COMPLAINT
from bot.services.ports import UnitOfWork
from bot.services.verify_identity import current_identity

_TITLE = re.compile(r"(?:先生|女士|师傅|小姐)$")
WAYS_ON = "不同意可以在在线客服里说“我要投诉”，也可以拨打 12378。"
# How each kind of request is called in the list; a kind without a name is "业务申请".
REQUEST_NAMES = {
    "account_help": "账号问题",
    "agree_assessment": "同意定损金额",
    "agree_settlement": "同意核定金额",
    "bad_rating": "不满意的评价",
    "book_survey": "约查勘",
    "cancel_claim": "撤案",
    "cancel_loss_report": "解除挂失",
    "change_benefit_account": "改领钱的账户",
    "change_contact": "改联系方式",
    "change_contract": "改合同",
    "change_payment": "改缴费方式",
    "change_personal_data": "改客户资料",
    "change_policyholder": "换投保人",
    "change_servicer": "换服务人员",
    "claim_paper": "下载核定结果说明",
    "claim_payee": "登记赔款账户",
    "collect_benefit": "领取生存金或满期金",
    "dispute_claim": "理赔复核",
    "follow_up_problem": "回访问题",
    "give_feedback": "表扬或建议",
    "hand_in_papers": "补交材料",
    "message_handler": "给经办人的留言",
    "move_callback": "改预约回电",
    "policy_loan": "保单贷款",
    "privacy_request": "个人信息的请求",
    "reinstate_policy": "复效",
    "reissue_policy": "补发保单",
    "report_misconduct": "举报",
    "request_callback": "回电",
    "request_e_policy": "电子保单",
    "request_invoice": "发票",
    "request_roadside_service": "救援或代驾",
    "stop_marketing": "停止营销联系",
    "supplement_claim": "补交理赔资料",
    "surrender_policy": "退保",
}


@dataclass(frozen=True)
class Matter:
    """One thing under way or done. `due`: the day it is to be finished by, None where there is none. `note`: what its post
    wrote last; `missing`: papers that are still to be handed in; `hidden`: there is more for who proves to be
    its applicant. `declined`: then ways on are owed. `kind`: CLAIM, COMPLAINT, CHANGE or that of a request.
    `conversation_id`: where it was made, `channel`: by which channel (a key of CHANNELS), `way`: that in Chinese; ""
    where it is not known. `restricted`: of a report of wrongdoing, which at the desk compliance alone sees."""

    number: str
    what: str
    stage: str
    last_at: datetime
    due: date | None
    note: str = ""
    missing: tuple[str, ...] = ()
    declined: bool = False
    hidden: bool = False
    kind: str = ""
    conversation_id: str = ""
    channel: str = ""
    way: str = ""
    restricted: bool = False

    def spoken(self, today: date) -> str:
        made = f"（{self.way}办的）" if self.way else ""
        line = f"· {self.what} {self.number}{made}：{self.stage}，最近一次动作 {speak_date(self.last_at.date(), today)}"
        return (
            line
            + (f"，最晚 {speak_date(self.due, today)} 有结果。" if self.due else "。")
            + (f"还缺 {len(self.missing)} 样材料。" if self.missing else "")
        )

    def in_full(self, today: date) -> str:
        """As `spoken`, with the note and the list of what is missing."""
        lines = [replace(self, missing=()).spoken(today).removeprefix("· ")]
        if self.note:
            lines.append(f"说明：{self.note.rstrip('。')}。")
        if self.missing:
            listed = "\n".join(f"· {paper}" for paper in self.missing)
            lines.append(f"还缺 {len(self.missing)} 样：\n{listed}\n在这里就能传，说“补材料 {self.number}”。")
        if self.hidden:
            lines.append("说明和要补的材料，核对身份后看得到。")
        if self.declined:
            lines.append(WAYS_ON)
        return "\n".join(lines)


def own_matters(work: UnitOfWork, conversation_id: str, now: datetime) -> tuple[Matter, ...]:
    """Everything filed in this conversation and by whoever is proved in it, newest first.

    At L2 also what was reported or complained of by the phone that was proved with it: on another channel most people
    leave a phone and prove nothing.
    """
    identity = current_identity(work, conversation_id, now)
    party = identity.party
    only_reported: set[str] = set()
    claims = [*work.claims.of_conversation(conversation_id)]
    complaints = [*work.complaints.of_conversation(conversation_id)]
    changes = [*work.endorsements.of_conversation(conversation_id)]
    requests = [*work.requests.of_conversation(conversation_id)]
    if party:
        claims += work.claims.of_party(party.party_id)
        complaints += work.complaints.of_party(party.party_id)
        complaints += _left_by_phone(work.complaints.of_phone(identity.phone), party, work)
        by_phone = work.claims.of_phone(identity.phone)
        only_reported = {each.claim_no for each in by_phone} - {each.claim_no for each in claims}
        claims += by_phone
        requests += work.requests.of_party(party.party_id)
        for policy in work.policies.naming(party.party_id):
            of_policy = work.endorsements.of_policy(policy.policy_no)
            changes += [change for change in of_policy if change.applicant_id == party.party_id]
    found = {each.number: each for each in (*_claims(claims), *_complaints(complaints), *_changes(changes))}
    found |= {number: replace(found[number], due=None) for number in only_reported}  # a reporter sees the stage (F02)
    found |= {each.request_no: request_matter(each, party.party_id if party else "") for each in requests}
    channels = work.channels.of({each.conversation_id for each in found.values()})
    named = (_with_channel(each, channels, conversation_id) for each in found.values())
    return tuple(sorted(named, key=lambda each: each.last_at, reverse=True))


def _left_by_phone(complaints: Iterable[Complaint], party: Party, work: UnitOfWork) -> Iterable[Complaint]:
    """Those of this person, as far as is known: nobody else is registered with the phone, or named as who complains. One without
    a name counts: whoever proved the phone and himself made it, or somebody of his house with his phone in the hand."""
    if len(work.parties.with_phone(party.phone)) > 1:
        return
    for each in complaints:
        called = _TITLE.sub("", each.complainant_name)
        if not each.complainant_party_id and party.name.startswith(called):
            yield each


def _with_channel(matter: Matter, channels: Mapping[str, str], here: str) -> Matter:
    """What was made right here needs no way."""
    channel = channels.get(matter.conversation_id, "")
    if matter.conversation_id == here:
        return replace(matter, channel=channel)
    return replace(matter, channel=channel, way=CHANNELS[channel] + "里" if channel in CHANNELS else matter.way)


def request_matter(request: ServiceRequest, party_id: str = "") -> Matter:
    """`party_id` is who is proved. What the post wrote is for the applicant, not for whoever sits at his screen later; of a
    request without one (a phone alone, a report) the number is all there is to know."""
    what = REQUEST_NAMES.get(request.kind, "业务申请")
    running, known = request.status.is_open, request.applicant_id in ("", party_id)
    return Matter(
        number=request.request_no,
        what=what,
        stage=request.status.zh,
        last_at=request.last_at,
        due=request.due_on if running else None,
        note=request.steps[-1].note if request.steps and known else "",
        missing=request.papers if running and known else (),
        hidden=bool(request.steps) and not known,
        declined=request.status is RequestStatus.DECLINED,
        kind=request.kind,
        conversation_id=request.conversation_id,
        restricted=request.restricted,
    )


def _claims(claims: Iterable[Claim]) -> Iterable[Matter]:
    for claim in claims:
        last = claim.steps[-1].at if claim.steps else claim.reported_at
        yield Matter(
            claim.claim_no,
            "理赔",
            claim.stage.zh,
            last,
            claim.due_on,
            kind=CLAIM,
            conversation_id=claim.conversation_id,
        )


def _complaints(complaints: Iterable[Complaint]) -> Iterable[Matter]:
    for item in complaints:
        way = "" if item.conversation_id else item.channel.zh
        yield Matter(
            item.complaint_no, "投诉", item.stage.zh, item.received_at, item.statutory_due if item.is_open else None,
            kind=COMPLAINT, conversation_id=item.conversation_id, way=way,
        )  # fmt: skip


def _changes(changes: Iterable[BeneficiaryChange]) -> Iterable[Matter]:
    for change in changes:
        yield Matter(
            change.endorsement_no, "受益人变更", change.status.zh, change.requested_at, change.finish_by,
            kind=CHANGE, conversation_id=change.conversation_id,
        )  # fmt: skip


def inquiry_code(request_no: str, pepper: str) -> str:
    """Eight digits that let a reporter ask again and add to it: nothing else need tie the report to a person."""
    digest = hmac.new(pepper.encode(), f"inquiry:{request_no}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"


def is_inquiry_code(request_no: str, code: str, pepper: str) -> bool:
    return hmac.compare_digest(code.encode(), inquiry_code(request_no, pepper).encode())


def open_by_code(work: UnitOfWork, request_no: str, code: str, now: datetime, pepper: str) -> ServiceRequest | None:
    """The restricted request of this number and code; wrong codes are counted and lock it like wrong passwords.

    The caller commits.
    """
    subject = f"inquiry:{request_no}"
    if work.identities.failures(subject, now - LOCK_TIME) >= LOCK_AFTER_FAILURES:
        return None
    request = work.requests.get(request_no)
    if request and request.restricted and is_inquiry_code(request_no, code, pepper):
        return request
    work.identities.add_failure((subject,), now)
    return None
