"""What customers asked and whether it was settled, by month or quarter: by the assistant, by a person, or not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from bot.services.figure_ports import Contact
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Chart, Report, Section, Series, Sheet, bars, per_cent, share
from bot.services.ports import UnitOfWork
from bot.services.understanding import DOUBT

AGAIN_WITHIN = 7  # days
_SHOWN = 15  # intents of a plot


class Settled(str, Enum):
    BOT = "机器人办结"
    PERSON = "转人工"
    LEFT = "中途离开"
    AGAIN = "7 日内又来（算没解决）"


class Seen(NamedTuple):
    """A contact with what became of it."""

    contact: Contact
    settled: Settled


def judge(contacts: Sequence[Contact], period: Period) -> tuple[Seen, ...]:
    """Those of the period; `contacts` go on for seven days after it. Whoever comes back within seven days, on another day, was not
    helped, whatever it looked like: known by the conversation or by who was proved in it."""
    days: dict[str, set[date]] = defaultdict(set)
    for one in contacts:
        days[_who(one)].add(one.day)
    return tuple(
        Seen(one, _settled(one, days[_who(one)])) for one in contacts if period.first <= one.day < period.after
    )


def topic_report(work: UnitOfWork, period: Period, today: date, names: Mapping[str, str]) -> Report:
    """`names`: the Chinese names of intents."""
    names = {**names, DOUBT: "没听懂"}
    contacts = work.facts.contacts(period.first, period.after + timedelta(days=AGAIN_WITHIN + 1))
    seen = judge(contacts, period)
    visits = _visits(seen)
    total, outcomes = len(visits), Counter(visits.values())
    figures = (
        ("来访（一个会话一天算一次）", f"{total} 次"),
        *((kind.value, f"{outcomes[kind]} 次，{per_cent(outcomes[kind], total)}") for kind in Settled),
    )
    asked = Counter(names.get(one.contact.intent, one.contact.intent) for one in seen)
    most = dict(asked.most_common(_SHOWN))
    return Report(
        "客户来意和解决情况",
        period.zh,
        figures,
        (
            Section("客户问什么", (bars(f"最多的 {len(most)} 种来意", most, "次"),), (_sheet(seen, names),)),
            _by_month(seen, period),
            Section("没听懂", (), (), (_doubt(seen),)),
        ),
        _notes(period, today),
    )


def _visits(seen: Iterable[Seen]) -> dict[tuple[str, date], Settled]:
    """A conversation's day is one visit, whatever was asked; what went worst of it counts."""
    worst = {kind: place for place, kind in enumerate((Settled.BOT, Settled.PERSON, Settled.LEFT, Settled.AGAIN))}
    found: dict[tuple[str, date], Settled] = {}
    for one in seen:
        key = (one.contact.conversation_id, one.contact.day)
        found[key] = max(found.get(key, Settled.BOT), one.settled, key=worst.__getitem__)
    return found


def _settled(one: Contact, days: set[date]) -> Settled:
    if any(0 < (day - one.day).days <= AGAIN_WITHIN for day in days):
        return Settled.AGAIN
    if one.handed:
        return Settled.PERSON
    return Settled.LEFT if one.left else Settled.BOT


def _who(one: Contact) -> str:
    return f"party:{one.party_id}" if one.party_id else one.conversation_id


def _sheet(seen: Sequence[Seen], names: Mapping[str, str]) -> Sheet:
    by_intent: dict[str, Counter[Settled]] = defaultdict(Counter)
    for one in seen:
        by_intent[one.contact.intent][one.settled] += 1
    ranked = sorted(by_intent.items(), key=lambda row: (-row[1].total(), row[0]))
    rows = tuple(
        (
            names.get(intent, intent), str(counted.total()), per_cent(counted[Settled.BOT], counted.total()),
            *(str(counted[kind]) for kind in Settled),
        )
        for intent, counted in ranked
    )  # fmt: skip
    return Sheet(("来意", "次数", "机器人办结率", *(kind.value for kind in Settled)), rows)


def _by_month(seen: Sequence[Seen], period: Period) -> Section:
    months = sorted({f"{one.contact.day:%Y-%m}" for one in seen})
    counted = Counter((f"{day:%Y-%m}", kind) for (_, day), kind in _visits(seen).items())
    whole = {month: sum(counted[month, kind] for kind in Settled) for month in months}
    series = tuple(
        Series(kind.value, tuple(share(counted[month, kind], whole[month]) for month in months))
        for kind in (Settled.BOT, Settled.PERSON, Settled.LEFT)
    )
    title = "各月解决情况" if period.is_quarter else "本月解决情况"
    return Section(title, (Chart(title, tuple(months), series, "%"),))


def _doubt(seen: Sequence[Seen]) -> str:
    doubt = sum(one.contact.intent == DOUBT for one in seen)
    return f"没听懂的 {doubt} 次，占 {per_cent(doubt, len(seen))}。" if seen else NOT_KNOWN


def _notes(period: Period, today: date) -> tuple[str, ...]:
    young = period.after + timedelta(days=AGAIN_WITHIN) > today
    warning = ("最近 7 天的来访还可能再来，解决率会变。",) if young else ()
    return (
        *warning,
        "来意按意图计数，一个会话一天里同一个来意只算一次；不存客户说的话。打招呼、确认、报信息不算来意。",
        "同一客户：同一个会话，或核实过身份的同一个人；没有核实身份又换了会话的，认不出来。",
        "中途离开：当天开始办的事没有办完（取消、存着、没有再回）。转人工：当天转给了坐席。",
    )
