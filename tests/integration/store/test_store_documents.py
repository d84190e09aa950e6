"""Links to documents and requests to chase, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.document_link import DocumentLink
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.services.errors import DuplicateKeyError
from tests.integration.store.store_samples import NOW, TODAY

LINK = DocumentLink(
    token_hash="a digest",
    request_no="S20261123000001",
    subject_no="P1",
    party_id="CU1",
    conversation_id="c-1",
    verification_code="ABCD-EFGH-JKMN",
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=15),
    used_at=None,
)
REQUEST = ServiceRequest(
    request_no="S20261123000001",
    kind="reinstate_policy",
    status=RequestStatus.WAITING_FOR_PAPERS,
    policy_no="P1",
    applicant_id="CU1",
    fields=(("健康变化", "没有"),),
    papers=("健康告知书",),
    requested_at=NOW,
    due_on=TODAY + timedelta(days=30),
    due_rule="D-P10",
    post="保全",
    conversation_id="c-1",
    idempotency_key="one",
    restricted=False,
    alert_on=TODAY + timedelta(days=20),
)


def test_a_link_comes_back_whole_and_is_used_up(unit_of_work):
    with unit_of_work() as work:
        work.document_links.add(LINK)
        with pytest.raises(DuplicateKeyError):
            work.document_links.add(LINK)
        work.commit()
    with unit_of_work() as work:
        assert work.document_links.get("another digest") is None
        assert work.document_links.get("a digest") == LINK
        work.document_links.save(replace(LINK, used_at=NOW + timedelta(minutes=1)))
        work.commit()
    with unit_of_work() as work:
        used = work.document_links.get("a digest")
    assert used.used_at == NOW + timedelta(minutes=1)
    assert not used.opens_for("c-1", NOW + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("conversation_id", "minutes", "opens"),
    [("c-1", 0, True), ("c-1", 14, True), ("c-1", 15, False), ("c-2", 0, False)],
)
def test_a_link_opens_for_its_conversation_in_its_time(conversation_id, minutes, opens):
    assert LINK.opens_for(conversation_id, NOW + timedelta(minutes=minutes)) is opens


def test_open_requests_are_chased_from_their_alert_day_by_due_date(unit_of_work):
    sooner = replace(REQUEST, request_no="S2", idempotency_key="two", due_on=TODAY + timedelta(days=21))
    done = replace(REQUEST, request_no="S3", idempotency_key="three", status=RequestStatus.DONE)
    never = replace(REQUEST, request_no="S4", idempotency_key="four", alert_on=None)
    with unit_of_work() as work:
        for request in (REQUEST, sooner, done, never):
            work.requests.add(request)
        work.commit()
    with unit_of_work() as work:
        assert work.requests.by_key("one") == REQUEST
        assert work.requests.to_chase(TODAY + timedelta(days=19)) == ([], 0)
        chased, total = work.requests.to_chase(TODAY + timedelta(days=20))
        first, _ = work.requests.to_chase(TODAY + timedelta(days=20), limit=1)
        elsewhere = work.requests.to_chase(TODAY + timedelta(days=20), posts={"理赔"})
    assert [each.request_no for each in chased] == ["S2", "S20261123000001"]
    assert (total, len(first)) == (2, 1)
    assert elsewhere == ([], 0)


def test_a_request_keeps_each_step_of_its_post_in_order(unit_of_work):
    asked = RequestStep(RequestStatus.WAITING_FOR_PAPERS, NOW, "agent:desk", "少签名", ("申请书", "身份证"))
    came = RequestStep(RequestStatus.ACCEPTED, NOW + timedelta(days=1), "customer", "收到材料：申请书")
    with unit_of_work() as work:
        work.requests.add(REQUEST)
        work.requests.save(replace(REQUEST, steps=(asked,)))
        work.commit()
    with unit_of_work() as work:
        stored = work.requests.get(REQUEST.request_no)
        assert (stored.steps, stored.asked_for, stored.last_at) == ((asked,), asked.papers, NOW)
        work.requests.save(replace(stored, steps=(*stored.steps, came)))
        work.commit()
    with unit_of_work() as work:
        stored = work.requests.by_key(REQUEST.idempotency_key)
        assert (stored.steps, stored.last_at) == ((asked, came), came.at)
