"""What a proven customer has not finished is kept after every turn: a call breaks off and a page is closed without a word.

Only identity L2 leads to it, in the conversation that told it and in the one that goes on with it. What was told by nobody
in particular is nobody's: a phone number that it names proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.assistant import AssistantServices
from bot.services.draft_ports import KEPT, KeptDraft
from bot.services.journeys.journey import CONFIRM, Journey, Situation
from bot.services.journeys.leaving import PUT_OFF, SAVED, Draft, is_draft
from bot.services.journeys.turn import Turn
from bot.services.ports import UnitOfWork
from bot.services.understanding import Understood
from bot.services.verify_identity import current_identity

TAKE_UP = "@take_up:"  # a choice that goes on with the newest draft of a journey, by its key


def keep_draft(journey: Journey, key: str, turn: Turn, situation: Situation) -> None:
    """After a turn: keep what was answered, or forget it where the journey has ended without being confirmed."""
    if not is_draft(journey) or turn.outcome == "confirmed":  # that is forgotten once it is written
        return
    runs = not turn.outcome or turn.outcome == SAVED or turn.outcome.startswith(PUT_OFF)
    run, now = situation.key, situation.now
    with situation.services.reading() as work:
        party = current_identity(work, situation.conversation_id, now).party
        if party is None and runs:  # most turns of most customers
            return
        before = work.drafts.of_run(run)
        filed = before is None and party is not None and _is_filed(run, work)
    answers = Draft.of(key, run, turn.answers, now).answers if runs and party else {}
    told = any(answers.get(step.slot) for step in journey.steps)
    # Whoever else has been proved here since then gets nothing of the one before.
    owned = party is not None and (before is None or before.party_id == party.party_id)
    if told and owned and party and not filed:
        answered = {slot: value for slot, value in answers.items() if value}
        draft = KeptDraft(run, key, journey.zh, party.party_id, situation.conversation_id, answered, now)
        with situation.services.unit_of_work() as work:
            work.drafts.keep(draft)
            work.commit()
    elif before and before.conversation_id == situation.conversation_id and (not runs or (party and not owned)):
        forget_draft(run, situation.services)


def _is_filed(run: str, work: UnitOfWork) -> bool:
    """Finished in another conversation: the one that it was taken from may still ask its old question."""
    return any(register.by_key(run) for register in (work.claims, work.endorsements, work.requests))


def forget_draft(run: str, using: AssistantServices) -> None:
    """It is done, or is not wanted any more."""
    with using.reading() as work:
        if work.drafts.of_run(run) is None:
            return
    with using.unit_of_work() as work:
        work.drafts.drop(run)
        work.commit()


def unfinished(said: Understood, using: AssistantServices) -> Sequence[KeptDraft]:
    """What the proved person has begun and not finished within seven days, the newest of each journey; () below L2."""
    with using.reading() as work:
        party = current_identity(work, said.conversation_id, said.received_at).party
        found = work.drafts.of_party(party.party_id, said.received_at - KEPT) if party else ()
    newest: dict[str, KeptDraft] = {}
    for each in found:
        newest.setdefault(each.key, each)
    return tuple(newest.values())


def take_up(said: Understood, key: str, using: AssistantServices) -> Draft | None:
    """The proved person's draft of that journey; None where there is none (any more), or nobody is proved."""
    draft = next((each for each in unfinished(said, using) if each.key == key), None)
    if draft is None:
        return None
    with using.unit_of_work() as work:
        detail = {"journey": key, "from": draft.conversation_id, "to": said.conversation_id}
        work.audit.append("draft.taken_up", subject=draft.run, actor=draft.party_id, at=said.received_at, detail=detail)
        work.commit()
    answers = {slot: value for slot, value in draft.answers.items() if slot != CONFIRM}
    return Draft(draft.key, draft.run, answers, draft.at)
