"""Every value in a message that money and proofs hang on: numbers that name something, dates, times, sums, shares."""

from __future__ import annotations

from datetime import datetime

from bot.text.amounts import find_amounts
from bot.text.candidates import Candidate
from bot.text.counted_phones import find_counted_phones
from bot.text.dates import SHANGHAI, find_dates
from bot.text.numerals import find_percentages
from bot.text.said_numbers import NumberReader
from bot.text.times import find_times


def find_values(folded: str, now: datetime, numbers: NumberReader, *, cues: str | None = None) -> list[Candidate]:
    """Candidates in folded text; they may overlap (`bot.text.candidates.resolve`). `now`: when it was said, with a zone.
    `cues`: the same text with misheard words put right, for the words before a number."""
    phones = find_counted_phones(folded)
    amounts = (
        each
        for each in find_amounts(folded)
        if not any(each.start < one.end and one.start < each.end for one in phones)
    )
    return [
        *(Candidate("phone", span.start, span.end, span.value) for span in phones if span.value),
        *numbers.read(folded, now.astimezone(SHANGHAI).date(), cues=cues),
        *(Candidate("percentage", span.start, span.end, span.value) for span in find_percentages(folded)),
        *(Candidate("date", span.start, span.end, span.value) for span in find_dates(folded, now)),
        *(Candidate("time", span.start, span.end, span.value) for span in find_times(folded, now)),
        *(Candidate("amount", span.start, span.end, span.value) for span in amounts),
    ]
