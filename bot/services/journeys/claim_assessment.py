"""An assessed loss (定损) said to its claimant: amount and lines, never as what is paid, and both ways on."""

from __future__ import annotations

from datetime import date

from bot.insurance.assessment import LossAssessment
from bot.insurance.claim import Claim
from bot.services.assess_loss import may_be_assessed, open_assessment
from bot.services.deadlines import speak_date
from bot.services.reply import Choice, choose, intend
from bot.services.speak_money import money

AGREE = "@switch:agree_assessment"


def describe_assessment(claim: Claim, today: date) -> list[str]:
    """Lines for the proved claimant alone; none before there is one and none after the case has gone on."""
    latest = claim.assessment
    if latest is None or not may_be_assessed(claim):
        return []
    title = "重新定损的金额" if len(claim.assessments) > 1 else "定损金额"
    lines = [f"{title} {money(latest.amount)}，是修复损失要花多少钱，不是赔款：\n{item_list(latest)}"]
    lines.append(f"依据：{latest.basis.rstrip('。')}。")
    lines.append(f"{_where_it_stands(latest, today)}赔多少要按条款另外核定，以核定结果为准。")
    return lines


def item_list(assessment: LossAssessment) -> str:
    return "\n".join(f"· {line.item} {money(line.amount)}" for line in assessment.lines)


def _where_it_stands(latest: LossAssessment, today: date) -> str:
    if latest.agreed_at:
        return f"您 {speak_date(latest.agreed_at.date(), today)} 同意了这个定损金额。"
    if latest.disagreed_at:
        return f"您 {speak_date(latest.disagreed_at.date(), today)} 不同意，正由没有经办过的人重新定损。"
    return "同意就点“同意定损金额”；不同意说明理由，由没有经办过的人重新定损。"


def assessment_choices(claim: Claim) -> tuple[Choice, ...]:
    if open_assessment(claim) is None:
        return ()
    disagree = intend("不同意，要求重新定损", "dispute_claim", claim_no=claim.claim_no)
    return (choose("同意定损金额", AGREE), disagree)
