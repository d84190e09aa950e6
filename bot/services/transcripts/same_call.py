"""Which recorded call is one that was read before and has grown, or was mended, since.

An export of the day is read at noon and again in the evening: by then a call has more rows, or its broken row was put right. It keeps
the id that it was first read under, and with it its complaint and its call-back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.services.transcripts.call import PhoneCall


@dataclass(frozen=True)
class FormerCall:
    """A stored call as it is known again; `key` and `marks` as in `PhoneCall`."""

    call_id: str
    key: str
    marks: tuple[str, ...]
    phone: str
    began: datetime | None


def former_self(call: PhoneCall, stored: Iterable[FormerCall], taken: Collection[str]) -> FormerCall | None:
    """The stored call that `call` was; None for a new one. `taken`: ids that are other calls of the same file.

    Of the same number, with nothing that speaks against it, and either begun at the same moment or with all the words of one in
    the other: a call centre may count its calls from 1 again tomorrow.
    """
    same = [
        each
        for each in stored
        if call.key and each.key == call.key and each.call_id not in taken and _may_be(call, each)
    ]
    return max(same, key=lambda each: _common(call.marks, each.marks), default=None)


def has_more(call: PhoneCall, former: FormerCall) -> bool:
    """Whether something is said in `call` that was not read before."""
    return _common(call.marks, former.marks) < len(call.marks)


def _may_be(call: PhoneCall, former: FormerCall) -> bool:
    for told, kept in ((call.phone, former.phone), (call.began, former.began)):
        if told and kept and told != kept:
            return False
    same_moment = call.began is not None and call.began == former.began
    fewer = min(len(call.marks), len(former.marks))
    return same_moment or 0 < fewer == _common(call.marks, former.marks)


def _common(one: Collection[str], other: Collection[str]) -> int:
    return sum((Counter(one) & Counter(other)).values())
