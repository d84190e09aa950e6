"""改进 and 定期复核 at the desk: opened from what was seen, done with a proof by its owner, and what is due looked through."""

from __future__ import annotations

from datetime import timedelta

from bot.insurance.staff import Role
from tests.unit.console.test_console_cases import complaint

COMPLAINT = "T20261123000001"


async def open_one(place, browser, owner: str = "1003", **changed: str):
    due = (place.clock().date() + timedelta(days=9)).isoformat()
    fields = {
        "source": COMPLAINT,
        "what": "告知书要写明核查的路子",
        "owner": owner,
        "due": due,
        "form_id": "a",
        **changed,
    }
    return await browser.post("/desk/improvements", **fields)


async def test_a_complaint_leads_to_an_improvement_that_its_owner_does_with_a_proof(place):
    complaint(place)
    officer, owner = (
        await place.colleague("1001", Role.COMPLAINT_OFFICER),
        await place.colleague("1003", Role.SERVICING),
    )
    _, page = await officer.get(f"/desk/cases/{COMPLAINT}")
    assert f"/desk/improvements?source={COMPLAINT}#open" in page
    _, page = await officer.get(f"/desk/improvements?source={COMPLAINT}")
    assert f'value="{COMPLAINT}"' in page
    assert (await open_one(place, officer)).status == 303
    _, page = await owner.get("/desk/improvements")
    assert "告知书要写明核查的路子" in page
    assert "提出改进" not in page
    number = "G20261123000001"
    _, page = await owner.get(f"/desk/improvements/{number}")
    assert "换负责人" not in page
    short = await owner.post(f"/desk/improvements/{number}/done", done="改了", proof="有", form_id="b")
    assert short.status == 400
    fields = {"done": "模板第三段加了核查", "proof": "模板版本 2026-11-23", "form_id": "c"}
    assert (await owner.post(f"/desk/improvements/{number}/done", **fields)).status == 303
    _, page = await officer.get("/desk/improvements")
    assert "最近做完的" in page
    assert "模板第三段加了核查" in page
    late = await officer.post(f"/desk/improvements/{number}/give", owner="1001", due="2026-12-31", form_id="d")
    assert late.status == 409
    events = [row[0] for row in place.audit()]
    assert {"improvement.opened", "improvement.done"} <= set(events)


async def test_somebody_elses_improvement_is_nobodys_business(place):
    complaint(place)
    officer, other = (
        await place.colleague("1001", Role.COMPLAINT_OFFICER),
        await place.colleague("1004", Role.SERVICING),
    )
    await place.colleague("1003", Role.SERVICING)
    await open_one(place, officer)
    number = "G20261123000001"
    assert (await other.get(f"/desk/improvements/{number}"))[0] == 404
    done = {"done": "模板第三段加了核查", "proof": "模板版本 2026-11-23", "form_id": "c"}
    assert (await other.post(f"/desk/improvements/{number}/done", **done)).status == 404
    assert (await open_one(place, other, form_id="e")).status == 403
    assert (await open_one(place, officer, source="T20261123000099", form_id="f")).status == 400
    assert (await open_one(place, officer, due="", form_id="g")).status == 400


async def test_what_is_due_is_listed_the_first_due_first_and_recorded_by_compliance(place):
    place.pass_time(days=400)
    boss, compliance = await place.colleague("9002", Role.MANAGER), await place.colleague("1010", Role.COMPLIANCE)
    _, page = await boss.get("/desk/upkeep")
    assert "责任人名单" in page
    assert "超期" in page
    assert 'action="/desk/upkeep/' not in page
    today = place.clock().date().isoformat()
    fields = {"on": today, "note": "逐条核对条文，没有变化", "form_id": "a"}
    assert (await boss.post("/desk/upkeep/deadlines", **fields)).status == 404
    await compliance.get("/desk/upkeep")
    assert (await compliance.post("/desk/upkeep/deadlines", **fields)).status == 303
    assert (await compliance.post("/desk/upkeep/nothing", **{**fields, "form_id": "b"})).status == 404
    assert (await compliance.post("/desk/upkeep/deadlines", **{**fields, "note": "好", "form_id": "c"})).status == 400
    _, page = await compliance.get("/desk/upkeep")
    assert "逐条核对条文，没有变化" in page
    assert ("upkeep.recorded", "deadlines", "agent:1010") in [row[:3] for row in place.audit()]
