"""Scorecards of agents by month (H04, H06): quantity, speed, satisfaction, quality. They rank nobody and set no pay and no punishment (A06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.insurance.institution import HEAD_OFFICE
from bot.insurance.rating import GOOD
from bot.services.figure_ports import ComplaintFact, DeskDeed
from bot.services.figures.complaint_analysis import Kept, Limit, limit_of
from bot.services.figures.period import Period
from bot.services.figures.report import NOT_KNOWN, Report, Section, Sheet, bars, minutes, per_cent, quantile
from bot.services.figures.where import COMPANY, Where
from bot.services.ports import UnitOfWork
from bot.services.rate_service import counting

TAKEN = frozenset({"desk.taken", "desk.taken_over"})
ANSWERED, GIVEN_BACK = "desk.answered", "desk.given_back"
PASSED_ON = frozenset({"desk.passed_on", "desk.given_to"})
RATED_WITHIN = timedelta(days=1)  # of being given back: a rating after that judges something else


@dataclass
class Scorecard:
    """Of one agent. Times in seconds: from taking a conversation to the first answer, and to giving it away."""

    agent: str
    taken: int = 0
    given_back: int = 0
    passed_on: int = 0
    first_answers: list[float] = field(default_factory=list)
    handling: list[float] = field(default_factory=list)
    ratings: list[int] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    complaints: Kept = field(default_factory=lambda: Kept(0, 0))

    @property
    def satisfied(self) -> str:
        return per_cent(sum(score >= GOOD for score in self.ratings), len(self.ratings))

    @property
    def quality(self) -> str:
        return f"{sum(self.scores) / len(self.scores):.1f}" if self.scores else NOT_KNOWN


def scorecards(work: UnitOfWork, period: Period, today: date, *, only: str = "") -> tuple[Scorecard, ...]:
    """Of everybody who did something in the period, by name, or of one agent, who has one even of nothing done."""
    deeds = [deed for deed in work.figures.desk_deeds(period.start, period.end) if only in ("", deed.agent)]
    cards: dict[str, Scorecard] = {only: Scorecard(only)} if only else {}
    backs = _count_deeds(deeds, cards)
    for rating in counting([one for one in work.ratings.since(period.start) if one.at < period.end + RATED_WITHIN]):
        agent = _served(backs.get(rating.conversation_id, ()), rating.at)
        if agent:
            _card(cards, agent).ratings.append(rating.score)
    for review in work.reviews.scored(period.start, period.end):
        if review.counts and review.score and review.agent and only in ("", review.agent):
            _card(cards, review.agent).scores.append(review.score.total)
    decided: dict[str, list[ComplaintFact]] = defaultdict(list)
    for fact in work.figures.complaints_decided(period.start, period.end):
        if only in ("", fact.decided_by):
            decided[fact.decided_by].append(fact)
    for agent, facts in decided.items():
        kept = sum(limit_of(fact, today) is not Limit.LATE for fact in facts)
        _card(cards, agent).complaints = Kept(kept, len(facts))
    return tuple(cards[name] for name in sorted(cards))


def scorecard_report(
    work: UnitOfWork, period: Period, today: date, *, only: str = "", where: Where = COMPANY
) -> Report:
    cards = _of_institution(work, scorecards(work, period, today, only=only), where)
    answers = [seconds for card in cards for seconds in card.first_answers]
    return Report(
        "坐席服务指标",
        where.span(period.zh),
        (
            ("接手会话", f"{sum(card.taken for card in cards)} 段"),
            ("首次响应（中位 / 九成以内）", f"{minutes(quantile(answers, 0.5))} / {minutes(quantile(answers, 0.9))}"),
            ("交还机器人", f"{sum(card.given_back for card in cards)} 段"),
            ("转岗或转同事", f"{sum(card.passed_on for card in cards)} 段"),
        ),
        (
            Section("各人接手", (bars("接手会话", {card.agent: card.taken for card in cards if card.taken}, "段"),)),
            Section("各人指标", (), (_sheet(cards),)),
        ),
        (
            "首次响应：从接手到第一句回复。处理时长：从接手到交还、转岗或转同事。",
            "满意度：交还后一天内、同一会话的评价，4 分以上算满意。质检：抽到的会话的平均分，撤销的不算。投诉按期：本人作出的决定在法定期限内的。",
            "只看数量和质量，不排名、不算薪酬、不作处罚。",
        ),
    )


def _of_institution(work: UnitOfWork, cards: tuple[Scorecard, ...], where: Where) -> tuple[Scorecard, ...]:
    """Of the accounts that belong to it; one that reads the figures of all is the head office's."""
    if not where.institution:
        return cards
    own = {staff.name for staff in work.staff.all() if (staff.institution or HEAD_OFFICE) == where.institution}
    return tuple(card for card in cards if card.agent in own)


def _sheet(cards: Sequence[Scorecard]) -> Sheet:
    head = (
        "工号",
        "接手",
        "首次响应中位",
        "首次响应九成",
        "处理时长中位",
        "交还",
        "转出",
        "满意度",
        "质检",
        "投诉按期",
    )
    rows = tuple(
        (
            card.agent, str(card.taken), minutes(quantile(card.first_answers, 0.5)),
            minutes(quantile(card.first_answers, 0.9)), minutes(quantile(card.handling, 0.5)), str(card.given_back),
            str(card.passed_on), f"{card.satisfied}（{len(card.ratings)} 次）", card.quality, card.complaints.zh,
        )
        for card in cards
    )  # fmt: skip
    return Sheet(head, rows)


def _count_deeds(
    deeds: Sequence[DeskDeed], cards: dict[str, Scorecard]
) -> Mapping[str, Sequence[tuple[datetime, str]]]:
    """Fill the cards; conversation → (when it was given back, by whom), the first first."""
    backs: dict[str, list[tuple[datetime, str]]] = {}
    for conversation_id, found in groupby(deeds, key=lambda deed: deed.conversation_id):
        taken: DeskDeed | None = None
        waits = False  # for a first answer
        for deed in found:
            card = _card(cards, deed.agent)
            if deed.event in TAKEN:
                card.taken, taken, waits = card.taken + 1, deed, True
                continue
            own = taken is not None and taken.agent == deed.agent
            since = (deed.at - taken.at).total_seconds() if taken is not None and own else None
            if deed.event == ANSWERED:
                if waits and since is not None:
                    card.first_answers.append(since)
                waits = waits and not own
                continue
            card.given_back += deed.event == GIVEN_BACK
            card.passed_on += deed.event in PASSED_ON
            if since is not None:
                card.handling.append(since)
            if deed.event == GIVEN_BACK:
                backs.setdefault(conversation_id, []).append((deed.at, deed.agent))
            taken = None
    return backs


def _served(backs: Sequence[tuple[datetime, str]], at: datetime) -> str:
    """Who gave the conversation back last before that moment and not too long before; "" for nobody."""
    return next((agent for back, agent in reversed(backs) if back <= at <= back + RATED_WITHIN), "")


def _card(cards: dict[str, Scorecard], agent: str) -> Scorecard:
    return cards.setdefault(agent, Scorecard(agent))
