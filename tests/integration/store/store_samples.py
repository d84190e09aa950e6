"""Full examples of everything the store keeps: no field has its default, so a forgotten column shows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.insurance.beneficiary import Beneficiary
from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintClocks, ComplaintStage, EarlierClock
from bot.insurance.complaint_delivery import Delivery, DeliveryWay
from bot.insurance.complaint_handling import (
    ComplaintChannel,
    ComplaintDecision,
    ComplaintMove,
    MadeMove,
    SupplementNotice,
)
from bot.insurance.endorsement import BeneficiaryChange, ConsentInvitation, EndorsementStatus
from bot.insurance.hand_off import HandOff, Priority
from bot.insurance.identity import OneTimeCode
from bot.insurance.party import Party
from bot.insurance.policy import (
    Benefit,
    BenefitKind,
    Coverage,
    Exclusion,
    Instalment,
    InsurancePolicy,
    LineOfBusiness,
    PolicyStatus,
    Role,
    Servicer,
)
from bot.insurance.triage import Triage, TriageOutcome

NOW = datetime(2026, 11, 23, 9, 12, 30, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
Result = TypeVar("Result")

HOLDER = Party(
    "CU1", "王建国", "110105197911200332", date(1979, 11, 20), "男", "13800001003", "w@example.com", "北京市"
)
INSURED = Party("CU2", "刘芳", "110105198106150445", date(1981, 6, 15), "女", "13900001004", "l@example.com", "北京市")
FIRM = Party("OR1", "示例有限公司", "91350100M000100Y43", None, "", "01060000001", "f@example.com", "福州市", True)
OLD = (
    Beneficiary("王建国", "配偶", 1, Decimal("33.333"), "110105197911200332", "CU1"),
    Beneficiary("刘德海", "父母", 1, Decimal("66.667"), "X1", ""),
    Beneficiary("王小宇", "子女", 2, Decimal(100), "", ""),
)
NEW = (
    Beneficiary("王小宇", "子女", 1, Decimal("60.5"), "", ""),
    Beneficiary("李梅", "其他", 1, Decimal("39.5"), "", ""),
)

POLICY = InsurancePolicy(
    policy_no="P2023001234",
    product_code="TLF",
    product_name="安家定期寿险",
    terms_version="2023-08",
    line=LineOfBusiness.LIFE,
    status=PolicyStatus.GRACE,
    policyholder_id="CU1",
    insured_ids=("CU2", "CU1"),
    effective_on=date(2023, 10, 20),
    expires_on=date(2043, 10, 19),
    sum_insured=Decimal("1000000.01"),
    premium=Decimal("2400.50"),
    pay_mode="年缴",
    channel="个人代理",
    coverages=(
        Coverage("身故", Decimal(1000000), "第四条", "乙"),
        Coverage("全残", Decimal("0.01"), "第五条", "甲"),
    ),
    exclusions=(Exclusion("第七条", "其二"), Exclusion("第六条", "其一")),
    waiting_days=90,
    deductible=Decimal("100.10"),
    beneficiaries=OLD,
    instalments=(
        Instalment(date(2025, 10, 20), Decimal("2400.50"), date(2025, 10, 21)),
        Instalment(date(2026, 10, 20), Decimal("2400.50"), None),
    ),
    servicer=Servicer("周到", "0200011010580020", "13700090001"),
    cooling_off_until=date(2023, 11, 4),
    grace_until=date(2026, 12, 19),
    suspended_on=date(2026, 12, 20),
    cash_value=Decimal("1234.56"),
    loan_balance=Decimal("600.78"),
    pledged=True,
    group=True,
    employer_is_policyholder=True,
    plate_no="京A12345",
    vehicle="家用轿车",
    frozen=True,
    insured_event_on=date(2026, 11, 1),
    loan_since=date(2026, 9, 1),
    institution="ZJ",
    benefits=(
        Benefit(BenefitKind.ANNUITY, date(2025, 11, 1), Decimal("6000.01"), Role.INSURED, date(2025, 11, 3)),
        Benefit(BenefitKind.DIVIDEND, date(2026, 11, 1), Decimal("114.50"), Role.POLICYHOLDER, None),
    ),
)

REPORT = LossReport(
    line=LineOfBusiness.MOTOR,
    event_at="2026-11-23T08:20",
    place="北四环学院桥东",
    cause="追尾",
    injured="有，1 人",
    reporter_phone="13800001003",
    reporter_name="王建国",
    policy_no="P2023001234",
    plate_no="京A12345",
    insured_name="刘芳",
    other_party="京B6***8",
    drivable="是",
    hospital="示例医院",
    injured_count=1,
    police_report="已报警，编号 J2026112301",
    driver_name="报案人",
    reporter_relation="配偶",
    vehicle_at="事故现场",
    visit_on="2026-11-23",
    admitted="未住院",
    spreading="已控制住",
)
CLAIM = Claim(
    claim_no="C20261123000017",
    report=REPORT,
    stage=ClaimStage.AWAITING_DOCUMENTS,
    reported_at=NOW,
    matched=True,
    conversation_id="conversation-1",
    idempotency_key="conversation-1:report_claim:4",
    steps=(
        ClaimStep(ClaimStage.REPORTED, NOW, "智能客服", "客户在线报案"),
        ClaimStep(ClaimStage.AWAITING_DOCUMENTS, NOW + timedelta(hours=1), "资料审核岗", "差两样"),
    ),
    due_on=date(2026, 12, 23),
    due_rule="D-L03",
    contact_by=NOW + timedelta(hours=2),
    documents_complete_on=date(2026, 11, 24),
    missing_documents=("发票", "病历"),
    claimant_party_id="CU2",
    notes=("其二", "其一"),
    institution="BJ",
)
COMPLAINT = Complaint(
    complaint_no="T20261123000004",
    kind="sales",
    severity=3,
    facts="说是存款，其实是保险",
    stage=ComplaintStage.NEGOTIATING,
    received_at=NOW,
    clocks=ComplaintClocks(
        decide_by=date(2026, 12, 8),
        decide_by_complex=date(2026, 12, 23),
        supplement_by=date(2026, 11, 30),
        acceptance_target=date(2026, 11, 26),
        acceptance_by=date(2026, 12, 7),
        answer_or_progress_by=date(2026, 12, 7),
        estimated=True,
    ),
    rules_fired=("sales.deposit_misled", "regulator_words"),
    conversation_id="conversation-1",
    idempotency_key="conversation-1:file_complaint:2",
    request="退还全部保费",
    reference_no="P2023001234",
    phone="13800001003",
    complainant_name="王建国",
    complainant_party_id="CU1",
    supplements=("有录音", "在网点办的"),
    role=ComplainantRole.AGENT,
    against="某营业部业务员",
    earlier_no="T20261001000002",
    joint_count=3,
    clock_started_at=NOW,
    earlier_clocks=(
        EarlierClock(NOW - timedelta(days=3), date(2026, 12, 5), date(2026, 12, 20)),
        EarlierClock(NOW - timedelta(days=6), date(2026, 12, 2), date(2026, 12, 17)),
    ),
    verify_by=date(2026, 12, 30),
    closing_reason="已经解决",
    last_notice="补充材料收悉",
    last_notice_at=NOW,
    triages=(
        Triage(TriageOutcome.OTHER_DEPARTMENT, "先转给保全核对", "agent-1", NOW),
        Triage(TriageOutcome.ACCEPT, "属于消费投诉，由公司处理", "agent-2", NOW + timedelta(hours=1)),
    ),
    progress_told_at=NOW + timedelta(days=10),
    channel=ComplaintChannel.LETTER,
    notices=(SupplementNotice(("录音", "保单"), "请寄来", "agent-1", NOW, ("录音",)),),
    decisions=(
        ComplaintDecision("没有说明犹豫期", "销售办法", "退还保费", "agent-1", NOW, cause="information"),
        ComplaintDecision("处理没有问题", "投诉办法第二十条", "维持", "agent-2", NOW, verifying=True),
    ),
    moves=(
        MadeMove(ComplaintMove.INVESTIGATE, "要向网点调取录音", "agent-1", NOW),
        MadeMove(ComplaintMove.REPORT, "已核实并答复投诉人", "agent-1", NOW, "挂号信 XA1", "保司函〔2026〕12 号"),
    ),
    deliveries=(Delivery("decision:1", DeliveryWay.POST, NOW, "XA123456789", "agent-1", NOW),),
    merged_into="T20261122000001",
    transfer_no="监转〔2026〕77 号",
    report_by=date(2026, 12, 4),
    reported_at=NOW + timedelta(days=2),
    institution="ZJ",
)
CHANGE = BeneficiaryChange(
    endorsement_no="E20261123000003",
    policy_no="P2023001234",
    applicant_id="CU1",
    old=OLD,
    new=NEW,
    status=EndorsementStatus.WAITING_FOR_CONSENT,
    requested_at=NOW,
    finish_by=date(2026, 11, 30),
    conversation_id="conversation-1",
    idempotency_key="conversation-1:change_beneficiary:9",
    consent_by=NOW + timedelta(hours=72),
    institution="ZJ",
)
INVITATION = ConsentInvitation(
    "E20261123000003", "CU2", "hash-1", NOW + timedelta(hours=72), NOW, True, "conversation-2"
)
HAND_OFF = HandOff(
    conversation_id="conversation-1",
    reason="complaint_rule",
    reason_zh="投诉规则触发：误导销售",
    post="投诉",
    priority=Priority.COMPLAINT,
    slots=(("投诉事由", "存款变保险"), ("电话", "13800001003")),
    rules_fired=("sales.deposit_misled",),
    reference_no="T20261123000004",
    requested_at=NOW,
    idempotency_key="conversation-1:hand_off:2",
    taken_by="agent-1",
    taken_at=NOW + timedelta(minutes=2),
    closed_at=None,
)
CODE = OneTimeCode(
    "conversation-1", "L2", "id:1", "CU1", "13800001003", "hash", NOW, NOW + timedelta(minutes=5), 1, False
)


def together(count: int, work: Callable[[int], Result]) -> Sequence[Result]:
    """Run `work(0)` … `work(count - 1)` in threads that all start at the same moment; their results in order."""
    gate = threading.Barrier(count)

    def run(number: int) -> Result:
        gate.wait(timeout=20)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
