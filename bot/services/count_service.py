"""What is counted of a turn: what was asked, which questions a journey reached, how it ended. Codes alone; see `bot.insurance.service_fact`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection

from bot.calendars.clocks import SHANGHAI
from bot.errors import StoreUnavailableError
from bot.insurance.service_fact import Fact, ServiceFact, day_of
from bot.services.ports import UnitOfWorkFactory
from bot.services.understanding import Understood

log = logging.getLogger(__name__)
# What is said in a conversation about the conversation is no topic; that wrongdoing was reported is compliance's alone to know.
NO_TOPICS = frozenset(
    {
        "", "greet", "goodbye", "thank", "affirm", "deny", "cancel", "correct_answer", "repeat", "bot_challenge",
        "ask_capabilities", "inform", "report_misconduct",
    }
)  # fmt: skip


def topic_of(said: Understood) -> tuple[ServiceFact, ...]:
    """What a message outside any journey asks; () where it asks nothing."""
    if said.intent in NO_TOPICS:
        return ()
    day = said.received_at.astimezone(SHANGHAI).date()
    return (ServiceFact(day_of(said.conversation_id, day), Fact.TOPIC, said.intent, said.conversation_id, day),)


def journey_facts(
    said: Understood, run: str, journey: str, *, reached: str, outcome: str, opens: bool = False
) -> tuple[ServiceFact, ...]:
    """What a turn did to a run of a journey; () for nothing. `reached`: the question that it put, "" for none but the one before; `outcome`: as in `Turn`, its
    part after the colon is not kept."""
    if not (run and (reached or outcome or opens)):
        return ()
    day = said.received_at.astimezone(SHANGHAI).date()
    # A run that began before anybody counted began with the first that is counted of it.
    found = [(Fact.BEGAN, journey)]
    if reached:
        found.append((Fact.ASKED, reached))
    if outcome:
        found.append((Fact.ENDED, outcome.partition(":")[0]))
    return tuple(ServiceFact(run, fact, value, said.conversation_id, day) for fact, value in found)


class Tally:
    """What turns have counted and nobody has written yet; any thread may add. `write` keeps it, in one transaction for all of it.

    No customer waits for a figure: a turn only adds. A process that is killed takes along what it had not written.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work
        self._facts: list[ServiceFact] = []
        self._lock = threading.Lock()

    def add(self, facts: Collection[ServiceFact]) -> None:
        with self._lock:
            self._facts.extend(facts)

    def write(self) -> None:
        """Nothing is raised where the store is away: see `count`."""
        with self._lock:
            facts, self._facts = self._facts, []
        count(self._unit_of_work, facts)


def count(unit_of_work: UnitOfWorkFactory, facts: Collection[ServiceFact]) -> None:
    """Keep them, in a transaction of their own. No turn fails for what is only counted: where the store is away it is logged."""
    if not facts:
        return
    try:
        with unit_of_work() as work:
            work.facts.add(facts)
            work.commit()
    except StoreUnavailableError as error:
        log.warning("figures.not_counted", extra={"data": {"code": error.code, "facts": len(facts)}})
