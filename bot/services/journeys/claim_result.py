"""What a report is made of, what is said when it is registered, and when a person takes it over (F01)."""

from __future__ import annotations

import re

from bot.insurance.claim import Claim, LossReport
from bot.insurance.policy import LineOfBusiness
from bot.services.contingency import plan_for, speak_plan
from bot.services.deadlines import speak_by, speak_date
from bot.services.journeys import claim_slots as slots
from bot.services.journeys.fields import EVENT_AT, show_phone
from bot.services.journeys.journey import Situation

LATE_DAYS = 10
# Customers take the whole bill for granted (E32); sums that are agreed beforehand are paid as agreed.
_NOT_ALL = "赔款按条款核定，免赔额、赔付比例和责任免除会影响金额，不一定是全部损失。"
_BY_SHARES = frozenset(LineOfBusiness) - {LineOfBusiness.LIFE, LineOfBusiness.ANNUITY, LineOfBusiness.CRITICAL_ILLNESS}


def build_report(situation: Situation) -> LossReport:
    """The loss report from the slots; what the customer does not know or did not say stays empty.

    Health details are taken only with consent, wherever the customer mentioned them.
    """
    insured = situation.get(slots.INSURED)
    by_number = bool(re.match(r"^[A-Z]?\d{6,}", insured))
    plate, count = situation.get(slots.PLATE), situation.get(slots.INJURED_COUNT)
    healthy = slots.health_agreed(situation)

    def told(slot: str) -> str:
        value = situation.get(slot)
        return "" if value == slots.NOT_TOLD else value

    return LossReport(
        line=LineOfBusiness(situation.get(slots.LINE) or "liability"),
        event_at=situation.get(EVENT_AT),
        place=situation.get(slots.PLACE),
        cause=situation.get(slots.CAUSE),
        injured=situation.get(slots.INJURED),
        reporter_phone=situation.get(slots.PHONE),
        reporter_name=told(slots.REPORTER),
        policy_no=insured if by_number else "",
        insured_name="" if by_number or insured == "不清楚" else insured,
        plate_no="" if plate == "无" else plate,
        other_party=situation.get(slots.OTHER),
        drivable=situation.get(slots.DRIVABLE),
        hospital=situation.get(slots.HOSPITAL) if healthy else "",
        injured_count=int(count) if count.isdigit() else None,
        police_report=told(slots.POLICE),
        driver_name=told(slots.DRIVER),
        reporter_relation=told(slots.RELATION),
        vehicle_at=told(slots.VEHICLE_AT),
        visit_on=situation.get(slots.VISIT_ON) if healthy else "",
        admitted=situation.get(slots.ADMITTED) if healthy else "",
        spreading=told(slots.SPREADING),
    )


def person_reasons(situation: Situation) -> tuple[str, ...]:
    """Why a person goes on with a registered report (F01 "Human")."""
    event = slots.told_event(situation)
    count = situation.get(slots.INJURED_COUNT)
    reasons = (
        ("盗抢", slots.is_theft(event)),
        ("火灾或爆炸", slots.is_fire(event)),
        ("境外出险", slots.is_abroad(event)),
        (f"出险超过 {LATE_DAYS} 天才报案", slots.days_late(situation) > LATE_DAYS),
        (f"受伤 {count} 人", count.isdigit() and int(count) >= slots.MANY),
    )
    return tuple(reason for reason, holds in reasons if holds)


def done_text(claim: Claim, situation: Situation) -> str:
    """The number, who rings up by when, the dates, what to keep. The same words whether a policy was found or not."""
    line = claim.report.line
    who = "查勘员" if line is LineOfBusiness.MOTOR else "理赔人员"
    lines = [f"报案成功，报案号 {claim.claim_no}。"]
    if claim.contact_by:
        by = speak_by(claim.contact_by, situation.now)
        lines.append(f"{who}会在{by} 前打 {show_phone(claim.report.reporter_phone, situation)} 联系您。")
    lines += ["保单由理赔人员核对（待核单），不影响报案。", _due_text(claim, situation), _to_keep(claim.report)]
    lines += [_NOT_ALL if line in _BY_SHARES else "", _plan_text(claim, situation)]
    lines.append("凭报案号随时可以在这里查进度。")
    return "\n".join(line for line in lines if line)


def _plan_text(claim: Claim, situation: Situation) -> str:
    """What is simplified while a disaster's plan is in force, "" otherwise."""
    report, today = claim.report, situation.now.date()
    plan = plan_for(situation.plans(), line=report.line.value, cause=report.cause, place=report.place, day=today)
    return speak_plan(plan, today) if plan else ""


def supplemented_text(claim: Claim) -> str:
    return f"已补充到报案 {claim.claim_no}，经办的同事会看到。还要补什么，随时在这里说。"


def _due_text(claim: Claim, situation: Situation) -> str:
    """The legal dates (X-16), counted as if the documents were complete today."""
    if claim.due_on is None:
        return ""
    today = situation.now.date()
    longest = speak_date(situation.services.deadlines.due("D-L03", claim.reported_at).internal_due, today)
    if claim.due_rule == "D-L08":
        simple = speak_date(claim.due_on, today)
        return f"资料今天交齐的话，情形简单的 {simple}前（5 个工作日）作出核定，复杂的最晚 {longest}；结果会通知您。"
    if claim.report.line is LineOfBusiness.MOTOR:
        return f"资料今天交齐的话，最晚 {longest}作出核定，其中交强险部分 5 天内；结果会通知您。"
    return f"资料今天交齐的话，最晚 {longest}作出核定，结果会通知您。"


def _to_keep(report: LossReport) -> str:
    if report.line is LineOfBusiness.MOTOR:
        if slots.is_theft(report.cause):
            return "报警回执、全部车钥匙、行驶证和登记证书请先找齐。"
        return "请拍好现场全景、双方车牌和碰撞部位，照片先留着；赔款到账前，不要先答应放弃向对方索赔。"
    if report.line.about_people:
        return "病历、诊断证明、发票和费用清单请都留好。"
    return "请拍好受损的全貌和细部、型号铭牌，东西先别扔；购买凭证和维修发票请都留好。"
