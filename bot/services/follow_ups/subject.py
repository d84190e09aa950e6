"""What a follow-up is about, as its questions say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.insurance.claim import ClaimStage
from bot.insurance.follow_up import FollowUp, FollowUpKind
from bot.insurance.policy import InsurancePolicy
from bot.services.deadlines import speak_date
from bot.services.ports import UnitOfWork

INSTALMENTS, PAID = "instalments", "paid"


@dataclass(frozen=True)
class Subject:
    """`places` fill the braces of the questions, `facts` decide which of them are asked."""

    name: str
    places: Mapping[str, str]
    facts: frozenset[str]
    cooling_off_until: date | None = None

    def fill(self, text: str) -> str:
        return text.format_map(self.places)


def subject_of(work: UnitOfWork, follow_up: FollowUp, today: date) -> Subject:
    policy = work.policies.get(follow_up.subject) if follow_up.kind.about_policy else None
    if policy is not None:
        return _of_policy(policy, today)
    places = {"subject": follow_up.subject}
    claim = work.claims.get(follow_up.subject) if follow_up.kind is FollowUpKind.CLAIM_CLOSED else None
    paid = claim is not None and claim.stage is ClaimStage.CLOSED
    return Subject(follow_up.subject, places, frozenset({PAID}) if paid else frozenset())


def named(policy: InsurancePolicy) -> str:
    return f"{policy.product_name}（保单尾号 {policy.policy_no[-4:]}）"


def _of_policy(policy: InsurancePolicy, today: date) -> Subject:
    until, ends, count = policy.cooling_off_until, policy.expires_on, len(policy.instalments)
    places = {
        "subject": named(policy),
        "product": policy.product_name,
        "until": speak_date(until, today) if until else "合同写的那天",
        "term": f"保到 {speak_date(ends, today)}" if ends else "保到终身",
        "pay_mode": policy.pay_mode,
        "payments": f"一共交 {count} 期",
    }
    facts = frozenset({INSTALMENTS}) if count > 1 else frozenset()
    return Subject(named(policy), places, facts, until)
