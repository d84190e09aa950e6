"""Two hundred customers, five agents who ignore, crash, go home, step away and pass on: nobody is forgotten or held twice. Both databases."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from store_samples import NOW

from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.insurance.staff import Credentials, Role, Staff
from bot.services import move_conversation as moves
from bot.services.desk_work import DeskWork
from bot.services.leave_queue import leave_queue
from bot.services.offer_work import OfferRules, settle_offers
from bot.store.unit_of_work import SqlUnitOfWork

RULES = OfferRules(timedelta(seconds=30), timedelta(seconds=45), timedelta(minutes=5), 2)
CUSTOMERS, LOOK = 200, timedelta(seconds=5)
# Two work at one post, two at the other, and one at both: what is passed on finds somebody.
POSTS_OF = {"1001": ("综合",), "1002": ("综合",), "1003": ("理赔",), "1004": ("理赔",), "1005": ("综合", "理赔")}


@dataclass
class Shift:
    """One simulated day: `settle` is the front desk's own look, all that agents do goes through the desk's use cases."""

    unit_of_work: Callable[[], SqlUnitOfWork]
    chance: Random
    at: datetime = NOW
    gone_until: dict[str, datetime] = field(default_factory=lambda: dict.fromkeys(POSTS_OF, NOW))
    ended: Counter[str] = field(default_factory=Counter)
    arrived: int = 0
    offers: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.desk = DeskWork(self.unit_of_work)
        with self.unit_of_work() as work:
            for name, posts in POSTS_OF.items():
                work.staff.add(
                    Staff(name, frozenset({Role.AGENT}), frozenset(posts)), Credentials("x", handed_out=False), NOW
                )
            work.commit()
            self.staff = {one.name: one for one in work.staff.all()}

    def tick(self) -> None:
        self.at += LOOK
        if self.arrived < CUSTOMERS and self.chance.random() < 0.5:
            self._arrive()
        with self.unit_of_work() as work:
            for name in POSTS_OF:
                self._live(work, name)
            work.commit()
        with self.unit_of_work() as work:
            settled = settle_offers(work, self.at, RULES)
            work.commit()
        self.offers.update(settled.offered)
        self._check_nobody_idles()
        for one in self._open():
            self._react(one)
        self._check()

    def _arrive(self) -> None:
        name, post = f"c-{self.arrived}", self.chance.choice(("综合", "理赔"))
        self.arrived += 1
        priority = self.chance.choice(list(Priority))
        with self.unit_of_work() as work:
            work.hand_offs.add(
                HandOff(name, "customer_asked", "客户要求人工", post, priority, (), (), "", self.at, name)
            )
            work.ownerships.set_owner(name, Owner.QUEUE, self.at)
            work.commit()

    def _live(self, work: SqlUnitOfWork, name: str) -> None:
        """Crashes or goes home now and then, says so sometimes, and is there again after a while."""
        if self.gone_until[name] > self.at:
            return
        if self.chance.random() < 0.004:
            self.gone_until[name] = self.at + timedelta(seconds=self.chance.randrange(20, 900))
        elif self.chance.random() < 0.01:
            work.desk_presence.set_away(name, self.at, away=self.chance.random() < 0.4)
        else:
            work.desk_presence.seen(name, self.at)

    def _react(self, one: HandOff) -> None:
        """Of who has it, or is offered it; or the customer has had enough."""
        name = one.taken_by or one.offered_to
        if not one.taken_by and self.chance.random() < 0.001:
            with self.unit_of_work() as work:
                if leave_queue(work, one.conversation_id, self.at):  # what must be seen by a person stays
                    self.ended[one.conversation_id] += 1
                work.commit()
        elif not name or self.gone_until[name] > self.at:
            return
        elif not one.taken_by:
            if self.chance.random() < 0.3:  # else ignored
                self.desk.move(one.conversation_id, self.staff[name], moves.take, self.at)
        elif self.chance.random() < 0.15:
            self.desk.move(one.conversation_id, self.staff[name], moves.give_back, self.at)
            self.ended[one.conversation_id] += 1
        elif self.chance.random() < 0.05:
            to = {"综合": "理赔", "理赔": "综合"}[one.post]
            self.desk.move(one.conversation_id, self.staff[name], moves.pass_on(to, "换一个岗位"), self.at)

    def _open(self) -> tuple[HandOff, ...]:
        with self.unit_of_work() as work:
            return tuple(work.hand_offs.open_all())

    def _check(self) -> None:
        opened = self._open()
        assert self.ended.keys() | {one.conversation_id for one in opened} == {f"c-{n}" for n in range(self.arrived)}
        assert not self.ended.keys() & {one.conversation_id for one in opened}
        assert max(Counter(one.taken_by for one in opened if one.taken_by).values(), default=0) <= RULES.capacity
        with self.unit_of_work() as work:
            for one in opened:
                owner = work.ownerships.owner(one.conversation_id)
                assert owner is (Owner.HUMAN if one.taken_by else Owner.QUEUE)
                if one.offered_to and not one.taken_by:
                    assert self.at - one.offered_at <= RULES.answer + LOOK  # no offer stands longer than it may

    def _check_nobody_idles(self) -> None:
        """Right after a look: who waits without an offer waits only because everybody of his post is busy, away or gone."""
        opened = self._open()
        load = Counter(one.taken_by or one.offered_to for one in opened if one.taken_by or one.offered_to)
        with self.unit_of_work() as work:
            away = {one.name for one in work.desk_presence.all() if one.away}
        free = [
            name
            for name in POSTS_OF
            if self.gone_until[name] <= self.at and name not in away and load[name] < RULES.capacity
        ]
        idle = [
            (one.conversation_id, name)
            for one in opened
            for name in free
            if not one.taken_by and not one.offered_to and self.staff[name].works_at(one.post)
        ]
        assert idle == []


@pytest.mark.parametrize("seed", range(2))
def test_of_two_hundred_conversations_none_is_forgotten_and_none_is_held_twice(unit_of_work, seed):
    shift = Shift(unit_of_work, Random(seed))
    looks = 0
    while len(shift.ended) < CUSTOMERS:
        looks += 1
        assert looks < 20_000, sorted({f"c-{n}" for n in range(shift.arrived)} - shift.ended.keys())
        shift.tick()
    assert set(shift.ended.values()) == {1}
    with unit_of_work() as work:
        assert not work.hand_offs.open_all()
        assert {work.ownerships.owner(f"c-{number}") for number in range(CUSTOMERS)} == {Owner.BOT}
    assert max(shift.offers.values()) > 1  # the day was no easy one: somebody was offered again


def test_who_is_ignored_by_all_is_offered_again_and_again_until_somebody_takes_him(unit_of_work):
    shift = Shift(unit_of_work, Random(0))
    shift._arrive()
    offered = []
    with unit_of_work() as work:
        post = work.hand_offs.open_all()[0].post
    for _ in range(60):
        shift.at += LOOK
        for name in POSTS_OF:
            shift.desk.is_here(shift.staff[name], shift.at)
        with unit_of_work() as work:
            if settle_offers(work, shift.at, RULES).offered:
                work.commit()
                offered.append(shift._open()[0].offered_to)
    able = {name for name, posts in POSTS_OF.items() if post in posts}
    assert set(offered) == able
    assert all(first != second for first, second in itertools.pairwise(offered))  # never the same twice running
    shift.desk.move("c-0", shift.staff[offered[-1]], moves.take, shift.at)
    with unit_of_work() as work:
        assert settle_offers(work, shift.at, RULES).offered == ()


def test_when_the_last_agent_goes_home_his_customers_wait_and_the_first_of_the_morning_has_them(unit_of_work):
    shift = Shift(unit_of_work, Random(0))
    for _ in range(2):
        shift._arrive()
    posts = {one.post for one in shift._open()}
    shift.desk.is_here(shift.staff["1005"], shift.at)
    for one in shift._open():
        shift.desk.move(one.conversation_id, shift.staff["1005"], moves.take, shift.at)
    with unit_of_work() as work:
        left = settle_offers(work, shift.at + RULES.gone, RULES).left
        work.commit()
    assert (set(left), posts <= {"综合", "理赔"}) == ({"c-0", "c-1"}, True)
    morning = shift.at + timedelta(hours=14)
    for name in POSTS_OF:
        shift.desk.is_here(shift.staff[name], morning)
    with unit_of_work() as work:
        assert set(settle_offers(work, morning, RULES).offered) == {"c-0", "c-1"}
