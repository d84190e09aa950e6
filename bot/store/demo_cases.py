"""Claims in every stage and a few complaints for the demo portfolio."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bot.calendars.working_days import HolidayCalendar
from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.complaint import Complaint, ComplaintClocks, ComplaintStage
from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.party import Party
from bot.insurance.policy import InsurancePolicy, LineOfBusiness
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.store.demo_policies import FIRST_UNNAMED
from bot.store.schema import SHANGHAI

CONVERSATION = "demo"  # no customer's conversation has this id
NextNumber = Callable[[str, date], str]

_POSTS = {
    ClaimStage.REPORTED: "报案受理岗",
    ClaimStage.AWAITING_REGISTRATION: "立案岗",
    ClaimStage.REGISTERED: "立案岗",
    ClaimStage.SURVEYING: "查勘岗",
    ClaimStage.ASSESSING: "定损岗",
    ClaimStage.REVIEWING_LOSS: "核损岗",
    ClaimStage.AWAITING_DOCUMENTS: "资料审核岗",
    ClaimStage.ADJUDICATING: "理算核赔岗",
    ClaimStage.DECIDED: "理算核赔岗",
    ClaimStage.AWAITING_AGREEMENT: "理算核赔岗",
    ClaimStage.PAYING: "支付岗",
    ClaimStage.CLOSED: "支付岗",
    ClaimStage.DENIED: "理算核赔岗",
    ClaimStage.WITHDRAWN: "报案受理岗",
}
_START = (ClaimStage.REPORTED, ClaimStage.AWAITING_REGISTRATION, ClaimStage.REGISTERED)
_TO_DECISION = (*_START, ClaimStage.ADJUDICATING, ClaimStage.DECIDED)
_MOTOR_TO_DECISION = (
    *_START, ClaimStage.SURVEYING, ClaimStage.ASSESSING, ClaimStage.REVIEWING_LOSS, ClaimStage.ADJUDICATING,
    ClaimStage.DECIDED,
)  # fmt: skip


@dataclass(frozen=True)
class ClaimSpec:
    """One demo claim: its way so far (the last stage is the present one), how long ago, what is due in how many days."""

    line: LineOfBusiness
    path: tuple[ClaimStage, ...]
    days_ago: int
    cause: str
    due_in: int | None = None
    due_rule: str = ""
    missing: tuple[str, ...] = ()
    policy_no: str = ""
    outcome: tuple[Decision, str, str, tuple[tuple[str, str], ...]] | None = None  # clause, reason, items with yuan


_MOTOR, _HEALTH, _ACCIDENT = LineOfBusiness.MOTOR, LineOfBusiness.HEALTH, LineOfBusiness.ACCIDENT
_REPAIR = (
    Decision.PART,
    "车损险条款：绝对免赔额",
    "合同约定了免赔额",
    (("后保险杠和喷漆", "2600"), ("免赔额", "-500")),
)
_TREATMENT = (Decision.PAY, "医疗费用补偿条款：保险责任", "", (("合理医疗费用", "8420.50"),))
_NOT_ACCIDENTAL = (Decision.DENY, "团体意外险条款：意外伤害的定义", "提交的材料没有显示外来的、突发的意外", ())
_CLAIMS = (
    ClaimSpec(_HEALTH, _TO_DECISION[:4], 12, "急性阑尾炎住院手术，7 天后出院", 18, "D-L03", policy_no="P2026000901"),
    ClaimSpec(
        _ACCIDENT,
        (*_START, ClaimStage.AWAITING_DOCUMENTS),
        6,
        "下楼梯踩空，右脚踝骨折",
        24,
        "D-L03",
        ("门诊病历（含首诊）", "医疗费用发票原件", "意外事故经过说明"),
        "P2026000902",
    ),
    ClaimSpec(_MOTOR, _START[:1], 0, "路口左转时与直行车辆擦碰", 30, "D-L03"),
    ClaimSpec(_HEALTH, _START[:2], 1, "肺炎住院", 5, "D-L08"),
    ClaimSpec(LineOfBusiness.PROPERTY, _START, 3, "厨房水管爆裂，地板和橱柜被泡", 27, "D-L03"),
    ClaimSpec(_MOTOR, _MOTOR_TO_DECISION[:4], 2, "停车时刮到立柱，右后门受损", 28, "D-L03"),
    ClaimSpec(_MOTOR, _MOTOR_TO_DECISION[:5], 5, "高速追尾前车，前保险杠和大灯损坏", 25, "D-L03"),
    ClaimSpec(_MOTOR, _MOTOR_TO_DECISION[:6], 7, "倒车碰到石墩，后保险杠破裂", 23, "D-L03"),
    ClaimSpec(
        LineOfBusiness.TRAVEL,
        (*_START, ClaimStage.AWAITING_DOCUMENTS),
        9,
        "境外托运行李丢失",
        21,
        "D-L03",
        ("航空公司行李事故记录", "登机牌", "丢失物品清单和购置凭证"),
    ),
    ClaimSpec(LineOfBusiness.CRITICAL_ILLNESS, _TO_DECISION[:4], 14, "确诊甲状腺恶性肿瘤", 16, "D-L03"),
    ClaimSpec(_MOTOR, _MOTOR_TO_DECISION, 11, "对方变道碰撞，左前翼子板受损", 10, "D-L05"),
    ClaimSpec(
        _MOTOR,
        (*_MOTOR_TO_DECISION, ClaimStage.AWAITING_AGREEMENT),
        20,
        "倒车碰到花坛，后杠和尾灯损坏",
        policy_no="P2026000101",
        outcome=_REPAIR,
    ),
    ClaimSpec(
        _HEALTH,
        (*_TO_DECISION, ClaimStage.AWAITING_AGREEMENT, ClaimStage.PAYING),
        24,
        "胆囊结石手术住院",
        4,
        "D-L05",
        outcome=_TREATMENT,
    ),
    ClaimSpec(
        _MOTOR,
        (*_MOTOR_TO_DECISION, ClaimStage.AWAITING_AGREEMENT, ClaimStage.PAYING, ClaimStage.CLOSED),
        60,
        "倒车时碰到护栏",
        outcome=_REPAIR,
    ),
    ClaimSpec(
        LineOfBusiness.GROUP,
        (*_TO_DECISION, ClaimStage.DENIED),
        45,
        "上班途中头晕不适就诊",
        policy_no="P2026000601",
        outcome=_NOT_ACCIDENTAL,
    ),
    ClaimSpec(LineOfBusiness.LIABILITY, (*_START, ClaimStage.WITHDRAWN), 30, "仓库员工搬货时扭伤腰部"),
)


def demo_claims(
    policies: Sequence[InsurancePolicy], people: dict[str, Party], today: date, next_number: NextNumber
) -> list[Claim]:
    """One claim in each stage; the first two and the denied one belong to named customers."""
    used: set[str] = set()
    claims = []
    for index, spec in enumerate(_CLAIMS, 1):
        policy = _policy_for(spec, policies, used)
        claims.append(_claim(f"demo:claim:{index}", spec, policy, people, today, next_number))
    return claims


def _policy_for(spec: ClaimSpec, policies: Sequence[InsurancePolicy], used: set[str]) -> InsurancePolicy:
    """The one named, or the next live one of the line that belongs to no named customer."""
    for policy in policies:
        named = int(policy.policy_no[5:]) < FIRST_UNNAMED
        free = policy.line is spec.line and policy.status.is_live and not named and policy.policy_no not in used
        if policy.policy_no == spec.policy_no or (free and not spec.policy_no):
            used.add(policy.policy_no)
            return policy
    raise LookupError(spec.line.value)


def _claim(
    key: str, spec: ClaimSpec, policy: InsurancePolicy, people: dict[str, Party], today: date, next_number: NextNumber
) -> Claim:
    reported_at = _moment(today - timedelta(days=spec.days_ago), 9)
    insured = people[policy.insured_ids[0]]
    report = LossReport(
        line=spec.line,
        event_at=(reported_at - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        place=insured.address[:6],
        cause=spec.cause,
        injured="有" if spec.line.about_people else "无",
        reporter_phone=insured.phone,
        reporter_name=insured.name,
        policy_no=policy.policy_no,
        plate_no=policy.plate_no,
        insured_name=insured.name,
        drivable="是" if policy.plate_no else "",
    )
    return Claim(
        claim_no=next_number("C", reported_at.date()),
        report=report,
        stage=spec.path[-1],
        reported_at=reported_at,
        matched=True,
        conversation_id=CONVERSATION,
        idempotency_key=key,
        steps=_steps(spec, reported_at),
        due_on=None if spec.due_in is None else today + timedelta(days=spec.due_in),
        due_rule=spec.due_rule,
        missing_documents=spec.missing,
        claimant_party_id=insured.party_id,
        settlement=_settlement(spec, reported_at, today),
        institution=policy.institution,
    )


def _settlement(spec: ClaimSpec, reported_at: datetime, today: date) -> Settlement | None:
    if spec.outcome is None:
        return None
    decision, clause, reason, items = spec.outcome
    at = {step.stage: step.at for step in _steps(spec, reported_at)}
    agreed, denied, closed = (at.get(s) for s in (ClaimStage.PAYING, ClaimStage.DENIED, ClaimStage.CLOSED))
    return Settlement(
        decision,
        tuple(AmountLine(item, Decimal(yuan)) for item, yuan in items),
        clause,
        reason,
        decided_at=at[ClaimStage.DECIDED],
        decided_by="agent:desk",
        notice_on=denied.date() if denied else None,
        agreed_at=agreed,
        pay_by=today + timedelta(days=spec.due_in) if agreed and spec.due_in is not None else None,
        paid_on=closed.date() if closed else None,
    )


def _steps(spec: ClaimSpec, reported_at: datetime) -> tuple[ClaimStep, ...]:
    """Evenly spread between the report and the day it is seen."""
    gap = timedelta(days=spec.days_ago) / len(spec.path)
    return tuple(
        ClaimStep(stage, reported_at + gap * place, _POSTS[stage], stage.zh) for place, stage in enumerate(spec.path)
    )


# kind, severity, facts, request, stage, days ago, policy, complainant
_COMPLAINTS = (
    (
        "premium", 2, "重疾险交费期到了没有收到任何短信或电话提醒，后来才发现保单已经中止，希望说明原因并恢复效力。",
        "说明为什么没有提醒，协助复效", ComplaintStage.INVESTIGATING, 5, "P2021000701", "CU000007",
    ),
    (
        "claims", 1, "车辆定损后一直没有人联系，打电话让我继续等。", "告知定损结果和付款日期",
        ComplaintStage.ACCEPTED, 3, "", "CU000015",
    ),
    (
        "sales", 3, "销售人员说是存款，交了三年才知道是保险，要求核实销售过程。", "核实销售过程，全额退还保费",
        ComplaintStage.NEGOTIATING, 12, "", "CU000021",
    ),
    ("attitude", 1, "柜面排队一小时，工作人员态度不耐烦。", "道歉", ComplaintStage.CLOSED, 40, "", "CU000033"),
    (
        "policy_servicing", 1, "变更地址的申请提交后没有回音。", "尽快办理并告知结果",
        ComplaintStage.AWAITING_SUPPLEMENT, 2, "", "CU000044",
    ),
)  # fmt: skip


def demo_complaints(
    policies: Sequence[InsurancePolicy], people: dict[str, Party], today: date, next_number: NextNumber
) -> list[Complaint]:
    """Complaints in several stages; the first is a named customer's and open."""
    complaints, issued_by = [], {policy.policy_no: policy.institution for policy in policies}
    for index, (kind, severity, facts, request, stage, days, policy_no, party_id) in enumerate(_COMPLAINTS, 1):
        received_at = _moment(today - timedelta(days=days), 10)
        complaints.append(
            Complaint(
                complaint_no=next_number("T", received_at.date()),
                kind=kind,
                severity=severity,
                facts=facts,
                stage=stage,
                received_at=received_at,
                clocks=_clocks(received_at.date()),
                rules_fired=(),
                conversation_id=CONVERSATION,
                idempotency_key=f"demo:complaint:{index}",
                request=request,
                reference_no=policy_no,
                phone=people[party_id].phone,
                complainant_name=people[party_id].name,
                complainant_party_id=party_id,
                last_notice="投诉登记通知",
                last_notice_at=received_at,
                institution=issued_by.get(policy_no, HEAD_OFFICE),
            )
        )
    return complaints


def _clocks(received: date) -> ComplaintClocks:
    # The store reads no calendar files: without notices every working day is Monday to Friday, marked as estimated.
    plain = HolidayCalendar(frozenset(), frozenset(), frozenset())
    return ComplaintClocks(
        decide_by=received + timedelta(days=15),
        decide_by_complex=received + timedelta(days=30),
        supplement_by=plain.add_working_days(received, 5).date,
        acceptance_target=plain.add_working_days(received, 3).date,
        acceptance_by=plain.add_working_days(received, 10).date,
        answer_or_progress_by=plain.add_working_days(received, 10).date,
        estimated=True,
    )


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 30), SHANGHAI)
