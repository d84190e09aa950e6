"""On a claim's sheet: the first call, why it takes longer, what is to be checked, and until when it is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from bot.console.auth import Session
from bot.console.claim_posts import ClaimPost, write_down
from bot.console.deps import ConsoleDeps
from bot.console.forms import read_field, read_form
from bot.console.pages import Pages
from bot.console.retention import kept_label
from bot.console.times import day, moment
from bot.insurance.claim import Claim
from bot.insurance.staff import May, Staff
from bot.services.deadlines import Deadlines
from bot.services.look_after_claim import (
    LEAST,
    LONGEST,
    ExplainDelay,
    explain_delay,
    may_be_explained,
    record_contact,
)

Line = tuple[str, str]


@dataclass(frozen=True)
class CareForm:
    """`contact`: the first call may be noted. `explains`: why it takes longer may be told, `latest` being the law's date."""

    contact: bool
    explains: bool
    latest: date | None
    form_id: str
    least: int = LEAST
    longest: int = LONGEST


def care_form(claim: Claim, staff: Staff) -> CareForm | None:
    """None where this account has nothing to do here."""
    if claim.is_over:
        return None
    records = staff.may(May.RECORD_CLAIMS)
    contact, explains = records and claim.contacted_at is None, records and may_be_explained(claim)
    if not (contact or explains):
        return None
    return CareForm(contact, explains, claim.due_on, secrets.token_urlsafe(12))


def care_lines(claim: Claim, deadlines: Deadlines) -> tuple[Line, ...]:
    """Lines of the sheet."""
    delay = claim.delay
    return (
        ("约好的联系时间", moment(claim.contact_by) if claim.contact_by else ""),
        ("第一次联系", moment(claim.contacted_at) if claim.contacted_at else ""),
        ("这一步慢的原因", delay.reason if delay else ""),
        ("告诉客户的新日期", day(delay.until) if delay else ""),
        ("归档", _archive(claim, deadlines)),
    )


def _archive(claim: Claim, deadlines: Deadlines) -> str:
    """What becomes of a case that is over (E11): it stays readable by its number until then at least."""
    if not claim.is_over:
        return ""
    over = claim.steps[-1].at if claim.steps else claim.reported_at
    return kept_label(over, deadlines)


@dataclass(frozen=True)
class CareDesk:
    deps: ConsoleDeps
    pages: Pages

    async def contact(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Note that the reporter was spoken with just now."""
        number, at = request.match_info["number"], self.deps.clock()
        post = ClaimPost(number, await read_field(request, "form_id"))
        return await write_down(
            self.deps, self.pages, session, post, lambda work: record_contact(work, number, session.agent, at)
        )

    async def explain(self, request: web.Request, session: Session) -> web.StreamResponse:
        """Tell why the step takes longer and until when; refusals say why not."""
        number, fields = request.match_info["number"], await read_form(request)
        reason, until = str(fields.get("reason", "")).strip(), _day(str(fields.get("until", "")))
        if until is None:
            return self.pages.refuse(400, "请选新的日期。")
        command = ExplainDelay(number, reason, until, session.agent, self.deps.clock())
        post = ClaimPost(number, str(fields.get("form_id", "")), reason, command.flaw)
        return await write_down(self.deps, self.pages, session, post, lambda work: explain_delay(work, command))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
