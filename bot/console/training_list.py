"""What the trainers' list is asked for by its address, and the names that its typed search finds things by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.insurance.review_item import ReviewReason, ReviewState
from bot.services.review_ports import Chosen, Order
from bot.text.syllables import syllable

CHANNELS = {"web": "网页", "wechat": "微信", "ivr": "电话", "transcript": "录音"}


@dataclass(frozen=True)
class Choice:
    """Something to be chosen by typing: `keys` are its names, how they sound (baodanchaxun) and its initials (bdcx)."""

    value: str
    zh: str
    keys: str


def read_chosen(query: Mapping[str, str], intents: Mapping[str, str]) -> Chosen:
    """What is not known in an address is as if it were not there."""
    return Chosen(
        state=next((one for one in ReviewState if one.value == query.get("state")), ReviewState.NEW),
        reason=next((one for one in ReviewReason if one.value == query.get("reason")), None),
        guess=guess if (guess := query.get("guess", "")) in intents else "",
        channel=channel if (channel := query.get("channel", "")) in CHANNELS else "",
        order=next((one for one in Order if one.value == query.get("order")), Order.MOST_HEARD),
    )


def as_query(chosen: Chosen, **changes: str) -> str:
    """The address's part of it; what is usual is left out."""
    written = {
        "state": chosen.state.value if chosen.state is not ReviewState.NEW else "",
        "reason": chosen.reason.value if chosen.reason else "",
        "guess": chosen.guess,
        "channel": chosen.channel,
        "order": chosen.order.value if chosen.order is not Order.MOST_HEARD else "",
        **changes,
    }
    return urlencode({name: value for name, value in written.items() if value})


def choices(names: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, zh, _keys(code, zh)) for code, zh in names.items())


def _keys(code: str, zh: str) -> str:
    sounds = [syllable(each) for each in zh]
    return f"{zh} {code} {''.join(sounds)} {''.join(each[:1] for each in sounds)}".lower()
