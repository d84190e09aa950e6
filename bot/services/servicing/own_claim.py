"""Which of the customer's own claims a transaction is about, and whether it can be done for that one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.insurance.claim import Claim
from bot.insurance.party import Party
from bot.services.deadlines import speak_date
from bot.services.journeys.claim_slots import is_theft
from bot.services.journeys.journey import Accepted, Ask, Ended, NotAnAnswer, Reading, Rejected, Situation, Step
from bot.services.ports import UnitOfWork
from bot.services.reply import TO_HUMAN, Choice, Denial, Reply, choose, intend
from bot.services.servicing.claim_papers import ClaimPaper
from bot.services.servicing.transaction import Case, Refusal
from bot.services.servicing.who_may import WhoMay
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity
from bot.text.normalise import fold

CLAIM = "service_claim"
TOLD = "service_claim_told"  # a number given before anybody proved who they are
_NUMBER = re.compile(r"(?<![A-Z0-9])C?(\d{14})(?!\d)")
_YES = re.compile(r"^(?:是的?|对的?|嗯+|好的?|就(?:是)?(?:这|那)(?:一)?[件个]|是这[件个]|没错|可以)[。.!！\s]*$")
_SHOWN = 5


def claims_of_person(situation: Situation) -> Sequence[Claim]:
    """Those of the proved person, and reports of this conversation that nobody claims for yet; nothing below L2.

    Of a report whose policy is known, only somebody named in the policy counts: a daughter who reports for her father
    has reported, but the claim is his.
    """
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, situation.now).party
        if party is None:
            return ()
        here = work.claims.of_conversation(situation.conversation_id)
        may = situation.services.who_may
        unclaimed = (claim for claim in here if not claim.claimant_party_id and _concerns(claim, party, work, may))
        found = [*work.claims.of_party(party.party_id), *unclaimed]
    return list({claim.claim_no: claim for claim in found}.values())


def _concerns(claim: Claim, party: Party, work: UnitOfWork, who_may: WhoMay) -> bool:
    policy = work.policies.get(claim.report.policy_no) if claim.report.policy_no else None
    return policy is None or who_may.allows("claim", policy.roles_of(party.party_id, party.id_number))


def wanted_papers(claim: Claim, situation: Situation) -> tuple[ClaimPaper, ...]:
    """What that claim still lacks."""
    return situation.services.claim_papers.wanted(claim, stolen=is_theft(claim.report.cause))


@dataclass(frozen=True)
class OwnClaim:
    """`verb`: what is done with the claim (撤, 补资料, 复核). `refuses`: why it can't be done for that one."""

    verb: str
    refuses: Callable[[Claim, Situation], Refusal | None]

    def chosen(self, situation: Situation) -> Claim | None:
        """The claim that was chosen, or the one that there is no choice about."""
        number = situation.get(CLAIM)
        if not number:
            return self._settled(situation)
        return next((claim for claim in claims_of_person(situation) if claim.claim_no == number), None)

    def refusal(self, case: Case) -> Refusal | None:
        """For `Transaction.refuses`: asked again when it is written."""
        claim = self.chosen(case.situation)
        if claim is None:
            return Refusal("没有对上您名下的案件，我请人工帮您查。", hand_off=True)
        return self.refuses(claim, case.situation)

    def fact(self, case: Case) -> tuple[str, str]:
        """The line of the card; the requests of a claim are found by it."""
        claim = self.chosen(case.situation)
        return ("案件", claim.claim_no if claim else "")

    def step(self) -> Step:
        return Step(
            CLAIM, "", self._ask, self._read, ("claim_no",), self._is_asked, counted=False, called="案件"
        )  # fmt: skip

    def _settled(self, situation: Situation) -> Claim | None:
        """The one whose number was told, or the only one that it can be done for."""
        mine = claims_of_person(situation)
        told = situation.get(TOLD)
        fit = [claim for claim in mine if self.refuses(claim, situation) is None]
        if told:
            return next((claim for claim in fit if claim.claim_no == told), None)
        return fit[0] if len(fit) == 1 else None

    def _is_asked(self, situation: Situation) -> bool:
        return bool(situation.get(CLAIM)) or self._settled(situation) is None

    def _ask(self, situation: Situation) -> Ask:
        mine, told = claims_of_person(situation), situation.get(TOLD)
        foreign = told if told not in [claim.claim_no for claim in mine] else ""
        denied = _not_yours(foreign) if foreign else None
        start = f"{told} 没有对上您名下的案件。" if foreign else ""
        if not mine:
            text = f"{start}您名下没有查到可以{self.verb}的案件，要请理赔岗的同事帮您找吗？"
            return Ask(text, "choice", (TO_HUMAN, choose("不用了"), intend("现在报案", "report_claim")), denied)
        today = situation.now.date()
        choices = tuple(_choice(claim, today) for claim in mine[:_SHOWN])
        return Ask(f"{start}要{self.verb}的是哪一件？", "choice", choices, denied)

    def _read(self, said: Understood, situation: Situation) -> Reading:
        mine, number = claims_of_person(situation), number_in(said)
        if not mine:
            if said.aside or number:
                return Accepted("", also={TOLD: number}) if number else NotAnAnswer()
            return Ended((Reply("好的，需要时再跟我说。"),))
        fit = [claim for claim in mine if claim.claim_no == number]
        if not fit and len(mine) == 1 and _YES.match(said.text):
            fit = list(mine)
        if not fit and not number and not said.aside:
            fit = _described(said, mine[:_SHOWN])
        if not fit and number and said.aside:  # kept, so that another claim is not taken in its place
            return Accepted("", also={TOLD: number})
        if not fit:
            words = "这个案件号没有对上您名下的案件，请点上面的一件。"
            return Rejected(words, _not_yours(number)) if number else NotAnAnswer()
        refusal = self.refuses(fit[0], situation)
        if refusal:
            handed = "needs_person" if refusal.hand_off else ""
            return Ended((Reply(refusal.reason, refusal.choices),), hand_off=handed)
        return Accepted(fit[0].claim_no)


def _described(said: Understood, mine: Sequence[Claim]) -> list[Claim]:
    """ "车险那件", "11 月 7 号那个": the one claim that fits; nothing where several do."""
    line, day = said.first("line_of_business"), said.first("date")
    fit = [
        claim
        for claim in mine
        if (line or day)
        and (line is None or claim.report.line.value == line.value)
        and (day is None or claim.reported_at.date().isoformat() == day.value)
    ]
    return fit if len(fit) == 1 else []


def _not_yours(claim_no: str) -> Denial:
    return Denial("claim", claim_no, "not_proved")


def number_in(said: Understood) -> str:
    """A claim's number in a message, with its C; "" for none."""
    entity = said.first("claim_no")
    found = _NUMBER.search(re.sub(r"[\s-]", "", fold(entity.value if entity else said.text).upper()))
    return f"C{found.group(1)}" if found else ""


def _choice(claim: Claim, today: date) -> Choice:
    day = speak_date(claim.reported_at.date(), today)
    return choose(f"{claim.claim_no} {claim.report.line.zh}，{day}报案（{claim.stage.zh}）", claim.claim_no)
