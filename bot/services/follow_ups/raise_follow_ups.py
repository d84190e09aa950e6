"""The daily sweep's part: which follow-ups are owed, who is written to, and when a person calls instead (G08; D-V01).

A first text says how to answer; a second follows; the third try is a call. Whoever is of age, or whose cooling-off period
is nearly over, is called before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.calendars.months import add_months
from bot.insurance.claim import Claim, ClaimStage
from bot.insurance.follow_up import FollowUp, FollowUpKind, FollowUpState
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.services.bad_rating import BAD_RATING
from bot.services.deadlines import Deadlines, speak_date
from bot.services.follow_ups.problem_ticket import PROBLEM
from bot.services.follow_ups.subject import named
from bot.services.ports import UnitOfWork
from bot.services.servicing.limits import Limits

PREFIX, COOLING_OFF, DAYS = "R", "D-V01", "follow_up.days"
_NEWEST = timedelta(days=31)  # no cooling-off period is longer
# Opinions about opinions are asked of nobody.
_NOT_ASKED_ABOUT = frozenset({PROBLEM, BAD_RATING, "give_feedback", "message_handler"})
_SOLD_BY_NOBODY = ("官网", "互联网", "线上", "App")


@dataclass(frozen=True)
class Swept:
    """How many were raised and how many texts were queued."""

    raised: int
    texts: int


@dataclass(frozen=True)
class _Event:
    """What asks for a follow-up; `party_id` "" where the complainant left a phone and no proof. `text` says what happened."""

    kind: FollowUpKind
    subject: str
    party_id: str
    text: str
    institution: str
    due: date | None = None  # the company's own days, when None


def sweep_follow_ups(work: UnitOfWork, now: datetime, deadlines: Deadlines, limits: Limits) -> Swept:
    """Run again on the same day it changes nothing; the caller commits."""
    rules = _Sweeping(work, now, deadlines, limits)
    raised = [made for event in rules.events() if (made := rules.raise_one(event))]
    chased = sum(rules.chase(each) for each in work.follow_ups.open())
    return Swept(len(raised), chased + sum(each.tries for each in raised))


@dataclass(frozen=True)
class _Sweeping:
    work: UnitOfWork
    now: datetime
    deadlines: Deadlines
    limits: Limits

    @property
    def today(self) -> date:
        return self.now.date()

    # -- what is owed --------------------------------------------------------------------------------------------------

    def events(self) -> Iterator[_Event]:
        since = self.now - timedelta(days=self.limits.whole("follow_up.look_back_days"))
        for policy in self.work.policies.begun_since(self.today - _NEWEST):
            yield from self._of_policy(policy, since.date())
        for claim in self.work.claims.stepped_since(since):
            yield from _of_claim(claim, since)
        for complaint in self.work.complaints.decided_since(since):
            if not complaint.is_open:
                text = f"投诉 {complaint.complaint_no} 的决定已经告诉您了。"
                party = complaint.complainant_party_id
                yield _Event(FollowUpKind.COMPLAINT_CLOSED, complaint.complaint_no, party, text, complaint.institution)
        for request in self.work.requests.stepped_since(since):
            if _is_finished(request, since):
                text = f"申请 {request.request_no} 已经办结。"
                about = (request.request_no, request.applicant_id, text, request.institution)
                yield _Event(FollowUpKind.REQUEST_DONE, *about)

    def _of_policy(self, policy: InsurancePolicy, since: date) -> Iterator[_Event]:
        if policy.group or not policy.line.about_people or policy.effective_on > self.today:
            return
        until, about = policy.cooling_off_until, (policy.policy_no, policy.policyholder_id)
        if _is_long(policy):  # art 15: of more than one year, inside the cooling-off period
            if until and until >= self.today:
                text = f"您的{named(policy)}已经生效，犹豫期到 {speak_date(until, self.today)}。按规定要请您本人确认几件事。"
                yield _Event(FollowUpKind.NEW_POLICY, *about, text, policy.institution, until)
        elif policy.effective_on >= since and not any(word in policy.channel for word in _SOLD_BY_NOBODY):
            text = f"您的{named(policy)}已经生效。想请您本人确认几件事。"
            yield _Event(FollowUpKind.SALES_CHECK, *about, text, policy.institution)

    # -- raising and chasing -------------------------------------------------------------------------------------------

    def raise_one(self, event: _Event) -> FollowUp | None:
        """None when it was raised before, or when this customer was asked for his opinion lately."""
        if self.work.follow_ups.of_subject(event.kind, event.subject):
            return None
        party = self.work.parties.get(event.party_id) if event.party_id else None
        if party is None and event.kind is not FollowUpKind.COMPLAINT_CLOSED:  # whose phone is on the complaint itself
            return None
        if party and (party.is_organisation or (event.kind.only_opinion and self._asked_lately(party))):
            return None
        own_days = self.deadlines.calendar.add_working_days(self.today, self.limits.whole(DAYS)).date
        made = FollowUp(
            number=self.work.numbers.next(PREFIX, self.today),
            kind=event.kind,
            subject=event.subject,
            party_id=party.party_id if party else "",
            state=FollowUpState.WAITING,
            raised_at=self.now,
            due=event.due or own_days,
            due_rule=COOLING_OFF if event.due else DAYS,
            institution=event.institution,
        )
        if not self.work.follow_ups.add(made):
            return None
        self._record("follow_up.raised", made)
        made = self._write_to(made, party, event.text) if party and party.phone else made
        if not made.tries or (party and self._prefers_a_call(party)) or self._is_nearly_over(made):
            made = replace(made, call_by=self._call_by(made))
        self.work.follow_ups.save(made)
        return made

    def chase(self, follow_up: FollowUp) -> int:
        """How many texts were queued for one that is open: 0 or 1."""
        if self._is_moot(follow_up):
            changed = replace(follow_up, state=FollowUpState.CALLED_OFF, finished_at=self.now)
            self._record("follow_up.called_off", changed)
            self.work.follow_ups.save(changed)
            return 0
        if follow_up.call_by:
            return 0
        last = follow_up.answers[-1].at if follow_up.answers else follow_up.last_try_at
        rested = last is None or self.now - last >= timedelta(days=self.limits.whole("follow_up.retry_days"))
        if self._is_nearly_over(follow_up) or (rested and follow_up.tries + 1 >= self.limits.whole("follow_up.tries")):
            changed = replace(follow_up, call_by=self._call_by(follow_up))
            self._record("follow_up.to_call", changed)
            self.work.follow_ups.save(changed)
            return 0
        if not rested:
            return 0
        party = self.work.parties.get(follow_up.party_id)
        changed = self._write_to(follow_up, party, f"您还有一份{follow_up.kind.zh}没有答完。") if party else follow_up
        self.work.follow_ups.save(changed)
        return changed.tries - follow_up.tries

    def _write_to(self, follow_up: FollowUp, party: Party, what: str) -> FollowUp:
        by = speak_date(follow_up.due, self.today)
        text = (
            f"【保险客服】{what}一两分钟：{by} 前打开在线客服说“回访 {follow_up.number}”，核对身份后就能答，"
            "也可以约我们打电话。不推销，不会让您转账。"
        )
        self.work.texts.send(party.phone, text, self.now)
        changed = replace(follow_up, state=FollowUpState.SENT, tries=follow_up.tries + 1, last_try_at=self.now)
        self._record("follow_up.sent", changed)
        return changed

    def _asked_lately(self, party: Party) -> bool:
        rest = timedelta(days=self.limits.whole("follow_up.rest_days"))
        return any(self.now - each.raised_at < rest for each in self.work.follow_ups.of_party(party.party_id))

    def _prefers_a_call(self, party: Party) -> bool:
        age = party.age_on(self.today)
        return age is not None and age >= self.limits.whole("follow_up.call_age")

    def _is_nearly_over(self, follow_up: FollowUp) -> bool:
        left = timedelta(days=self.limits.whole("follow_up.alert_days"))
        return follow_up.kind is FollowUpKind.NEW_POLICY and follow_up.due - self.today <= left

    def _is_moot(self, follow_up: FollowUp) -> bool:
        policy = self.work.policies.get(follow_up.subject) if follow_up.kind.about_policy else None
        return policy is not None and not policy.status.is_live

    def _call_by(self, follow_up: FollowUp) -> date:
        soon = self.deadlines.calendar.add_working_days(self.today, self.limits.whole("follow_up.call_days")).date
        return max(self.today, min(soon, follow_up.due))

    def _record(self, event: str, follow_up: FollowUp) -> None:
        detail = {"kind": follow_up.kind.value, "subject": follow_up.subject, "tries": str(follow_up.tries)}
        self.work.audit.append(event, subject=follow_up.number, actor="clock", at=self.now, detail=detail)


def _is_long(policy: InsurancePolicy) -> bool:
    """Of more than one year: one of a year to the day is not."""
    return policy.expires_on is None or policy.expires_on >= add_months(policy.effective_on, 12)


def _of_claim(claim: Claim, since: datetime) -> Iterator[_Event]:
    """A closed case is asked about as a whole, one that goes on about its survey."""
    if claim.stage in (ClaimStage.CLOSED, ClaimStage.DENIED):
        text = f"案件 {claim.claim_no} 已经办完。"
        yield _Event(FollowUpKind.CLAIM_CLOSED, claim.claim_no, claim.claimant_party_id, text, claim.institution)
        return
    surveyed = any(
        before.stage is ClaimStage.SURVEYING and after.stage is not ClaimStage.SURVEYING and after.at >= since
        for before, after in zip(claim.steps, claim.steps[1:], strict=False)
    )
    if surveyed and not claim.is_over and claim.claimant_party_id:
        text = f"案件 {claim.claim_no} 已经查勘。"
        yield _Event(FollowUpKind.CLAIM_SURVEY, claim.claim_no, claim.claimant_party_id, text, claim.institution)


def _is_finished(request: ServiceRequest, since: datetime) -> bool:
    """By a post, lately, for somebody who can be asked."""
    last = request.steps[-1]
    by_post = last.status is RequestStatus.DONE and last.by.startswith("agent:") and last.at >= since
    known = bool(request.applicant_id) and not request.restricted
    return by_post and known and request.kind not in _NOT_ASKED_ABOUT
