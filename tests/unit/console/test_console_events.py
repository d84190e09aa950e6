"""Event mode at the desk: only managers, whole orders, each customer of the area told once, off again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.adapters import EventBanner
from bot.insurance.contingency import DisasterEvent
from bot.insurance.party import Party
from bot.insurance.policy import LineOfBusiness, PolicyStatus
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies
from tests.integration.store.store_samples import POLICY

PHONE, NEIGHBOUR = "13800001009", "13800001010"
HOLDER = Party("CU9", "何平", "110105198001010010", date(1980, 1, 1), "男", PHONE, "z@example.com", "福建省厦门市某路1号", False)  # fmt: skip


def put(place) -> None:
    """A holder in the area, his wife on the same phone, a neighbour whose policy has ended, one elsewhere, an employer."""
    people = (
        HOLDER,
        replace(HOLDER, party_id="CU10", name="白玉", id_number="110105198001010029"),
        replace(HOLDER, party_id="CU11", name="钱平", id_number="110105198001010037", phone=NEIGHBOUR),
        replace(HOLDER, party_id="CU12", name="孙平", id_number="110105198001010045", address="北京市朝阳区", phone="13800001011"),
        replace(HOLDER, party_id="CU13", name="某公司", id_number="91350200MA00000001", phone="05920000000"),
    )  # fmt: skip
    policies = tuple(
        replace(
            POLICY, policy_no=f"P20260001{number}", policyholder_id=person.party_id, line=LineOfBusiness.MOTOR,
            status=PolicyStatus.TERMINATED if person.party_id == "CU11" else PolicyStatus.IN_FORCE,
            insured_ids=(person.party_id,), beneficiaries=(), benefits=(),
        )
        for number, person in enumerate(people)
    )  # fmt: skip
    with place.engine.begin() as connection:
        add_parties(connection, people)
        add_policies(connection, policies)


async def start(browser, **changes: str):
    await browser.get("/desk/events")
    given = {
        "kind": "storm",
        "name": "11 月厦门暴雨",
        "regions": "厦门",
        "ends": "2026-12-10",
        "tells": "yes",
        **changes,
    }
    return await browser.post("/desk/events", form_id=browser.form_id, **given)


def events(place) -> tuple[DisasterEvent, ...]:
    with place.deps.unit_of_work() as work:
        return tuple(work.events.newest(10))


async def test_who_lives_there_and_holds_such_a_policy_is_told_once(place):
    put(place)
    browser = await place.agent()
    assert (await start(browser)).status == 303
    (event,) = events(place)
    assert (event.told, event.started_by, event.regions) == (1, "agent:desk", ("厦门",))
    (text,) = place.deps.recent_texts(None, 10)
    assert text.phone == PHONE
    for told in ("11 月厦门暴雨", "人先到安全的高处", "报案", "12 月 10 日"):
        assert told in text.text
    name, subject, actor, _ = place.audit()[-1]
    assert (name, subject, actor) == ("event.started", event.event_id, "agent:desk")


async def test_a_double_click_starts_one(place):
    put(place)
    browser = await place.agent()
    await browser.get("/desk/events")
    given = {"kind": "storm", "name": "厦门暴雨", "regions": "厦门", "ends": "2026-12-10", "tells": "yes"}
    for _ in range(2):
        await browser.post("/desk/events", form_id=browser.form_id, **given)
    assert len(events(place)) == 1
    assert len(place.deps.recent_texts(None, 10)) == 1


async def test_without_the_tick_nobody_is_told(place):
    put(place)
    browser = await place.agent()
    assert (await start(browser, tells="")).status == 303
    assert events(place)[0].told is None
    assert place.deps.recent_texts(None, 10) == ()


async def test_the_banner_is_there_while_it_is_on(place):
    banner = EventBanner(place.deps.unit_of_work, place.deps.disasters)
    browser = await place.agent()
    assert banner(place.clock()) == ""
    await start(browser)
    assert "11 月厦门暴雨" in banner(place.clock())
    assert "少问几项" in banner(place.clock())
    assert banner(place.clock() + timedelta(days=40)) == ""
    (event,) = events(place)
    _, page = await browser.get("/desk/events")
    assert f"/desk/events/{event.event_id}/stop" in page
    for _ in range(2):
        assert (await browser.post(f"/desk/events/{event.event_id}/stop")).status == 303
    assert banner(place.clock()) == ""
    assert [row[0] for row in place.audit()].count("event.stopped") == 1
    _, page = await browser.get("/desk/events")
    assert "/stop" not in page


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"kind": "war"}, 400),
        ({"name": ""}, 400),
        ({"regions": ""}, 400),
        ({"regions": "\n".join(f"第{number}区" for number in range(11))}, 400),
        ({"ends": "2026-11-22"}, 400),
        ({"ends": "2027-11-22"}, 400),
        ({"ends": "明天"}, 400),
        ({"name": "厦门暴雨，肯定能赔"}, 422),
    ],
)
async def test_what_is_not_whole_is_not_switched_on(place, changes, status):
    browser = await place.agent()
    assert (await start(browser, **changes)).status == status
    assert events(place) == ()


async def test_only_a_manager_sees_it(place):
    other = await place.colleague()
    status, page = await other.get("/desk/events")
    assert status == 404
    assert (await start(other)).status == 404
    _, page = await other.get("/desk")
    assert "/desk/events" not in page
    assert events(place) == ()


async def test_an_unknown_one_can_not_be_stopped(place):
    browser = await place.agent()
    await browser.get("/desk/events")
    assert (await browser.post("/desk/events/D20260101000001/stop")).status == 404
