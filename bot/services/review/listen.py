"""Which sentences of live conversations the trainers should see. Turns only tell what happened; it is written beside them.

A sentence is not understood when the assistant says so, or when what comes next shows it: the customer corrects, chooses another
meaning, asks for a person, complains. So of each conversation the sentence before is remembered, in this process alone: what a restart
forgets is one sentence of each conversation.
"""

from __future__ import annotations

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.errors import StoreUnavailableError
from bot.insurance.review_item import ReviewReason
from bot.services.count_service import NO_TOPICS
from bot.services.mask_said import mask_said
from bot.services.ports import UnitOfWorkFactory
from bot.services.review.example import mark
from bot.services.review_ports import OfferedSentence
from bot.services.understanding import DOUBT, Understood

log = logging.getLogger(__name__)
OFFERED = range(2, 81)  # characters of a sentence that a trainer learns something from
SURE = 0.7  # a guess below it is looked at though it was acted on
RANKED = 5
REMEMBERED = 5_000  # conversations
MISCONDUCT = "report_misconduct"  # compliance alone knows of it
COMPLAINT = "file_complaint"
_NO_MEANING = frozenset(
    {"", DOUBT, "request_human", "affirm", "deny", "cancel", "inform"}
)  # what a button says of no sentence
_CORRECTS = re.compile(
    r"答非所问|(?:理解|听|看|弄|搞|会)错|没(?:听|看|读|弄)(?:懂|明白)|不是这个意思|牛头不对马嘴|跟我(?:问|说)的(?:没关系|不一样|不是一回事)"
    r"|^(?:不是|不对|错)[，,。！!\s]*我(?:是)?(?:问|说|要|想)|(?:不是|没)(?:问|说)(?:你)?(?:这|那)(?:个|件|些|种)?|我(?:问|说|要)的(?:是|不是|又不是)"
)


@dataclass
class _Turn:
    """A message, whether it answered a question of a journey, whether it was asked back about, and what it has offered already."""

    said: Understood
    in_journey: bool
    asked_back: bool = False
    offered: set[tuple[str, ReviewReason]] = field(default_factory=set)

    @property
    def is_sentence(self) -> bool:
        """Typed, and not as an answer."""
        return not self.in_journey and not self.said.chosen


class SentencesHeard:
    """What turns noticed and nobody has written yet; any thread may add. `write` keeps it, in one transaction for all of it.

    A process that is killed takes along what it had not written.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work
        self._turns: OrderedDict[str, tuple[_Turn, _Turn | None]] = OrderedDict()
        self._offered: list[OfferedSentence] = []
        self._lock = threading.Lock()

    def hear(self, said: Understood, *, in_journey: bool, asked_back: bool = False) -> None:
        """A message, by each action when it has acted on it: only the first one counts. `asked_back`: it was asked what was meant."""
        with self._lock:
            turn, former = self._turn(said, in_journey)
            turn.asked_back = turn.asked_back or asked_back
            for heard, reason, meant in _noticed(turn, former):
                self._offer(turn, heard, reason, meant)

    def hear_complaint(self, said: Understood) -> None:
        """The message goes to a person because it complains, whatever the classifier made of it."""
        with self._lock:
            turn, former = self._turn(said, in_journey=False)
            if former is not None and former.is_sentence and former.said.likeliest != COMPLAINT:
                self._offer(turn, former, ReviewReason.COMPLAINED)

    def hear_hand_off(self, said: Understood, *, understood: bool) -> None:
        """The message goes to a person, `understood` where that was wished for: then what was said before did not help."""
        with self._lock:
            turn, former = self._turn(said, in_journey=False)
            turn.asked_back = turn.asked_back or not understood
            for heard in (None if understood else turn, former):
                if heard is not None and heard.is_sentence:
                    self._offer(turn, heard, ReviewReason.HANDED_OFF)

    def write(self) -> None:
        """Nothing is raised where the store is away: it is logged, for no turn fails for what is only noticed."""
        with self._lock:
            offered, self._offered = self._offered, []
        if not offered:
            return
        try:
            with self._unit_of_work() as work:
                for sentence in offered:
                    work.review_items.offer(sentence)
                work.commit()
        except StoreUnavailableError as error:
            log.warning("review.not_written", extra={"data": {"code": error.code, "sentences": len(offered)}})

    def _turn(self, said: Understood, in_journey: bool) -> tuple[_Turn, _Turn | None]:
        turn, former = self._turns.pop(said.conversation_id, (None, None))
        if turn is None or turn.said.message_id != said.message_id:
            turn, former = _Turn(said, in_journey), turn
        self._turns[said.conversation_id] = turn, former
        if len(self._turns) > REMEMBERED:
            self._turns.popitem(last=False)
        return turn, former

    def _offer(self, turn: _Turn, heard: _Turn, reason: ReviewReason, meant: str = "") -> None:
        said = heard.said
        key = (said.message_id, reason)
        if key in turn.offered or len(said.text) not in OFFERED or MISCONDUCT in (said.likeliest, meant):
            return
        if said.likeliest in NO_TOPICS and not heard.asked_back:
            return
        turn.offered.add(key)
        self._offered.append(_sentence(said, reason, meant))


def _noticed(turn: _Turn, former: _Turn | None) -> Iterator[tuple[_Turn, ReviewReason, str]]:
    """What the message tells of itself and of the one before."""
    said = turn.said
    if turn.in_journey:
        return
    if turn.is_sentence and turn.asked_back:
        yield turn, ReviewReason.FALLBACK, ""
    elif turn.is_sentence and (said.intent == DOUBT or said.confidence < SURE):
        yield turn, ReviewReason.LOW_CONFIDENCE, ""
    if former is None or not former.is_sentence:
        return
    if said.chosen:
        if former.asked_back and said.intent not in _NO_MEANING and not said.choice:
            yield former, ReviewReason.CORRECTED, said.intent
    elif _CORRECTS.search(said.text):
        yield former, ReviewReason.CORRECTED, ""
    elif said.means(COMPLAINT) and former.said.likeliest != COMPLAINT:
        yield former, ReviewReason.COMPLAINED, ""


def _sentence(heard: Understood, reason: ReviewReason, meant: str) -> OfferedSentence:
    text = mask_said(heard.text, heard)
    ranking = tuple((name, round(probability, 4)) for name, probability in heard.ranking if name != DOUBT)[:RANKED]
    guess = heard.likeliest
    return OfferedSentence(
        text=text,
        example=mark(heard.text, text, heard.entities),
        guess=guess,
        confidence=dict(ranking).get(guess, heard.confidence),
        ranking=ranking,
        reason=reason,
        channel=heard.channel,
        conversation_id=heard.conversation_id,
        source="",
        at=heard.received_at,
        meant=meant,
    )
