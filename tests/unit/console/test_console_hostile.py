"""What customers and staff write is inert wherever the desk shows it: names, claim text, choices, notes, file names, reasons.

The pages are parsed as a browser does: nothing that was written may have become an element, an attribute or an address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from bot.console.pages import HERE, Pages
from bot.conversations.messages import OfferedChoice, Reply, Sender
from bot.insurance.assessment import LossAssessment
from bot.insurance.beneficiary import Beneficiary
from bot.insurance.case_handler import HandlerChange
from bot.insurance.claim import Claim, ClaimStage, ClaimStep, LossReport
from bot.insurance.complaint import ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision, ComplaintMove, MadeMove, SupplementNotice
from bot.insurance.contingency import DisasterEvent
from bot.insurance.endorsement import BeneficiaryChange, EndorsementStatus
from bot.insurance.follow_up import FollowUpAnswer, FollowUpKind, FollowUpVisit
from bot.insurance.identity import IdentityLevel, Verification
from bot.insurance.improvement import Improvement
from bot.insurance.inquiry import Inquiry
from bot.insurance.matter_file import FileKind, MatterFile, PaperWay
from bot.insurance.party import Party
from bot.insurance.policy import LineOfBusiness
from bot.insurance.quality import Appeal, Finding, QualityReview, Sampled, Score, Severity
from bot.insurance.rating import Rating
from bot.insurance.review_item import Deed, ReviewState, ReviewStep, Verdict
from bot.insurance.service_request import RequestStatus, RequestStep, ServiceRequest
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.insurance.staff import DeskNote
from bot.insurance.triage import Triage, TriageOutcome
from bot.insurance.upkeep import UpkeepRecord
from bot.services.models.ports import Job, JobState
from bot.services.quality.load_rubric import load_rubric
from bot.services.review_ports import View
from bot.settings import ROOT
from bot.store.parties import add_parties
from bot.store.policy_rows import add_policies
from bot.store.review_tables import REVIEW_ITEMS
from tests.follow_ups import raise_follow_up
from tests.integration.store.store_samples import POLICY
from tests.review_samples import offer
from tests.unit.console.test_console_cases import complaint
from tests.unit.console.test_console_matrix import (
    CHANGE,
    CLAIM,
    COMPLAINT,
    FOLLOW_UP,
    GET,
    IMPROVEMENT,
    MODEL,
    REPORT,
    REQUEST,
    SENTENCE,
)
from tests.unit.console.test_console_models import put_models

MARK = "xss-probe"
HOSTILE = (
    f"\"'><{MARK} data-{MARK}=1 onclick=alert(1)></{MARK}><script>alert(1)</script>"
    f'<a href="javascript:alert(1)">x</a><!--{MARK}-->{{{{7*7}}}}{{% raw %}}</textarea></title><svg onload=alert(1)>'
)
PHONE = "13800001009"
NAMED = Party("CU1", HOSTILE, "110105198001010010", date(1980, 1, 1), "男", PHONE, HOSTILE, HOSTILE)
# Where something that was written must be seen, so that a page that shows nothing proves nothing.
SHOWN = {"/desk", "/desk/c-claims", CLAIM, COMPLAINT, CHANGE, REQUEST, REPORT, FOLLOW_UP, "/desk/events", "/desk/ratings",
         "/desk/reports", "/demo/inbox", "/desk/improvements", IMPROVEMENT, "/desk/upkeep", "/desk/training", "/desk/training/groups", SENTENCE, "/desk/models", MODEL}  # fmt: skip
_NO_PAGES = re.compile(r"/letter$|/report$|\.pdf$|\.csv$|/files/")
PAGES = [*(path for path in GET if not _NO_PAGES.search(path)), "/demo", "/demo/inbox"]


class Reader(HTMLParser):
    """What a page is made of: `came_alive`, whatever of it was written by somebody; `read`, its words."""

    def __init__(self) -> None:
        super().__init__()
        self.came_alive: list[str] = []
        self.read = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        ours = tag == "svg" and names.get("class") == "plot"
        if (not ours and tag in (MARK, "svg", "iframe", "object", "embed", "style", "base")) or (
            tag == "script" and not names.get("src")
        ):
            self.came_alive.append(f"<{tag}>")
        for name, value in attrs:
            leads = name in ("href", "src", "action", "formaction") and not re.match(r"[/#]", value or "/")
            if name.startswith("on") or name in (f"data-{MARK}", "style", "srcdoc") or leads:
                self.came_alive.append(f"<{tag} {name}={value!r}>")

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.came_alive.append(f"<!--{data}-->")

    def handle_data(self, data: str) -> None:
        self.read += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def test_the_reader_notices_what_comes_alive():
    assert len(read(f'<p title="{HOSTILE}">{HOSTILE}</p>').came_alive) > 5
    assert read("<script src=/x.js></script><a href=/desk>ok</a>").came_alive == []


@pytest.fixture
def hostile(place) -> None:
    """Every matter of the matrix, with hostile words in each field that somebody outside, or at another post, writes."""
    now = place.clock()
    with place.engine.begin() as connection:
        add_parties(connection, (NAMED,))
        add_policies(
            connection,
            (replace(POLICY, product_name=HOSTILE, policyholder_id="CU1", insured_ids=("CU1",), beneficiaries=()),),
        )
    write_claim(place)
    write_complaint(place)
    with place.deps.unit_of_work() as work:
        new = (Beneficiary(HOSTILE, HOSTILE, 1, Decimal(100), ""),)
        work.endorsements.add(
            BeneficiaryChange(
                "E20261123000001", HOSTILE, "CU1", new, new, EndorsementStatus.REFUSED, now, date(2030, 1, 1), "c-1",
                "change", closed_reason=HOSTILE,
            )
        )  # fmt: skip
        for number, restricted in ((1, False), (2, True)):
            work.requests.add(a_request(now, number, restricted=restricted))
        for score in (1, 5):
            work.ratings.add(Rating(f"c-{score}", "", score, HOSTILE, "web", now, f"rating {score}"))
        work.events.add(
            DisasterEvent("D20261123000002", "storm", HOSTILE, (HOSTILE,), now.date(), now.date(), "agent:1", now)
        )
        work.texts.send("13800000001", HOSTILE, now)
        work.inquiries.add(
            Inquiry("Q20261123000001", "T20261123000001", HOSTILE, HOSTILE, "理赔", "", now.date(), HOSTILE, now)
        )
        work.reviews.add(a_review(now))
        number, today = "G20261123000001", now.date()
        work.improvements.add(Improvement(number, HOSTILE, HOSTILE, HOSTILE, "理赔", today, HOSTILE, now))
        finished = Improvement(
            "G20261123000002", HOSTILE, HOSTILE, HOSTILE, "理赔", today, HOSTILE, now, HOSTILE, HOSTILE, HOSTILE, now
        )
        work.improvements.add(finished)
        work.upkeep.add(UpkeepRecord("deadlines", today, HOSTILE, HOSTILE, now))
        for case in ("C20261123000001", "T20261123000001", "E20261123000001", "S20261123000001"):
            work.handlers.change(case, HandlerChange(HOSTILE, HOSTILE, now, HOSTILE))
        work.commit()
    raise_follow_up(
        place.deps.unit_of_work, FollowUpKind.CLAIM_CLOSED, "C20261123000001", "CU1", now, call_by=now.date(),
        note=HOSTILE, answers=(FollowUpAnswer("told", HOSTILE, HOSTILE, now),),
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.follow_ups.add_visit("R20261123000001", FollowUpVisit(HOSTILE, HOSTILE, "F20261123000001", now))
        work.commit()
    write_conversations(place)
    write_sentences(place)
    put_models(place, HOSTILE, made_by=HOSTILE, released_by=HOSTILE, released_at=now)
    with place.deps.unit_of_work() as work:
        work.training_jobs.add(
            Job("M1", HOSTILE, HOSTILE, HOSTILE, JobState.FAILED, HOSTILE, 0, now, now, failure=HOSTILE)
        )
        work.commit()


def write_sentences(place) -> None:
    """Two that are alike, one with a history, and a view of the account that looks."""
    others = [offer(place.deps.unit_of_work), offer(place.deps.unit_of_work, HOSTILE)]
    with place.deps.unit_of_work() as work:
        item = work.review_items.get(others[0])
        after = Verdict(ReviewState.NEW, HOSTILE, new_intent=HOSTILE, proposed_by=HOSTILE, decided_by=HOSTILE)
        work.review_items.save(
            replace(item, verdict=after), ReviewStep(Deed.PROPOSED, HOSTILE, place.clock(), after, HOSTILE)
        )
        work.review_items.keep_view(View("desk", HOSTILE, HOSTILE))
        work.commit()
    with place.engine.begin() as connection:
        connection.execute(REVIEW_ITEMS.update().values(text=HOSTILE, source=HOSTILE, channel=HOSTILE, guess=HOSTILE))


def write_claim(place) -> None:
    now = place.clock()
    report = LossReport(
        LineOfBusiness.MOTOR, "2026-11-23T08:20", place=HOSTILE, cause=HOSTILE, injured=HOSTILE, reporter_phone=PHONE,
        reporter_name=HOSTILE, policy_no=HOSTILE, plate_no=HOSTILE, insured_name=HOSTILE, other_party=HOSTILE,
        hospital=HOSTILE, police_report=HOSTILE, driver_name=HOSTILE, vehicle_at=HOSTILE,
    )  # fmt: skip
    lines = (AmountLine(HOSTILE, Decimal(100)),)
    made = Claim(
        "C20261123000001", report, ClaimStage.ASSESSING, now, False, "c-1", "claim", due_on=now.date(),
        steps=(ClaimStep(ClaimStage.REPORTED, now, HOSTILE, HOSTILE),), missing_documents=(HOSTILE,), notes=(HOSTILE,),
        assessments=(LossAssessment(lines, HOSTILE, now, "agent:1", disagreed_at=now, objection=HOSTILE),),
        settlement=Settlement(Decision.PAY, lines, HOSTILE, HOSTILE, now, "agent:1"),
    )  # fmt: skip
    file = MatterFile(
        "F20261123000001", "file", "c-1", HOSTILE, FileKind.PNG, 1, "", now, matter_no=made.claim_no, document=HOSTILE,
        way=PaperWay.COUNTER, brought_by=HOSTILE, scanned_by=HOSTILE,
    )  # fmt: skip
    with place.deps.unit_of_work() as work:
        work.claims.add(made)
        work.files.add(file, b"x")
        work.commit()


def write_complaint(place) -> None:
    now = place.clock()
    complaint(
        place, kind=HOSTILE, facts=HOSTILE, request=HOSTILE, reference_no=HOSTILE, complainant_name=HOSTILE,
        supplements=(HOSTILE,), against=HOSTILE, earlier_no=HOSTILE, closing_reason=HOSTILE, last_notice=HOSTILE,
        last_notice_at=now, rules_fired=(HOSTILE,), stage=ComplaintStage.ACCEPTED,
        triages=(Triage(TriageOutcome.ACCEPT, HOSTILE, HOSTILE, now, HOSTILE),),
        notices=(SupplementNotice((HOSTILE,), HOSTILE, HOSTILE, now, (HOSTILE,), HOSTILE),),
        decisions=(ComplaintDecision(HOSTILE, HOSTILE, HOSTILE, HOSTILE, now, told_how=HOSTILE),),
        moves=(MadeMove(ComplaintMove.INVESTIGATE, HOSTILE, HOSTILE, now, HOSTILE),),
    )  # fmt: skip


def a_request(now, number: int, *, restricted: bool) -> ServiceRequest:
    step = RequestStep(RequestStatus.WITH_PERSON, now, HOSTILE, HOSTILE, (HOSTILE,))
    return ServiceRequest(
        request_no=f"S20261123{number:06}", kind="report_misconduct" if restricted else "privacy_request",
        status=RequestStatus.WITH_PERSON, policy_no=HOSTILE, applicant_id="CU1",
        fields=((HOSTILE, HOSTILE), ("案件", HOSTILE)), papers=(HOSTILE,), requested_at=now, due_on=now.date(),
        due_rule=HOSTILE, post="合规监察" if restricted else "保全", conversation_id="c-report" if restricted else "c-claims",
        idempotency_key=f"request {number}", restricted=restricted, alert_on=now.date(), steps=(step,),
    )  # fmt: skip


def a_review(now) -> QualityReview:
    points = {each.id: 1 for each in load_rubric(ROOT / "data" / "quality" / "rubric.yml").dimensions}
    return QualityReview(
        "J20261123000001", "key", Sampled.HUMAN, "c-claims", HOSTILE, HOSTILE, now, now, now,
        score=Score(points, 50, HOSTILE, HOSTILE, HOSTILE, now),
        finding=Finding(Severity.LIGHT, HOSTILE, HOSTILE, now.date()), appeal=Appeal(HOSTILE, now),
    )  # fmt: skip


def write_conversations(place) -> None:
    now = place.clock()
    shown = {"reason_zh": HOSTILE, "reference_no": HOSTILE, "rules_fired": (HOSTILE,), "slots": ((HOSTILE, HOSTILE),)}
    for name, post in (("c-claims", "理赔"), ("c-general", "综合"), ("c-report", "综合")):
        place.hand_off(name, post=post, **shown)
        offered = Reply(HOSTILE, (OfferedChoice(HOSTILE, "/affirm"),))
        for sender in Sender:
            place.deps.log.append(name, offered, sender=sender, at=now)
        with place.deps.unit_of_work() as work:
            work.desk_notes.add(DeskNote(name, HOSTILE, HOSTILE, now))
            until = now + timedelta(minutes=30)
            work.identities.save_verification(Verification(name, "CU1", PHONE, IdentityLevel.L2, until))
            work.files.add(MatterFile(f"F-{name}", name, name, HOSTILE, FileKind.PNG, 1, "", now), b"x")
            work.commit()


@pytest.mark.parametrize("path", PAGES)
async def test_what_was_written_is_inert_on_every_page(place, hostile, path):
    browser = await place.agent()
    if path == "/desk/live":
        return  # numbers alone: test_console_live
    async with browser.client.get(path) as response:
        text = await response.text()
        assert response.status == 200, text
        if path.partition("?")[0].endswith(".json"):
            assert response.content_type == "application/json"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            return
    reader = read(text)
    assert reader.came_alive == []
    if path in SHOWN:
        assert MARK in reader.read
        assert "{{7*7}}" in reader.read  # nobody takes it for a template either


async def test_what_staff_write_comes_back_inert_in_refusals_and_lists(place, hostile):
    browser = await place.agent()
    await browser.post("/desk/c-claims/take")
    for path, fields in (
        ("/desk/c-claims/note", {"note": HOSTILE}),
        ("/desk/c-claims/answer", {"text": HOSTILE}),
        ("/desk/c-claims/pass-on", {"post": HOSTILE, "why": HOSTILE}),
        ("/desk/c-claims/pass-on", {"post": f"@{HOSTILE}", "why": HOSTILE}),
        ("/desk/staff", {"name": HOSTILE, "role": HOSTILE, "post": HOSTILE}),
        ("/desk/events", {"name": HOSTILE, "regions": HOSTILE, "kind": HOSTILE, "ends": HOSTILE}),
        (f"{COMPLAINT}/triage", {"outcome": HOSTILE, "reason": HOSTILE}),
        (f"{CLAIM}/stage", {"stage": HOSTILE, "note": HOSTILE}),
        (f"{FOLLOW_UP}/call", {"outcome": HOSTILE, "note": HOSTILE}),
        (f"{SENTENCE}/propose", {"intent": HOSTILE, "example": HOSTILE}),
        ("/desk/training/views", {"name": HOSTILE}),
        ("/desk/training/groups", {"item": HOSTILE, "new_intent": HOSTILE}),
        ("/desk/complaints/new", {"channel": HOSTILE, "words": HOSTILE, "received_at": HOSTILE}),
    ):
        response = await browser.post(path, form_id=f"{path}{fields}", **fields)
        assert read(await response.text()).came_alive == [], path
    for path in ("/desk/login", "/desk/password"):
        response = await browser.post(path, agent=HOSTILE, password=HOSTILE, old=HOSTILE, again=HOSTILE)
        assert read(await response.text()).came_alive == [], path


async def test_every_template_of_the_desk_was_read_by_these_tests(place, hostile, monkeypatch):
    """A page that is new must be among them; steps of a sign-in and refusals show nothing that a customer writes."""
    shown, show = set(), Pages.show
    monkeypatch.setattr(Pages, "show", lambda self, name, **values: (shown.add(name), show(self, name, **values))[1])
    browser = await place.agent()
    for path in PAGES:
        if path != "/desk/live":
            await browser.get(path)
    included = re.compile(r'{%-? (?:include|extends) "([^"]+)"')
    sources = {path.name: path.read_text(encoding="utf-8") for path in (HERE / "templates").glob("*.html")}
    parts = {part for source in sources.values() for part in included.findall(source)}
    steps = {name for name in sources if name.startswith("login")}
    assert sources.keys() - shown - parts - steps == {"refused.html"}
