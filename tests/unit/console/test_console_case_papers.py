"""Papers that were brought to the counter or came by post: scanned to a case, looked at, listed, told, and on record."""

from __future__ import annotations

import pytest
from aiohttp import FormData

from bot.console import forms
from bot.insurance.matter_file import MAX_BYTES, PaperWay
from bot.insurance.service_request import RequestStatus
from bot.insurance.staff import Role
from tests.photos import HTML, PDF, photo
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import PHONE, claim
from tests.unit.console.test_console_request import put as put_request

CLAIM, REQUEST = "C20261123000001", "S20261123000001"
TO_CLAIM, TO_REQUEST = f"/desk/cases/{CLAIM}/papers", f"/desk/cases/{REQUEST}/papers"
FIELDS = {"way": "counter", "brought_by": "女儿 王小宇", "document": "", "named": "门诊病历"}


def files(place, number: str) -> list:
    with place.deps.unit_of_work() as work:
        return list(work.files.of_matter(number))


async def test_a_scan_is_kept_with_who_brought_it_and_how_and_the_customer_is_told_without_its_name(place):
    claim(place, None)
    browser = await place.colleague("1003", Role.CLAIMS)
    assert (await browser.upload(TO_CLAIM, photo(), form_id="a", **FIELDS)).status == 303
    (file,) = files(place, CLAIM)
    assert (file.document, file.way, file.brought_by, file.scanned_by) == (
        "门诊病历", PaperWay.COUNTER, "女儿 王小宇", "1003",
    )  # fmt: skip
    _, page = await browser.get(f"/desk/cases/{CLAIM}")
    assert "柜台，女儿 王小宇交来，1003 扫描" in page
    async with browser.client.get(f"/desk/cases/{CLAIM}/files/{file.file_no}") as response:
        assert await response.read() == photo()
    [text] = place.deps.recent_texts(PHONE, 5)
    assert f"回执 {file.file_no}" in text.text
    assert "病历" not in text.text
    events = [row[:3] for row in place.audit()]
    for event, subject in (("file.received", file.file_no), ("file.scanned", file.file_no), ("papers.received", CLAIM)):
        assert (event, subject, "agent:1003") in events


async def test_the_last_paper_that_was_asked_for_lets_a_request_go_on(place):
    put_request(place, status=RequestStatus.WAITING_FOR_PAPERS, papers=("身份证复印件", "遗失声明"))
    browser = await place.colleague("1003", Role.SERVICING)
    for number, paper in enumerate(("身份证复印件", "遗失声明"), 1):
        fields = {**FIELDS, "named": "", "document": paper, "way": "letter"}
        await browser.upload(TO_REQUEST, photo(number), form_id=f"f{number}", **fields)
    with place.deps.unit_of_work() as work:
        request = work.requests.get(REQUEST)
    assert (request.status, request.papers) == (RequestStatus.ACCEPTED, ())
    assert request.steps[-1].by == "agent:1003"


async def test_the_same_scan_again_is_the_one_that_is_there(place):
    claim(place, None)
    browser = await place.colleague("1003", Role.CLAIMS)
    for form_id in ("a", "a", "b"):
        assert (await browser.upload(TO_CLAIM, photo(), form_id=form_id, **FIELDS)).status == 303
    assert len(files(place, CLAIM)) == 1
    assert len(place.deps.recent_texts(PHONE, 5)) == 1


@pytest.mark.parametrize(
    ("content", "changed", "status"),
    [
        (b"", {}, 400),
        (HTML, {}, 400),
        (b"\x89PNG\r\n\x1a\n broken", {}, 400),
        (photo(), {"brought_by": ""}, 400),
        (photo(), {"named": "长" * 41}, 400),
        (photo(), {"way": "pigeon"}, 400),
        (PDF + bytes(MAX_BYTES), {}, 400),
        (PDF + bytes(MAX_BYTES + forms.LARGEST), {}, 413),
        (photo(), {"csrf": "another"}, 403),
    ],
)
async def test_what_a_customer_could_not_send_the_desk_can_not_either(place, content, changed, status):
    claim(place, None)
    browser = await place.colleague("1003", Role.CLAIMS)
    response = await browser.upload(TO_CLAIM, content, **{**FIELDS, "form_id": "a", **changed})
    assert response.status == status
    assert not files(place, CLAIM)


async def test_a_paper_is_taken_by_the_post_alone_and_while_the_case_is_open(place):
    put_request(place)
    boss, other = await place.colleague("9001", Role.MANAGER), await place.colleague("1001", Role.CLAIMS)
    assert (await boss.upload(TO_REQUEST, photo(), form_id="a", **FIELDS)).status == 403
    assert (await other.upload(TO_REQUEST, photo(), form_id="a", **FIELDS)).status == 404
    _, page = await boss.get(f"/desk/cases/{REQUEST}")
    assert "扫描柜台或信函交来的材料" not in page
    browser = await place.colleague("1003", Role.SERVICING)
    await browser.post(f"/desk/cases/{REQUEST}/advance", status="done", note="已经补发，快递寄出", form_id="done")
    assert (await browser.upload(TO_REQUEST, photo(), form_id="a", **FIELDS)).status == 409
    assert not files(place, REQUEST)


async def test_who_brought_it_is_shown_as_text(place):
    claim(place, None)
    browser = await place.colleague("1003", Role.CLAIMS)
    await browser.upload(
        TO_CLAIM, photo(), form_id="a", **{**FIELDS, "brought_by": HOSTILE[:38], "named": HOSTILE[:38]}
    )
    _, page = await browser.get(f"/desk/cases/{CLAIM}")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


async def test_a_form_without_a_file_or_with_parts_of_parts_is_refused(place):
    claim(place, None)
    browser = await place.colleague("1003", Role.CLAIMS)
    assert (await browser.post(TO_CLAIM, **FIELDS, form_id="a")).status == 415
    form = FormData({"csrf": browser.csrf, "form_id": "a", **FIELDS}, default_to_multipart=True)
    async with browser.client.post(TO_CLAIM, data=form, allow_redirects=False) as response:
        assert response.status == 400
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with browser.client.post(TO_CLAIM, data=body, headers=headers, allow_redirects=False) as response:
        assert response.status in (400, 403)
    assert not files(place, CLAIM)
