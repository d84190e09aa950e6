"""上门回访 at the desk: who went where, the answers, the photo of the signed form, and until when it is kept."""

from __future__ import annotations

import pytest

from bot.insurance.follow_up import FollowUpKind, FollowUpState
from bot.insurance.matter_file import PaperWay
from bot.insurance.staff import Role
from tests.follow_ups import raise_follow_up
from tests.photos import HTML, photo
from tests.unit.console.conftest import HOSTILE

FIELDS = {
    "visitor": "1003 李专员", "place": f"朝阳区某小区{HOSTILE}", "q_told": "yes", "q_explained": "yes", "q_proper": "no",
    "q_satisfied": "5",
}  # fmt: skip


@pytest.fixture
def address(place) -> str:
    made = raise_follow_up(
        place.deps.unit_of_work, FollowUpKind.CLAIM_CLOSED, "C20261123000001", "CU1", place.clock(),
        call_by=place.clock().date(),
    )  # fmt: skip
    return f"/desk/follow-ups/{made.number}"


def stored(place, address: str):
    with place.deps.unit_of_work() as work:
        number = address.rpartition("/")[2]
        return work.follow_ups.get(number), work.follow_ups.visits(number), work.files.of_matter(number)


async def test_a_visit_is_recorded_with_who_where_the_answers_and_the_signed_form(place, address):
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    _, page = await officer.get(address)
    assert "登记上门回访" in page
    assert "归档" not in page
    assert (await officer.upload(f"{address}/visit", photo(), form_id="a", **FIELDS)).status == 303
    follow_up, (visit,), (file,) = stored(place, address)
    assert (follow_up.state, follow_up.valid, follow_up.channel) == (FollowUpState.DONE, True, "visit")
    assert (visit.visitor, visit.place, visit.file_no) == (FIELDS["visitor"], FIELDS["place"], file.file_no)
    assert (file.way, file.brought_by, file.scanned_by) == (PaperWay.VISIT, FIELDS["visitor"], "1001")
    _, page = await officer.get(address)
    assert "1003 李专员" in page
    assert "归档，至少保存到" in page
    assert "<script>alert" not in page
    async with officer.client.get(f"{address}/files/{file.file_no}") as response:
        assert await response.read() == photo()
    boss = await place.colleague("9001", Role.MANAGER)
    assert (await boss.get(f"{address}/files/{file.file_no}"))[0] == 404
    assert ("follow_up.visited", follow_up.number, "agent:1001") in [row[:3] for row in place.audit()]
    late = await officer.upload(f"{address}/visit", photo(2), form_id="b", **FIELDS)
    assert late.status == 409


@pytest.mark.parametrize(
    ("content", "changed"),
    [
        (photo(), {"visitor": ""}), (photo(), {"place": ""}), (photo(), {"q_told": ""}), (HTML, {}), (b"", {}),
    ],
)  # fmt: skip
async def test_a_visit_without_its_form_or_its_answers_is_none(place, address, content, changed):
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    response = await officer.upload(f"{address}/visit", content, form_id="a", **{**FIELDS, **changed})
    assert response.status == 400
    follow_up, visits, files = stored(place, address)
    assert (follow_up.is_open, list(visits), list(files)) == (True, [], [])
