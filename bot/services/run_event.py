"""Event mode (E26): a manager switches a disaster's plan on for an area, customers there are told, and it is switched off.

While it is on, the chat page shows a banner, a report of such a loss there is asked less, and its list of papers is shorter
(`bot.services.contingency`). The text is a notice for safety and of how to claim, of the contract and without advertising:
who refused advertising (`stop_marketing`, consent C7) gets it too. Nobody gets it twice, nobody without a mobile phone at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.errors import BotError
from bot.insurance.contingency import DisasterEvent, DisasterKind
from bot.insurance.party import Party
from bot.services.deadlines import speak_date
from bot.services.ports import UnitOfWork
from bot.text.identifiers import is_mobile

PREFIX = "D"
LONGEST = 60  # days: a plan that must hold longer is switched on anew, so that somebody looks at it
MOST_REGIONS, LONGEST_NAME = 10, 30


class EventFlawError(BotError):
    """What was to be switched on is incomplete; `data["flaw"]` says what is missing, for the desk."""

    code = "event_flaw"


@dataclass(frozen=True)
class StartEvent:
    """`kind` is None for one that data/events.yml does not know; `tells`: policyholders of the area get the text."""

    kind: DisasterKind | None
    name: str
    regions: tuple[str, ...]
    ends: date
    tells: bool
    agent: str
    at: datetime

    @property
    def flaw(self) -> str:
        """Why it can't be switched on; "" when it can."""
        days = (self.ends - self.at.date()).days
        if self.kind is None:
            return "要选一种灾害"
        if not 2 <= len(self.name) <= LONGEST_NAME:
            return f"名称要写 2 到 {LONGEST_NAME} 个字，客户会看到"
        fits = 0 < len(self.regions) <= MOST_REGIONS and all(2 <= len(each) <= 20 for each in self.regions)
        if not fits:
            return f"地区一行一个，1 到 {MOST_REGIONS} 个，写省、市或区县的名字"
        return "" if 0 <= days <= LONGEST else f"结束日从今天到 {LONGEST} 天以内"


def start_event(work: UnitOfWork, command: StartEvent) -> DisasterEvent:
    """Switch it on and queue the texts. Raises EventFlawError."""
    kind, at = command.kind, command.at
    if command.flaw or kind is None:
        raise EventFlawError(flaw=command.flaw)
    event = DisasterEvent(
        event_id=work.numbers.next(PREFIX, at.date()),
        kind=kind.id,
        name=command.name,
        regions=command.regions,
        starts=at.date(),
        ends=command.ends,
        started_by=f"agent:{command.agent}",
        started_at=at,
    )
    if command.tells:
        event = replace(event, told=_tell(work, event, kind, at))
    work.events.add(event)
    detail = {
        "kind": kind.id,
        "ends": event.ends.isoformat(),
        "regions": "、".join(event.regions),
        "told": str(event.told),
    }
    work.audit.append("event.started", subject=event.event_id, actor=event.started_by, at=at, detail=detail)
    return event


def stop_event(work: UnitOfWork, event_id: str, agent: str, at: datetime) -> DisasterEvent:
    """Switch it off; what was reported meanwhile stays as it is. Again it changes nothing. Raises LookupError."""
    event = work.events.get(event_id)
    if event is None:
        raise LookupError(event_id)
    if event.stopped_at is not None:
        return event
    stopped = replace(event, stopped_by=f"agent:{agent}", stopped_at=at)
    work.events.save(stopped)
    work.audit.append("event.stopped", subject=event_id, actor=stopped.stopped_by, at=at, detail={"kind": event.kind})
    return stopped


def _tell(work: UnitOfWork, event: DisasterEvent, kind: DisasterKind, at: datetime) -> int:
    text, phones = notice_text(event, kind), set[str]()
    for party in in_area(work.parties.policyholders(kind.papers), event.regions):
        new = party.phone not in phones and work.once.claim(f"event:{event.event_id}:{party.party_id}", at)
        if new:
            phones.add(party.phone)
            work.texts.send(party.phone, f"【保险客服】{text}", at)
    return len(phones)


def in_area(parties: Iterable[Party], regions: Sequence[str]) -> list[Party]:
    """Those whose registered address names one of the regions, and whom a text reaches."""
    return [party for party in parties if is_mobile(party.phone) and any(region in party.address for region in regions)]


def notice_text(event: DisasterEvent, kind: DisasterKind) -> str:
    until = speak_date(event.ends, event.starts)
    return (
        f"{event.name}：{kind.advice}。出险了打开在线客服说“报案”，材料从简，执行到 {until}。"
        "这是安全提醒，不会请您点链接、转账。"
    )


def banner_text(events: Sequence[DisasterEvent], kinds: Sequence[DisasterKind], today: date) -> str:
    """What the chat page shows above the conversation: the newest event that is on; "" without one."""
    known = {kind.id: kind for kind in kinds}
    event = next((each for each in events if each.kind in known), None)
    if event is None:
        return ""
    regions = "、".join(event.regions)
    return (
        f"{event.name}：{known[event.kind].advice}。{regions}出险的，直接说“报案”：少问几项，材料从简，"
        f"执行到 {speak_date(event.ends, today)}。"
    )
