"""Text messages that customers asked for or that the law owes them; each is queued once, whoever looks how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.calendars.clocks import SHANGHAI
from bot.insurance.policy import InsurancePolicy, Role
from bot.insurance.service_request import RequestStatus
from bot.services.advance_request import phone_of
from bot.services.deadlines import Deadlines, speak_date
from bot.services.ports import UnitOfWork
from bot.services.servicing.limits import Limits
from bot.services.speak_money import money

PROGRESS = "进展告知"
# A change of the way to pay whose answer is this asks for the reminder (bot.services.servicing.transactions.change_payment).
_REMINDER = ("change_payment", ("变更项目", "缴费提示"))
_LAPSED_LATELY = timedelta(days=60)  # ten working days are fewer, whatever the holidays


def remind_customers(work: UnitOfWork, now: datetime, deadlines: Deadlines, limits: Limits) -> int:
    """Queue what is owed today; how many were queued."""
    return (
        _premiums(work, now, limits)
        + _lapses(work, now, deadlines)
        + _progress(work, now, deadlines)
        + _benefits(work, now, limits)
        + _papers(work, now, limits)
    )


def _once(work: UnitOfWork, key: str, phone: str, text: str, now: datetime) -> bool:
    """Queue a text unless this key has had its own. `key` starts with the kind of notice and names the matter."""
    if not phone or not work.once.claim(f"notice:{key}", now):
        return False
    work.texts.send(phone, f"【保险客服】{text}", now)
    kind, _, subject = key.partition(":")
    work.audit.append("notice.queued", subject=subject.split(":")[0], actor="clock", at=now, detail={"kind": kind})
    return True


def _premiums(work: UnitOfWork, now: datetime, limits: Limits) -> int:
    """D-P07: who wanted a reminder gets one before the due date, as long as he is the policyholder."""
    kind, wanted = _REMINDER
    today, days, sent = now.date(), timedelta(days=limits.whole("premium.reminder_days")), 0
    for request in work.requests.of_kind(kind):
        if request.status is not RequestStatus.DONE or wanted not in request.fields:
            continue
        policy, party = work.policies.get(request.policy_no), work.parties.get(request.applicant_id)
        if policy is None or party is None or policy.policyholder_id != party.party_id or not policy.status.is_live:
            continue
        due = policy.next_due
        if due and due.due_on - days <= today < due.due_on:
            text = (
                f"{_named(policy)}下一期保费 {money(due.amount)}，{speak_date(due.due_on, today)}应交（{policy.pay_mode}）。"
                "请走官方App、公众号、银行代扣或柜台，不要转给任何个人。"
            )
            sent += _once(work, f"premium:{policy.policy_no}:{due.due_on}", party.phone, text, now)
    return sent


def _lapses(work: UnitOfWork, now: datetime, deadlines: Deadlines) -> int:
    """D-P06: within ten working days of the suspension, what it means and how the effect is restored. Not for groups."""
    today, sent = now.date(), 0
    for policy in work.policies.suspended_since(today - _LAPSED_LATELY):
        since, party = policy.suspended_on, work.parties.get(policy.policyholder_id)
        if since is None or since > today or party is None or policy.group or not policy.line.about_people:
            continue
        if deadlines.due("D-P06", _start_of(since)).internal_due < today:
            continue
        until = policy.reinstatable_until
        text = (
            f"{_named(policy)}因为没有按时交费，从 {speak_date(since, today)} 起效力中止，这段时间没有保障。"
            f"{f'{speak_date(until, today)} 前' if until else '2 年内'}可以申请复效，补交保费和利息；打开在线客服说“复效”就能办。"
        )
        sent += _once(work, f"lapse:{policy.policy_no}:{since}", party.phone, text, now)
    return sent


def _progress(work: UnitOfWork, now: datetime, deadlines: Deadlines) -> int:
    """D-C14 (X-06): on the tenth working day who complains about individual insurance of persons has an answer or hears
    how far it is. Sent a working day early, so that a night without power breaks no limit."""
    today, sent = now.date(), 0
    last = deadlines.calendar.add_working_days(today, 1).date
    for complaint in work.complaints.owed_progress(last):
        due = complaint.statutory_due
        if complaint.progress_is_told or not (due or complaint.is_stopped):
            continue
        by = (
            f"最晚 {speak_date(due, today)} 把结果告诉您"
            if due
            else "正在外部鉴定或评估，这段时间不计入期限，结束后告诉您新的日期"
        )
        text = (
            f"投诉 {complaint.complaint_no} {complaint.stage.zh}，还没有处理完，{by}。"
            "要补充情况，打开在线客服说“补充投诉材料”；您也可以随时拨打 12378。"
        )
        if _once(work, f"progress:{complaint.complaint_no}", complaint.phone, text, now):
            work.complaints.save(replace(complaint, progress_told_at=now, last_notice=PROGRESS, last_notice_at=now))
            sent += 1
    return sent


def _benefits(work: UnitOfWork, now: datetime, limits: Limits) -> int:
    """Whoever a sum is to be paid to hears from when it can be collected, before that day; no amount in a text."""
    today, days, sent = now.date(), timedelta(days=limits.whole("benefit.reminder_days")), 0
    for policy in work.policies.benefits_due(today, today + days):
        if not policy.status.is_live or policy.group or policy.insured_event_on:  # no glad tidings to a mourning house
            continue
        for benefit in policy.benefits:
            if benefit.paid_on or not today <= benefit.due_on <= today + days:
                continue
            of_insured = benefit.payee is Role.INSURED and policy.insured_ids
            party = work.parties.get(policy.insured_ids[0] if of_insured else policy.policyholder_id)
            text = (
                f"{_named(policy)}有一笔{benefit.kind.zh}，{speak_date(benefit.due_on, today)} 起可以领取。"
                "打开在线客服说“领取”就能办，只付到本人名下的账户，不要告诉任何人验证码。"
            )
            key = f"benefit:{policy.policy_no}:{benefit.kind.value}:{benefit.due_on}"
            sent += _once(work, key, party.phone if party else "", text, now)
    return sent


def _papers(work: UnitOfWork, now: datetime, limits: Limits) -> int:
    """Who was asked for papers and sent none is reminded once a request, so that no claim is forgotten at home."""
    days, sent = timedelta(days=limits.whole("claim.papers_reminder_days")), 0
    for claim in work.claims.awaiting_documents():
        asked = claim.steps[-1].at if claim.steps else claim.reported_at
        if not claim.missing_documents or now - asked < days:
            continue
        party = work.parties.get(claim.claimant_party_id) if claim.claimant_party_id else None
        text = (
            f"案件 {claim.claim_no} 还缺 {len(claim.missing_documents)} 样资料，补齐才能接着办。"
            "打开在线客服说“补交资料”，能看到缺哪几样，拍照就能传。"
        )
        phone = party.phone if party else claim.report.reporter_phone
        sent += _once(work, f"papers:{claim.claim_no}:{asked:%Y%m%d}", phone, text, now)
    return sent + _request_papers(work, now, days)


def _request_papers(work: UnitOfWork, now: datetime, days: timedelta) -> int:
    """The same for a request whose post asked for papers: nothing falls due while they are missing."""
    sent = 0
    for request in work.requests.awaiting_papers():
        if not request.asked_for or not request.papers or now - request.last_at < days:
            continue
        text = (
            f"申请 {request.request_no} 还缺 {len(request.papers)} 样材料，补齐才能接着办。"
            f"打开在线客服说“补材料 {request.request_no}”，能看到缺哪几样，拍照就能传。"
        )
        sent += _once(work, f"papers:{request.request_no}:{request.last_at:%Y%m%d}", phone_of(work, request), text, now)
    return sent


def _named(policy: InsurancePolicy) -> str:
    return f"您的{policy.product_name}（保单尾号 {policy.policy_no[-4:]}）"


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
