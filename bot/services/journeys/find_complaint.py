"""The questions that find a complaint and prove that it is the customer's own (F16: number and phone, or identity)."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.insurance.complaint import Complaint
from bot.services.follow_complaint import own_complaints
from bot.services.journeys.fields import says_none
from bot.services.journeys.identity_steps import identity_steps, phone_steps
from bot.services.journeys.journey import Accepted, Ask, Reading, Rejected, Situation, Step
from bot.services.reply import Denial, choose
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

WITHOUT = "没有编号"
Wanted = Callable[[Complaint], bool]


def own(situation: Situation, wanted: Wanted) -> tuple[Complaint, ...]:
    """Complaints made in this conversation, and those of the proven person."""
    with situation.services.reading() as work:
        return tuple(one for one in own_complaints(work, situation.conversation_id, situation.now) if wanted(one))


def finding_steps(slot: str, question: str, wanted: Wanted, *, proof: str, label: str = "") -> tuple[Step, ...]:
    """Number, then a phone for a complaint that is not known to be the customer's, or identity without a number.

    With a `label` the number is a line of the card.

    `proof` "status": what was made in this conversation may be seen there. "change": a complaint that left a phone is
    changed only by who proves to hold it.
    """

    def ask_number(situation: Situation) -> Ask:
        mine = own(situation, wanted)
        if mine:
            return Ask(
                question, "choice", tuple(choose(f"{c.complaint_no}（{c.stage.zh}）", c.complaint_no) for c in mine[:5])
            )
        return Ask("请告诉我投诉编号，T 开头。没有编号就回“没有”，我核对身份后帮您找。", "text", (choose(WITHOUT),))

    def unknown(situation: Situation) -> bool:
        return bool(label and situation.get(slot)) or len(own(situation, wanted)) != 1

    def show(value: str, situation: Situation) -> str:
        mine = own(situation, wanted)
        return mine[0].complaint_no if value == WITHOUT and len(mine) == 1 else value

    def must_prove(situation: Situation) -> bool:
        number = situation.get(slot)
        if number == WITHOUT:
            return False
        mine = own(situation, wanted)
        chosen = [one for one in mine if one.complaint_no == number or (not number and len(mine) == 1)]
        if not chosen:
            return bool(number)
        return proof == "change" and bool(chosen[0].phone)

    def by_identity(situation: Situation) -> bool:
        return situation.get(slot) == WITHOUT

    return (
        Step(slot, label, ask_number, read_number, ("complaint_no",), unknown, shows_as=show, counted=False),
        *phone_steps("为了保护您的信息，要核对投诉时留的手机。", must_prove),
        *identity_steps("帮您找投诉，", by_identity),
    )


def found(situation: Situation, slot: str, wanted: Wanted, *, proof: str) -> tuple[Complaint, ...]:
    """What the answers lead to and the customer may see; who may not learns nothing about it."""
    number = situation.get(slot)
    chosen = tuple(c for c in own(situation, wanted) if c.complaint_no == number or number in ("", WITHOUT))
    with situation.services.reading() as work:
        identity = current_identity(work, situation.conversation_id, situation.now)
        other = work.complaints.get(number) if not chosen and number not in ("", WITHOUT) else None
    if other and identity.phone and other.phone == identity.phone and wanted(other):
        chosen = (other,)
    if proof == "change":
        party = identity.party.party_id if identity.party else None
        return tuple(c for c in chosen if not c.phone or c.phone == identity.phone or c.complainant_party_id == party)
    return chosen


def denial_of(number: str) -> Denial | None:
    """What is recorded when a complaint that was named is not shown or changed; nothing when none was named."""
    return Denial("complaint", number, "not_proved") if number not in ("", WITHOUT) else None


def read_number(said: Understood, _: Situation) -> Reading:
    entity = said.first("complaint_no")
    typed = re.fullmatch(r"[Tt]?\s*\d[\d\s]{7,}", said.text.strip())
    if entity or typed:
        number = entity.value if entity else re.sub(r"\s", "", said.text).upper()
        return Accepted(number if number.startswith("T") else f"T{number}")
    if says_none(said.text) or said.text == WITHOUT:
        return Accepted(WITHOUT)
    return Rejected("投诉编号是 T 加一串数字，比如 T20261123000004。没有就回“没有”。")
