"""What is still missing in one's own claims: "还差什么材料" of who has proved to be the claimant, or reported it here."""

from __future__ import annotations

import re

from bot.insurance.claim import Claim
from bot.services.assistant import AssistantServices
from bot.services.reply import TO_HUMAN, Reply, intend
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

_LONGEST = 20  # characters; more tells of a case of its own
_MISSING = re.compile(
    r"(?:还|都)(?:差|缺|少|要补|需要补|得补)(?:了|点|些)?(?:什么|啥|哪|几|多少)|(?:差|缺)(?:什么|啥|哪些|哪几样|哪样)"
)


def tell_missing_papers(said: Understood, using: AssistantServices) -> Reply | None:
    """The papers asked for in the own open claims (F02); None when the message asks something else or none is missing."""
    if said.chosen or len(said.text) > _LONGEST or not _MISSING.search(said.text):
        return None
    waiting = [claim for claim in _own(said, using) if claim.missing_documents and not claim.is_over]
    if not waiting:
        return None
    lines = [f"案件 {claim.claim_no} 还缺：{'、'.join(claim.missing_documents)}。" for claim in waiting]
    lines.append("补齐以后继续核定，等资料的天数不算在时限里。")
    choices = (intend("补交资料", "supplement_claim"), intend("查理赔进度", "query_claim"), TO_HUMAN)
    return Reply("\n".join(lines), choices)


def _own(said: Understood, using: AssistantServices) -> list[Claim]:
    with using.reading() as work:
        found = list(work.claims.of_conversation(said.conversation_id))
        party = current_identity(work, said.conversation_id, said.received_at).party
        found += work.claims.of_party(party.party_id) if party else ()
    return list({claim.claim_no: claim for claim in found}.values())
