"""What a recorded call holds: the customer's intents, complaint and danger, long silences, whether he was helped.

An outcome is read off the words, so it is a hint for whoever listens: a customer who wanted something was helped when he
thanks, agrees or says goodbye at the end and neither complains nor says that it is not settled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.complaints.engine import Verdict
from bot.complaints.rule import ComplaintRule
from bot.insurance.hand_off import Priority
from bot.services.mask_said import mask_said
from bot.services.screen_message import complains, screen_message
from bot.services.transcripts.call import Findings, Outcome, PhoneCall, Speaker, Spoken, Turn
from bot.services.understanding import Understood
from bot.text.spoken_masking import mask_pieces

LONG_HOLD = 30_000  # milliseconds of silence between two utterances
LAST_TURNS = 4  # of the customer, in which he says whether he was helped
# Said on the way through a conversation: they are no wish.
SMALL_TALK = frozenset(
    {
        "greet",
        "goodbye",
        "thank",
        "affirm",
        "deny",
        "repeat",
        "inform",
        "correct_answer",
        "bot_challenge",
        "out_of_scope",
    }
)
_CLOSING = frozenset({"thank", "goodbye", "affirm"})
_NOT_SETTLED = re.compile(
    r"(?:还是|根本|一直|又|都)没(?:有)?(?:解决|办|弄|给|回|到账|说清)|没解决|解决不了|白打|说了等于没说|算了算了|懒得(?:跟|和)|我再打|改天再|"
    r"等到什么时候|还要等多久|到底(?:谁|要|能|什么时候)|我要投诉|不满意|没用"
)

Understand = Callable[[str, datetime], Understood]


@dataclass(frozen=True)
class Analyst:
    """`understand` reads one sentence; `in_doubt` says whether the assistant would have asked back."""

    understand: Understand
    in_doubt: Callable[[Understood], bool]
    rules: Sequence[ComplaintRule]

    def analyse(self, call: PhoneCall, now: datetime) -> Findings:
        """Pure but for `understand`. Dates that the customer names are counted from the call's day."""
        at = call.began or now
        turns: list[Turn] = []
        complaints: list[tuple[Verdict, int]] = []
        emergency = False
        for place, (spoken, words) in enumerate(zip(call.spoken, _without_pieces(call.spoken), strict=True)):
            said = self.understand(spoken.text, at)
            doubt = self.in_doubt(said)
            turns.append(_kept(spoken, words, said, doubt))
            if spoken.speaker is Speaker.CUSTOMER:
                verdict = screen_message(self.rules, said)
                emergency = emergency or _endangered(said, verdict, doubt)
                if complains(verdict) or (said.intent == "file_complaint" and not doubt):
                    complaints.append((verdict, place))
        complaint, complaint_at = max(complaints, key=lambda each: each[0].severity, default=(None, 0))
        return Findings(
            turns=tuple(turns),
            intents=_wishes(turns),
            outcome=_outcome(turns, call.spoken, complained=bool(complaints)),
            holds=_holds(call.spoken),
            complaint_kind=(complaint.kind or "other") if complaint else "",
            emergency=emergency,
            complaint_at=complaint_at,
        )


def _endangered(said: Understood, verdict: Verdict, doubt: bool) -> bool:
    by_rule = verdict.hand_off and verdict.priority is Priority.INJURY_OR_DEATH
    return by_rule or (said.intent == "emergency" and not doubt)


def _without_pieces(spoken: Sequence[Spoken]) -> list[str]:
    """The words of each turn, without the digits of numbers that a side told over several of its turns."""
    words = [each.text for each in spoken]
    for side in Speaker:
        places = [place for place, each in enumerate(spoken) if each.speaker is side]
        for place, text in zip(places, mask_pieces([words[place] for place in places]), strict=True):
            words[place] = text
    return words


def _kept(spoken: Spoken, words: str, said: Understood, doubt: bool) -> Turn:
    text = mask_said(words, said)
    if spoken.speaker is not Speaker.CUSTOMER:
        return Turn(spoken.speaker, text, spoken.start, spoken.end)
    return Turn(spoken.speaker, text, spoken.start, spoken.end, said.intent, said.confidence, doubt)


def _wishes(turns: Sequence[Turn]) -> tuple[str, ...]:
    wanted = (turn.intent for turn in turns if turn.intent and not turn.in_doubt and turn.intent not in SMALL_TALK)
    return tuple(dict.fromkeys(wanted))


def _outcome(turns: Sequence[Turn], spoken: Sequence[Spoken], *, complained: bool) -> Outcome:
    wishes = _wishes(turns)
    if not wishes and not complained:
        return Outcome.NOTHING_ASKED
    mine = [(turn, each.text) for turn, each in zip(turns, spoken, strict=True) if turn.speaker is Speaker.CUSTOMER]
    last = mine[-LAST_TURNS:]
    unsettled = complained or any(_NOT_SETTLED.search(text) for _, text in last)
    closed = any(turn.intent in _CLOSING for turn, _ in last)
    return Outcome.HELPED if closed and not unsettled else Outcome.OPEN


def _holds(spoken: Sequence[Spoken]) -> tuple[int, ...]:
    """Silences between what was said last and what comes next, whoever speaks; overlapping speech is none. By time: some
    recognisers write one side after the other."""
    holds, until = [], None
    for each in sorted(spoken, key=lambda one: one.start if one.start is not None else -1):
        if each.start is not None and until is not None and each.start - until >= LONG_HOLD:
            holds.append(each.start - until)
        end = each.end if each.end is not None else each.start
        if end is not None:
            until = max(end, until or 0)
    return tuple(holds)
