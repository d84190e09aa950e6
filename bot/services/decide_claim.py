"""The claims post moves a case on and records what was decided; the claimant is told by text, without a word on health.

Source: 保险法 art 22 to 24, 互联网办法 art 27. Nothing here decides: people do, and it is repeated with its clause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.approval import ApprovalMatrix, Level, Proposal, needs_second
from bot.insurance.claim import Claim, ClaimStage, ClaimStep
from bot.insurance.settlement import AmountLine, Decision, Settlement
from bot.services.claim_stages import with_legal_date
from bot.services.deadlines import Deadlines, speak_date
from bot.services.ports import UnitOfWork
from bot.services.reviewed_papers import require_review
from bot.services.speak_money import money

LEAST_NOTE, LONGEST_NOTE = 5, 300
PAYMENT, DENIAL = "D-L05", "D-L06"
_POSTS = {
    ClaimStage.AWAITING_REGISTRATION: "立案岗", ClaimStage.REGISTERED: "立案岗", ClaimStage.SURVEYING: "查勘岗",
    ClaimStage.ASSESSING: "定损岗", ClaimStage.REVIEWING_LOSS: "核损岗", ClaimStage.CLOSED: "支付岗",
    ClaimStage.PAYING: "支付岗",
}  # fmt: skip
_WAYS_ON = "不同意可以申请复核或投诉，也可以拨打 12378。"


class ClaimStepError(BotError):
    """The case can't go there from where it is; `data["stage"]` is its stage in Chinese."""

    code = "claim_step"


class SettlementFlawError(BotError):
    """The decision is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "settlement_flaw"


@dataclass(frozen=True)
class MoveClaim:
    """`note` is shown to the claimant: for a case that is not registered, why and what helps."""

    claim_no: str
    stage: ClaimStage
    note: str
    agent: str
    at: datetime

    @property
    def flaw(self) -> str:
        fits = LEAST_NOTE <= len(self.note) <= LONGEST_NOTE
        return "" if fits else f"说明要写 {LEAST_NOTE} 到 {LONGEST_NOTE} 个字，索赔的人会看到"


@dataclass(frozen=True)
class DecideClaim:
    """`level`: up to where this account decides alone."""

    claim_no: str
    decision: Decision
    lines: tuple[AmountLine, ...]
    clause: str
    reason: str
    agent: str
    at: datetime
    level: Level = Level.CLAIMS

    @property
    def settlement(self) -> Settlement:
        by = f"agent:{self.agent}"
        return Settlement(self.decision, self.lines, self.clause, self.reason, self.at, by)

    @property
    def flaw(self) -> str:
        return self.settlement.flaw


def may_be_decided(claim: Claim) -> bool:
    """Whether its stage lets it; its papers must be reviewed too (`bot.services.reviewed_papers`)."""
    return claim.stage is ClaimStage.ADJUDICATING and claim.awaits is None


def may_be_moved(claim: Claim) -> bool:
    """While a decision waits for its approval, only that moves it."""
    return claim.awaits is None


def move_claim(work: UnitOfWork, command: MoveClaim, deadlines: Deadlines) -> Claim:
    """The case at its next stage, its legal date counted anew where nothing was decided yet.

    Raises LookupError: no such claim; ClaimStepError; SettlementFlawError: the note is too short or too long;
    ReviewMissingError: it may not be adjudicated yet.
    """
    claim = find_claim(work, command.claim_no)
    if not claim.stage.may_become(command.stage) or not may_be_moved(claim):
        raise ClaimStepError(stage=claim.stage.zh)
    if command.flaw:
        raise SettlementFlawError(flaw=command.flaw)
    if command.stage is ClaimStage.ADJUDICATING and not claim.stage.is_decided:
        require_review(work, claim.claim_no)
    moved = _stepped(claim, command.stage, command.at, command.note)
    if not claim.stage.is_decided:
        moved = with_legal_date(moved, command.at, deadlines)
    if command.stage in (ClaimStage.CLOSED, ClaimStage.DENIED):
        moved = replace(moved, due_on=None, due_rule="", settlement=_finished(claim, command))
    if claim.stage is ClaimStage.AWAITING_AGREEMENT:  # decided anew: the old amount is no longer offered
        moved = replace(moved, settlement=None)
    work.claims.save(moved)
    if command.stage is ClaimStage.AWAITING_REGISTRATION:
        tell_claimant(
            work, moved, f"案件 {claim.claim_no} 暂时没有立案。原因和怎么补，打开在线客服说“查理赔进度”看。", command.at
        )
    _record(work, "claim.moved", moved, command, {"from": claim.stage.value, "to": command.stage.value})
    return moved


def decide_claim(work: UnitOfWork, command: DecideClaim, deadlines: Deadlines, matrix: ApprovalMatrix) -> Claim:
    """Keep the decision. What is within the level of who decided holds at once and is told; else it waits for a second person
    (`bot.services.approve_claim`), and the claimant hears no result.

    Raises:
        LookupError: no such claim. ClaimStepError, SettlementFlawError, ReviewMissingError: as they say.
    """
    claim = find_claim(work, command.claim_no)
    if not may_be_decided(claim):
        raise ClaimStepError(stage=claim.stage.zh)
    made = command.settlement
    if made.flaw:
        raise SettlementFlawError(flaw=made.flaw)
    require_review(work, claim.claim_no)
    level = matrix.level(claim.report.line, made)
    waits = needs_second(made.decision, level, command.level)
    work.claim_records.add_proposal(claim.claim_no, Proposal(made, level, waits))
    if not waits:
        return settle(work, claim, made, command.at, deadlines)
    waiting = replace(claim, awaits=level)
    work.claims.save(waiting)
    _record(work, "claim.proposed", waiting, command, {"decision": made.decision.value, "level": level.value})
    return waiting


def settle(work: UnitOfWork, claim: Claim, made: Settlement, at: datetime, deadlines: Deadlines) -> Claim:
    """The decision holds: its clock starts, one text to the claimant. Whoever calls has seen to it that it may."""
    stage, due_on, due_rule = ClaimStage.AWAITING_AGREEMENT, None, ""
    if made.decision is Decision.DENY:
        due_on, due_rule = deadlines.due(DENIAL, at).internal_due, DENIAL
        stage, made = ClaimStage.DECIDED, replace(made, notice_by=due_on)
    decided = replace(_stepped(claim, stage, at, stage.zh), due_on=due_on, due_rule=due_rule, settlement=made)
    work.claims.save(decided)
    detail = {"decision": made.decision.value, "told_by_text": str(_tell(work, decided, at))}
    work.audit.append("claim.decided", subject=claim.claim_no, actor=made.decided_by, at=at, detail=detail)
    return decided


def agree(work: UnitOfWork, claim_no: str, party_id: str, at: datetime, deadlines: Deadlines) -> Claim:
    """The claimant agrees to the amount: from now it is paid within ten days (保险法 art 23). Again it changes nothing.

    Raises:
        LookupError: no such claim. ClaimStepError: there is no amount to agree to.
    """
    claim = find_claim(work, claim_no)
    settlement = claim.settlement
    if settlement is not None and settlement.agreed_at is not None:
        return claim
    if settlement is None or claim.stage is not ClaimStage.AWAITING_AGREEMENT:
        raise ClaimStepError(stage=claim.stage.zh)
    pay_by = deadlines.due(PAYMENT, at).internal_due
    paying = replace(
        _stepped(claim, ClaimStage.PAYING, at, "索赔人同意核定金额"),
        due_on=pay_by,
        due_rule=PAYMENT,
        settlement=replace(settlement, agreed_at=at, pay_by=pay_by),
    )
    work.claims.save(paying)
    detail = {"pay_by": pay_by.isoformat()}
    work.audit.append("claim.agreed", subject=claim_no, actor=party_id or "customer", at=at, detail=detail)
    return paying


def find_claim(work: UnitOfWork, claim_no: str) -> Claim:
    """Raises LookupError."""
    claim = work.claims.get(claim_no)
    if claim is None:
        raise LookupError(claim_no)
    return claim


def _stepped(claim: Claim, stage: ClaimStage, at: datetime, note: str) -> Claim:
    step = ClaimStep(stage, at, _POSTS.get(stage, "理算核赔岗"), note)
    delay = claim.delay if stage is claim.stage else None  # what was said of a stage ends with it
    return replace(claim, stage=stage, steps=(*claim.steps, step), delay=delay)


def _finished(claim: Claim, command: MoveClaim) -> Settlement | None:
    if claim.settlement is None:
        return None
    today = command.at.date()
    if command.stage is ClaimStage.CLOSED:
        return replace(claim.settlement, paid_on=today)
    return replace(claim.settlement, notice_on=today)


def _tell(work: UnitOfWork, claim: Claim, at: datetime) -> bool:
    """To the claimant's registered phone; to the reporter's, where nobody claims yet, without the result."""
    claimed = bool(claim.claimant_party_id and work.parties.get(claim.claimant_party_id))
    return tell_claimant(work, claim, notice_text(claim, at.date()) if claimed else _without_result(claim), at)


def tell_claimant(work: UnitOfWork, claim: Claim, text: str, at: datetime) -> bool:
    """One text, to who claims, or to the reporter where nobody claims yet; whether there was a phone to send it to."""
    party = work.parties.get(claim.claimant_party_id) if claim.claimant_party_id else None
    phone = party.phone if party else claim.report.reporter_phone
    if phone:
        work.texts.send(phone, f"【保险客服】{text}", at)
    return bool(phone)


def notice_text(claim: Claim, today: date) -> str:
    """What the text message says: number, result, where its basis is read, what to do who disagrees."""
    settlement = claim.settlement
    assert settlement is not None
    where = "依据和计算明细，打开在线客服说“查理赔进度”，核对身份后看得到。"
    if settlement.decision is Decision.DENY:
        by = f"书面通知最晚 {speak_date(settlement.notice_by, today)} 发出，" if settlement.notice_by else ""
        return f"案件 {claim.claim_no} 已核定：不予赔付。{by}写明理由。{where}{_WAYS_ON}"
    amount = f"案件 {claim.claim_no} 已核定：{settlement.decision.zh} {money(settlement.amount)}。"
    return f"{amount}{where}请在那里回复同意或不同意。{_WAYS_ON}"


def _without_result(claim: Claim) -> str:
    return f"案件 {claim.claim_no} 已核定。结果由被保险人或受益人打开在线客服说“查理赔进度”，核对身份后查看。{_WAYS_ON}"


def _record(
    work: UnitOfWork, event: str, claim: Claim, command: MoveClaim | DecideClaim, detail: dict[str, str]
) -> None:
    work.audit.append(event, subject=claim.claim_no, actor=f"agent:{command.agent}", at=command.at, detail=detail)
