"""Who reaches what: every route of the desk against every role, on matters of the own post and of another's.

A role is tried at its usual posts. "Reached" is that the handler did its work or said what is wrong with the fields; who does not
reach a route is refused (403, or 404 where it is nobody's business that there is one).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.complaint import ComplaintStage
from bot.insurance.contingency import DisasterEvent
from bot.insurance.follow_up import FollowUpKind
from bot.insurance.improvement import Improvement
from bot.insurance.quality import QualityReview, Sampled
from bot.insurance.staff import Role
from bot.services.inquire import Inquire, inquire
from tests.follow_ups import raise_follow_up
from tests.photos import photo
from tests.review_samples import offer
from tests.unit.console.test_console_cases import change, claim, complaint, handed_in
from tests.unit.console.test_console_models import put_models
from tests.unit.console.test_console_request import put as put_request

A, F, C, S, Q, T, M, L, X = (
    Role  # agent, complaint officer, claims, servicing, quality, trainer, manager, compliance, admin
)
ALL = set(Role)
SUPERVISORS = {M, L}
CLAIM, COMPLAINT, CHANGE, REQUEST, REPORT = (
    "/desk/cases/C20261123000001",
    "/desk/cases/T20261123000001",
    "/desk/cases/E20261123000001",
    "/desk/cases/S20261123000001",
    "/desk/cases/S20261123000002",
)
EVENT = "/desk/events/D20261123000002"
FOLLOW_UP = "/desk/follow-ups/R20261123000001"
INQUIRY = "/desk/inquiries/Q20261123000001"
REVIEW = "/desk/quality/J20261123000001"
IMPROVEMENT = "/desk/improvements/G20261123000001"
SENTENCE = "/desk/training/3b7592bfed3107507062"
MODEL = "/desk/models/m2"
GET: dict[str, set[Role]] = {
    "/desk": ALL,
    "/desk/cases": ALL,
    "/desk/tasks": ALL,
    "/desk/live": ALL,
    "/desk/password": ALL,
    "/desk/c-claims": {C, *SUPERVISORS},
    "/desk/c-claims/messages.json?after=0": {C, *SUPERVISORS},
    "/desk/c-claims/suggestions.json": {C, *SUPERVISORS},
    "/desk/c-general": {A, *SUPERVISORS},
    "/desk/c-report": {L},
    "/desk/c-report/messages.json?after=0": {L},
    "/desk/c-claims/files/F20261123000002": set(),  # whoever has the conversation in hand
    CLAIM: {C, *SUPERVISORS},
    f"{CLAIM}/files/F20261123000001": {C},
    COMPLAINT: {C, F, *SUPERVISORS},  # C is asked something about it, and led to the question
    f"{COMPLAINT}/letter": set(),  # before there is a decision
    CHANGE: {S, *SUPERVISORS},
    REQUEST: {S, *SUPERVISORS},
    REPORT: {L},
    "/desk/complaints/new": {F},
    "/desk/complaints": {F, *SUPERVISORS},
    f"{COMPLAINT}/report": set(),  # before there is one
    INQUIRY: {C, F, *SUPERVISORS},  # the post that is asked, and who sees the complaint
    "/desk/reports": {L},
    "/desk/ratings": {F},
    "/desk/events": {M},
    EVENT: {C, M},
    "/desk/improvements": ALL,  # whoever may not open one sees his own
    IMPROVEMENT: {F, Q, *SUPERVISORS},
    "/desk/upkeep": SUPERVISORS,
    "/desk/promises": ALL,
    "/desk/follow-ups": {F, Q, *SUPERVISORS},
    FOLLOW_UP: {F, Q, *SUPERVISORS},
    f"{FOLLOW_UP}/files/F20261123000009": set(),  # whoever follows up, once there is one
    "/desk/staff": {X},
    "/desk/board": {M},
    "/desk/figures": {F, Q, *SUPERVISORS},
    "/desk/figures/complaints": SUPERVISORS,
    "/desk/figures/complaints.pdf": SUPERVISORS,
    "/desk/figures/scorecards.pdf": SUPERVISORS,
    "/desk/figures/times": SUPERVISORS,
    "/desk/figures/monthly": SUPERVISORS,
    "/desk/figures/monthly.pdf": SUPERVISORS,
    "/desk/figures/follow-ups": {F, Q, *SUPERVISORS},
    "/desk/figures/quality": {Q, *SUPERVISORS},
    "/desk/my-figures": {A, F, C, S, *SUPERVISORS},
    "/desk/my-reviews": {A, F, C, S, *SUPERVISORS},
    "/desk/quality": {Q, *SUPERVISORS},
    REVIEW: {Q, *SUPERVISORS},
    "/desk/training": {T},
    "/desk/training/groups": {T},
    SENTENCE: {T},
    "/desk/models": {T, M},
    MODEL: {T, M},
}
POST: dict[str, set[Role]] = {
    "/desk/c-claims/pass-on": {C, *SUPERVISORS},  # not in hand, they are told
    "/desk/c-claims/take-over": SUPERVISORS,
    "/desk/c-claims/take": {C, *SUPERVISORS},
    "/desk/c-claims/note": {C, *SUPERVISORS},
    "/desk/c-claims/answer": {C, *SUPERVISORS},
    "/desk/c-claims/return": {C, *SUPERVISORS},
    "/desk/c-report/take": {L},
    "/desk/c-report/take-over": {L},
    f"{CLAIM}/handler": {C, M},
    f"{COMPLAINT}/handler": {F, M},
    f"{CHANGE}/handler": {S, M},
    f"{REQUEST}/handler": {S, M},
    f"{REPORT}/handler": {L},
    f"{CLAIM}/papers": {C},
    f"{COMPLAINT}/papers": {F},
    f"{REQUEST}/papers": {S},
    f"{REPORT}/papers": {L},
    f"{CLAIM}/stage": {C},
    f"{CLAIM}/assessment": {C},
    f"{CLAIM}/decision": {C},
    f"{CLAIM}/review": {C},
    f"{CLAIM}/approval": {C, M},
    f"{CLAIM}/contact": {C},
    f"{CLAIM}/delay": {C},
    f"{COMPLAINT}/triage": {F},
    f"{COMPLAINT}/supplement": {F},
    f"{COMPLAINT}/decide": {F, M},  # the superior of a 核查; what is not one is refused by its stage
    f"{COMPLAINT}/move": {F},
    f"{CHANGE}/issued": {S},
    f"{REQUEST}/advance": {S},
    f"{REPORT}/advance": {L},
    "/desk/complaints/new": {F},
    "/desk/complaints": {F, *SUPERVISORS},
    "/desk/complaints/export": {F, *SUPERVISORS},
    f"{COMPLAINT}/merge": {F},
    f"{COMPLAINT}/delivered": {F},
    f"{COMPLAINT}/report": {F},
    f"{COMPLAINT}/inquiry": {F},
    f"{COMPLAINT}/withdraw": {F},
    f"{COMPLAINT}/verify": {F},  # told that nothing was decided yet
    f"{COMPLAINT}/recuse": {F, M},  # each steps back, and reaches nothing of it from there on
    f"{INQUIRY}/answer": {C},
    "/desk/events": {M},
    "/desk/events/D20261123000001/stop": set(),  # there is none
    f"{EVENT}/stop": {M},
    f"{FOLLOW_UP}/visit": {F},
    f"{FOLLOW_UP}/call": {F},
    "/desk/staff": {X},
    "/desk/staff/nobody/work": set(),  # there is none; the administrator too is told so
    "/desk/staff/colleague/trained": {X},
    "/desk/staff/colleague/lock": {X},
    f"{REVIEW}/score": {Q},
    f"{REVIEW}/appeal": set(),  # whoever was scored
    f"{REVIEW}/decide": {Q, M},
    f"{REVIEW}/close": {Q, M},
    "/desk/improvements": {F, Q, *SUPERVISORS},
    f"{IMPROVEMENT}/give": {F, Q, *SUPERVISORS},
    f"{IMPROVEMENT}/done": {F, Q, *SUPERVISORS},
    "/desk/upkeep/deadlines": {L},
    "/desk/training/groups": {T},  # 400: nothing is ticked
    "/desk/training/views": {T},
    "/desk/training/views/drop": {T},
    "/desk/training/land": {T},
    f"{SENTENCE}/accept": {T},
    "/desk/models/train": {T},
    f"{MODEL}/compare": {T},  # while the training runs
    f"{MODEL}/approve": {T, M},
    f"{MODEL}/share": {T, M},
    f"{MODEL}/release": {T, M},
    "/desk/models/rollback": {T, M},
    "/desk/away": ALL,
    "/desk/password": ALL,  # 400 here: the two do not agree
    "/desk/logout": ALL,
}
UPLOADS = {
    path for path in POST if path.endswith(("/papers", "/visit"))
}  # an empty file is refused where the form is read
FIELDS = {
    "brought_by": "本人", "visitor": "1001", "place": "客户家", "text": "您好，我来处理", "password": "one", "again": "another", "why": "要查理赔进度", "post": "保全", "form_id": "f", "status": "with_person", "note": "正在办理，三日内给您答复", "name": "新来的", "role": "agent",
    "items": "录音", "outcome": "accept", "reason": "属于消费投诉，受理", "facts": "经查，理赔超过三十日没有核定", "basis": "保险法第二十三条",
    "result": "向您致歉，本周内核定并通知您", "move": "investigate", "stage": "x", "decision": "x", "kind": "x", "channel": "letter",
    "other_no": "T20261123000001", "proof": "来电要求撤回，录音 A1", "new_facts": "no", "way": "post", "delivered_at": "2026-11-23T09:00",
    "received_at": "2026-11-23T09:00", "words": "不服",
    "question": "这件案子卡在哪一步", "due": "x", "answer": "材料昨天收齐，今天核定",
}  # fmt: skip
REACHED, REFUSED = (200, 303, 400, 409), (403, 404)


def disaster(place) -> DisasterEvent:
    today = place.clock().date()
    return DisasterEvent(
        "D20261123000002", "storm", "厦门暴雨", ("厦门",), today, today + timedelta(days=5), "agent:9001", place.clock()
    )


@pytest.fixture
async def matters(place) -> None:
    """One matter of each register, conversations of three posts, and a report of wrongdoing."""
    claim(place, place.clock().date() + timedelta(days=3))
    complaint(place, stage=ComplaintStage.REGISTERED)
    change(place)
    request = put_request(place, conversation_id="c-9")
    report = replace(
        request, request_no="S20261123000002", post="合规监察", restricted=True, idempotency_key="report",
        conversation_id="c-report",
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.requests.add(report)
        work.events.add(disaster(place))
        work.commit()
    for name, post in (("c-claims", "理赔"), ("c-general", "综合"), ("c-report", "综合")):
        place.hand_off(name, post=post)
    handed_in(place, photo())
    handed_in(place, photo(2), 2, request_no="")
    raise_follow_up(
        place.deps.unit_of_work, FollowUpKind.CLAIM_CLOSED, "C20261123000001", "CU1", place.clock(),
        call_by=place.clock().date(),
    )  # fmt: skip
    review = QualityReview(
        "J20261123000001", "key", Sampled.HUMAN, "c-claims", "colleague", "理赔", place.clock(), place.clock(), place.clock()
    )  # fmt: skip
    improvement = Improvement(
        "G20261123000001", "J20261123000001", "开场白要报工号", "colleague", "理赔", place.clock().date(), "1005",
        place.clock(),
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.reviews.add(review)
        work.improvements.add(improvement)
        work.commit()
    put_models(place)
    await place.colleague("colleague")
    assert SENTENCE.endswith(offer(place.deps.unit_of_work))
    with place.deps.unit_of_work() as work:
        inquire(
            work,
            Inquire(
                "T20261123000001", "这件案子卡在哪一步", "", "理赔", "", place.clock().date(), "1001", place.clock()
            ),
        )
        work.commit()


@pytest.mark.parametrize("role", Role, ids=lambda role: role.value)
async def test_each_role_reaches_what_is_its_own_and_nothing_else(place, matters, role):
    browser = await place.colleague(f"the-{role.value}"[:20], role)
    wrong = []
    for path, roles in GET.items():
        async with browser.client.get(path, allow_redirects=False) as response:
            if response.status not in (REACHED if role in roles else REFUSED):
                wrong.append(("GET", path, response.status))
    for path, roles in POST.items():
        fields = {**FIELDS, "form_id": path}
        response = await (browser.upload(path, b"", **fields) if path in UPLOADS else browser.post(path, **fields))
        if response.status not in (REACHED if role in roles else REFUSED):
            wrong.append(("POST", path, response.status))
    assert wrong == []


@pytest.mark.parametrize(
    ("roles", "posts", "refused"),
    [
        ({L, C}, ("合规监察",), [("POST", f"{CLAIM}/decision"), ("GET", f"{CLAIM}/files/F20261123000001")]),
        ({M, F}, ("新单",), [("POST", f"{COMPLAINT}/triage"), ("GET", "/desk/ratings"), ("POST", f"{FOLLOW_UP}/call")]),
        ({C}, ("保全",), [("GET", CLAIM), ("POST", f"{CLAIM}/decision")]),
        ({S}, ("理赔",), [("POST", f"{CHANGE}/issued"), ("GET", CHANGE), ("POST", f"{REQUEST}/advance")]),
        ({M, S}, (), [("POST", f"{CHANGE}/issued"), ("POST", f"{REQUEST}/advance")]),
    ],
)
async def test_a_role_does_nothing_where_the_account_does_not_work(place, matters, roles, posts, refused):
    browser = await place.colleague("two-roles", *roles, posts=posts or ("综合",))
    for method, path in refused:
        if method == "GET":
            assert (await browser.get(path))[0] in REFUSED, path
        else:
            assert (await browser.post(path, **FIELDS)).status in REFUSED, path


@pytest.mark.parametrize("path", [*GET, *POST])
async def test_nobody_reaches_anything_without_signing_in(place, matters, path):
    stranger = place.browser()
    async with stranger.client.get(path, allow_redirects=False) as response:
        assert response.status in (303, 401, 405)
    if path in POST:
        response = await stranger.post(path, **FIELDS)
        assert (response.status, response.headers["Location"]) == (303, "/desk/login")


def test_every_route_of_the_desk_is_in_the_matrix(place):
    app = place.server.app
    open_to_all = {"/desk/login", "/desk/login/code", "/desk/login/authenticator", "/desk/login/password"}
    missing = []
    for route in app.router.routes():
        resource = route.resource
        canonical = resource.canonical
        if not canonical.startswith("/desk") or "/static" in canonical or canonical in open_to_all:
            continue
        table = {"GET": GET, "POST": POST}.get(route.method)
        if table is not None and not any(_leads_to(app, path, route.method) is resource for path in table):
            missing.append((route.method, canonical))
    assert missing == []


def _leads_to(app, path, method):
    """The resource that takes an address, the first that is registered."""
    for resource in app.router.resources():
        info = resource.get_info()
        pattern = info.get("pattern") or re.compile(re.escape(info.get("path", "")))
        if pattern.fullmatch(path.partition("?")[0]) and any(route.method == method for route in resource):
            return resource
    return None
