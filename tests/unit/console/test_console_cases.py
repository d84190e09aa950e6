"""The list of open cases and one case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.console.cases import ROWS
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.complaint import ComplainantRole, Complaint, ComplaintClocks, ComplaintStage, EarlierClock
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.matter_file import FileKind, Flaw, MatterFile
from bot.insurance.party import Party
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus, ServiceRequest
from bot.insurance.staff import Role
from bot.store.parties import add_parties
from tests.photos import photo
from tests.unit.console.conftest import HOSTILE

PHONE, ID_NUMBER = "13800000009", "110105198001010010"


def complaint(place, number: int = 1, **changes: object) -> Complaint:
    today = place.clock().date()
    clocks = ComplaintClocks(
        decide_by=today + timedelta(days=15),
        decide_by_complex=today + timedelta(days=30),
        supplement_by=today + timedelta(days=7),
        acceptance_target=today + timedelta(days=3),
        acceptance_by=today + timedelta(days=14),
        answer_or_progress_by=None,
        estimated=False,
    )
    made = Complaint(
        complaint_no=f"T20261123{number:06d}",
        kind="attitude",
        severity=2,
        facts=f"柜员记下我的手机{PHONE}和身份证{ID_NUMBER}{HOSTILE}",
        stage=ComplaintStage.REGISTERED,
        received_at=place.clock(),
        clocks=clocks,
        rules_fired=("attitude.rude",),
        conversation_id="c-1",
        idempotency_key=f"key {number}",
        phone=PHONE,
        complainant_name="赵建国",
    )
    made = replace(made, **changes)
    with place.deps.unit_of_work() as work:
        work.complaints.add(made)
        work.commit()
    return made


def claim(place, due_on: date | None) -> None:
    report = LossReport(
        LineOfBusiness.MOTOR, "2026-11-23T08:20", "北四环", "追尾", "无人受伤", PHONE, plate_no="京A12345"
    )
    made = Claim("C20261123000001", report, ClaimStage.REPORTED, place.clock(), False, "c-1", "claim", due_on=due_on)
    with place.deps.unit_of_work() as work:
        work.claims.add(made)
        work.commit()


def change(place, status: EndorsementStatus = EndorsementStatus.ACCEPTED) -> None:
    new = (Beneficiary("王小宇", "子女", 1, Decimal(100), ID_NUMBER),)
    made = BeneficiaryChange(
        "E20261123000001", "P2023001234", "CU1", (), new, status, place.clock(), date(2030, 1, 1), "c-1", "change"
    )
    with place.deps.unit_of_work() as work:
        work.endorsements.add(made)
        work.commit()


async def test_nobody_sees_cases_without_signing_in(place):
    complaint(place)
    for path in ("/desk/cases", "/desk/cases/T20261123000001"):
        _, page = await place.browser().get(path)
        assert "T20261123000001" not in page
        assert "密码" in page


async def test_all_registers_are_listed_the_first_due_first_with_overdue_marked(place):
    change(place)
    complaint(place)
    claim(place, place.clock().date() - timedelta(days=2))
    _, page = await (await place.agent()).get("/desk/cases")
    places = [page.find(number) for number in ("C20261123000001", "T20261123000001", "E20261123000001")]
    assert -1 not in places
    assert places == sorted(places)
    for shown in ("超期 2 天", "超期 1", "车险", "服务态度", "变更受益人", "已登记", "投诉回访", "在办业务"):
        assert shown in page


async def test_what_is_over_is_not_listed(place):
    complaint(place, 1, stage=ComplaintStage.WITHDRAWN)
    complaint(place, 2, stage=ComplaintStage.DECIDED)
    change(place, EndorsementStatus.DECLINED)
    _, page = await (await place.agent()).get("/desk/cases")
    assert "没有在办的业务" in page


async def test_one_register_alone(place):
    complaint(place)
    claim(place, None)
    _, page = await (await place.agent()).get("/desk/cases?kind=T")
    assert "T20261123000001" in page
    assert "C20261123000001" not in page


async def test_a_page_holds_fifty_rows_and_leads_to_the_next(place):
    for number in range(1, ROWS + 2):
        complaint(place, number)
    browser = await place.agent()
    _, first = await browser.get("/desk/cases")
    _, second = await browser.get("/desk/cases?page=2")
    assert first.count('href="/desk/cases/T') == ROWS
    assert "第 1/2 页" in first
    assert second.count('href="/desk/cases/T') == 1


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-3", "page=99999", "page=1234567890", "kind=Z", "page=²"])
async def test_a_strange_query_still_shows_a_page(place, query):
    complaint(place)
    status, _ = await (await place.agent()).get(f"/desk/cases?{query}")
    assert status == 200


async def test_a_complaint_shows_both_clocks_and_masks_who_it_is(place):
    earlier = EarlierClock(place.clock() - timedelta(days=3), date(2030, 5, 1), date(2030, 5, 16))
    made = complaint(place, role=ComplainantRole.AGENT, joint_count=20, earlier_clocks=(earlier,))
    _, page = await (await place.agent()).get(f"/desk/cases/{made.complaint_no}")
    for shown in (
        "法定时限",
        "D-C01",
        "公司时限",
        "D-C13T",
        "2030年5月1日",
        "已重新计算",
        "受托人",
        "授权委托书原件",
        "20 人以上",
        "赵*国",
        "138****0009",
    ):
        assert shown in page
    for hidden in (PHONE, ID_NUMBER, "赵建国", "<script>alert"):
        assert hidden not in page


async def test_a_claim_and_a_change_are_masked_too(place):
    claim(place, None)
    change(place)
    browser = await place.agent()
    _, page = await browser.get("/desk/cases/C20261123000001")
    assert "京A·1***5" in page
    assert PHONE not in page
    _, page = await browser.get("/desk/cases/E20261123000001")
    assert "王*宇" in page
    assert ID_NUMBER not in page


def handed_in(
    place, content: bytes, number: int = 1, matter_no: str = "C20261123000001", request_no: str = "S20261123000001"
) -> MatterFile:
    made = MatterFile(
        file_no=f"F20261123{number:06d}",
        idempotency_key=f"file {number}",
        conversation_id="c-1",
        name=f"病历{HOSTILE}.png",
        kind=FileKind.PNG,
        size=len(content),
        sha256="",
        received_at=place.clock(),
        flaws=(Flaw.DARK,),
        matter_no=matter_no,
        document="门诊病历",
        request_no=request_no,
    )
    with place.deps.unit_of_work() as work:
        work.files.add(made, content)
        work.commit()
    return made


async def test_a_claims_files_are_listed_and_opened_only_to_be_saved(place):
    claim(place, None)
    content = photo()
    made = handed_in(place, content)
    browser = await place.agent()
    _, page = await browser.get("/desk/cases/C20261123000001")
    for shown in ("客户交的材料", "门诊病历", made.file_no, "太暗", "S20261123000001"):
        assert shown in page
    assert "<script>alert" not in page
    async with browser.client.get(f"/desk/cases/C20261123000001/files/{made.file_no}") as response:
        assert (response.status, await response.read()) == (200, content)
        assert response.headers["Content-Type"] == "image/png"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{made.file_no}.png"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert response.headers["Cache-Control"] == "no-store"
    opened = [entry for entry in place.audit() if entry[0] == "desk.file_opened"]
    assert opened == [("desk.file_opened", "C20261123000001", "agent:desk", f'{{"file":"{made.file_no}"}}')]


async def test_a_file_is_opened_by_agents_and_with_its_own_case_alone(place):
    claim(place, None)
    made = handed_in(place, photo(), matter_no="C20261123000009")
    browser = await place.agent()
    status, _ = await browser.get(f"/desk/cases/C20261123000001/files/{made.file_no}")
    assert status == 404
    _, page = await place.browser().get(f"/desk/cases/C20261123000009/files/{made.file_no}")
    assert "密码" in page
    assert not [entry for entry in place.audit() if entry[0] == "desk.file_opened"]


async def test_every_look_is_recorded(place):
    complaint(place)
    browser = await place.agent()
    await browser.get("/desk/cases?kind=T")
    await browser.get("/desk/cases/T20261123000001")
    seen = [entry for entry in place.audit() if entry[0].startswith("desk.case")]
    assert seen == [
        ("desk.cases_listed", "cases", "agent:desk", '{"kind":"T","page":"1","shown":"1"}'),
        ("desk.case_viewed", "T20261123000001", "agent:desk", "{}"),
    ]


async def test_an_unknown_number_is_told_so_and_not_recorded(place):
    browser = await place.agent()
    status, page = await browser.get("/desk/cases/T20990101000001")
    assert status == 404
    assert "没有这个编号" in page
    assert not [entry for entry in place.audit() if entry[0] == "desk.case_viewed"]


def request(place, number: int = 1, **changes: object) -> None:
    made = ServiceRequest(
        request_no=f"S20261123{number:06d}",
        kind="privacy_request",
        status=RequestStatus.ACCEPTED,
        policy_no="P2023001234",
        applicant_id="CU1",
        fields=(("要查的资料", f"全部保单资料，电话{PHONE}"),),
        papers=("身份证复印件",),
        requested_at=place.clock(),
        due_on=place.clock().date() + timedelta(days=30),
        due_rule="D-P03",
        post="综合",
        conversation_id="c-1",
        idempotency_key=f"request {number}",
    )
    with place.deps.unit_of_work() as work:
        work.requests.add(replace(made, **changes))
        work.commit()


async def test_service_requests_are_listed_with_their_dates_and_opened(place):
    today = place.clock().date()
    request(place, 1, due_on=today - timedelta(days=3))
    request(place, 2, due_on=today + timedelta(days=1))
    request(place, 3, status=RequestStatus.DONE)
    browser = await place.agent()
    _, page = await browser.get("/desk/cases?kind=S")
    for shown in ("S20261123000001", "超期 3 天", "S20261123000002", "还有 1 天", "综合", "已受理"):
        assert shown in page
    assert "S20261123000003" not in page
    _, sheet = await browser.get("/desk/cases/S20261123000001")
    for shown in ("全部保单资料", "身份证复印件", "D-P03", "超期 3 天", "综合"):
        assert shown in sheet
    assert PHONE not in sheet


async def test_a_report_of_wrongdoing_is_there_for_the_compliance_post_alone(place):
    request(place, 1, kind="report_misconduct", restricted=True, post="合规监察")
    first = await place.agent()
    colleague = await place.colleague()
    for path in ("/desk/cases", "/desk/cases?kind=S", "/desk/cases/S20261123000001"):
        _, seen = await first.get(path)
        _, hidden = await colleague.get(path)
        assert "S20261123000001" in seen
        assert "S20261123000001" not in hidden
    status, _ = await colleague.get("/desk/cases/S20261123000001")
    assert status == 404


async def test_the_servicing_post_marks_an_endorsement_as_issued_and_the_customer_hears_of_it(place):
    with place.engine.begin() as connection:
        add_parties(connection, [Party("CU1", "王建国", ID_NUMBER, date(1980, 1, 1), "男", PHONE)])
    change(place)
    browser = await place.agent()
    _, page = await browser.get("/desk/cases/E20261123000001")
    assert "批单已出" in page
    answer = await browser.post("/desk/cases/E20261123000001/issued")
    assert answer.status == 303
    _, page = await browser.get("/desk/cases/E20261123000001")
    assert EndorsementStatus.COMPLETED.zh in page
    assert "批单已出，通知客户" not in page
    assert "已办完" in place.deps.recent_texts(PHONE, 1)[0].text
    assert ("endorsement.completed", "E20261123000001", "agent:desk", "{}") in place.audit()


async def test_nobody_else_marks_it(place):
    change(place)
    manager, agent = await place.colleague("9001", Role.MANAGER), await place.colleague()
    _, page = await manager.get("/desk/cases/E20261123000001")
    assert "受益人变更" in page
    assert "批单已出" not in page
    assert (await manager.post("/desk/cases/E20261123000001/issued")).status == 403
    assert (await agent.post("/desk/cases/E20261123000001/issued")).status == 404


async def test_an_endorsement_that_waits_for_consent_is_not_issued(place):
    change(place, EndorsementStatus.WAITING_FOR_CONSENT)
    browser = await place.agent()
    _, page = await browser.get("/desk/cases/E20261123000001")
    assert "批单已出" not in page
    assert (await browser.post("/desk/cases/E20261123000001/issued")).status == 409
