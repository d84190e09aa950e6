"""No message is lost, said twice or reordered, and the assistant is silent, while a conversation goes from the assistant to the queue, to a
person, to another, and back, with messages coming all the time and front desks dying in between. Any order of events, both databases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from store_samples import NOW

from bot.conversations.dispatcher import Dispatcher
from bot.conversations.feed import Feed
from bot.conversations.messages import Inbound, OfferedChoice, Reply, Sender, StoredMessage
from bot.conversations.notices import BACK
from bot.conversations.ports import Why
from bot.conversations.retry import RetryPolicy
from bot.insurance.hand_off import Owner
from bot.insurance.staff import Credentials, Role, Staff
from bot.services import move_conversation as moves
from bot.services.desk_access import NothingToTakeError, NotInHandError, NotThatPostError, TakenByOtherError
from bot.services.desk_work import DeskWork
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.leave_queue import leave_queue
from bot.services.offer_work import OfferRules, settle_offers
from bot.services.queue_place import tell_place
from bot.services.take_failed_turn import FailedTurn, take_failed_turn
from bot.store.message_log import SqlMessageLog
from bot.store.unit_of_work import SqlUnitOfWork

RULES = OfferRules(timedelta(seconds=30), timedelta(seconds=45), timedelta(minutes=5), 50)
CONVERSATIONS = count(1)
FIRST = Staff("1001", frozenset({Role.AGENT}), frozenset({"综合", "理赔"}))
SECOND = Staff("1002", frozenset({Role.AGENT}), frozenset({"综合", "理赔"}))
SUPERVISOR = Staff("9001", frozenset({Role.MANAGER}), frozenset({"综合"}))
REFUSED = (NothingToTakeError, NotInHandError, TakenByOtherError, NotThatPostError)
STEPS = (
    "says", "says_again", "asks_for_a_person", "wants_no_person", "asks_for_the_place", "first_takes", "second_takes", "supervisor_takes_over",
    "is_answered", "is_answered_again", "is_joined", "is_passed_on", "is_given_to_second", "is_given_back", "agent_goes",
    "assistant_hangs", "assistant_goes_on", "front_desk_dies", "customer_reads", "time_for_turns",
)  # fmt: skip
ANSWERED = "收到：{}"
TYPED_ALONE = ("不用人工了", "还要等多久")  # understood as whole sentences only


async def at_once(_: float) -> None:
    await asyncio.sleep(0)


class Assistant:
    """Answers each message; hands over where it is asked to, and may hang with its answer when it has."""

    def __init__(self, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
        self._unit_of_work = unit_of_work
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def respond(self, inbound: Inbound) -> Sequence[Reply]:
        text = ANSWERED.format(inbound.text)
        if inbound.text.startswith("转人工"):
            text = await asyncio.to_thread(self._hand_over, inbound)
        await self.goes_on.wait()
        return (Reply(text),)

    def _hand_over(self, inbound: Inbound) -> str:
        request = HandOffRequest(
            inbound.conversation_id, inbound.message_id, "customer_asked", "综合", inbound.received_at, None
        )
        with self._unit_of_work() as work:
            reply = hand_off(work, request)
            work.commit()
        return reply.text


class People:
    """As the front desk's own (bot.bootstrap.QueueOfPeople)."""

    def __init__(self, unit_of_work: Callable[[], SqlUnitOfWork]) -> None:
        self._unit_of_work = unit_of_work

    def take(self, inbound: Inbound, why: Why, at: datetime) -> Sequence[Reply]:
        turn = FailedTurn(inbound.conversation_id, inbound.message_id, inbound.text, why.value, at)
        replies = take_failed_turn(self._unit_of_work, (), turn, lambda _, __: None)
        return [
            Reply(one.text, tuple(OfferedChoice(each.title, each.payload) for each in one.choices)) for one in replies
        ]

    def tell_place(self, conversation_id: str, at: datetime) -> Sequence[Reply]:
        with self._unit_of_work() as work:
            told = tell_place(work, conversation_id, at)
            work.commit()
        return () if told is None else (Reply(told.text),)

    def give_back(self, conversation_id: str, at: datetime) -> bool:
        with self._unit_of_work() as work:
            given = leave_queue(work, conversation_id, at)
            work.commit()
        return given


class Play:
    """One conversation. `said`, `spoken`: what the customer and the persons know that they have sent, in order."""

    def __init__(self, unit_of_work: Callable[[], SqlUnitOfWork], log: SqlMessageLog) -> None:
        self.unit_of_work, self.log, self.desk = unit_of_work, log, DeskWork(unit_of_work)
        self.name, self.at = f"c-{next(CONVERSATIONS)}", NOW
        self.feed, self.assistant, self.people = Feed(), Assistant(unit_of_work), People(unit_of_work)
        self.said: list[str] = []
        self.spoken: list[str] = []
        self.last_words: tuple[Staff, str, str] | None = None
        self.page: list[StoredMessage] = []
        self.quiet_from: list[int] = []  # from the message after this one a person has it
        self.quiet_until: list[int] = []
        self.dispatcher = self._new_front_desk()

    def _new_front_desk(self) -> Dispatcher:
        policy = RetryPolicy(pause=at_once)
        return Dispatcher(
            self.log, self.assistant, self.feed, people=self.people, clock=lambda: self.at, retry=policy
        )  # fmt: skip

    async def run(self, steps: Sequence[str]) -> None:
        await asyncio.to_thread(self.log.open, self.name, channel="web", at=self.at)
        await self.dispatcher.start()
        try:
            for step in steps:
                self.at += timedelta(seconds=1)
                await getattr(self, step)()
            self.assistant.goes_on.set()
            await self._settled()
            await self.is_given_back()
            await self.wants_no_person()  # who still waits in the queue
            await self._settled()
            await self.says()
            await self._settled()
            await self.customer_reads()
        finally:
            await self.dispatcher.stop(grace=5)
        self.check()

    async def _settled(self) -> None:
        with self.feed.watch(self.name) as watch:
            while await asyncio.to_thread(self.log.next_pending, self.name):
                self.dispatcher.wake(self.name)
                await watch.wait(0.5)

    async def time_for_turns(self) -> None:
        with self.feed.watch(self.name) as watch:
            await watch.wait(0.02)

    # -- the customer ----------------------------------------------------------------------------------------------------

    async def says(self, text: str = "您好") -> None:
        self.said.append(text if text in TYPED_ALONE else f"{text} {len(self.said)}")
        await self._send(len(self.said) - 1)

    async def says_again(self) -> None:
        """The page got no receipt, and sends its last message once more."""
        if self.said:
            await self._send(len(self.said) - 1)

    async def asks_for_a_person(self) -> None:
        await self.says("转人工，第")

    async def wants_no_person(self) -> None:
        await self.says("不用人工了")

    async def asks_for_the_place(self) -> None:
        await self.says("还要等多久")

    async def _send(self, place: int) -> None:
        text = self.said[place]
        await asyncio.to_thread(
            self.log.receive, self.name, message_id=f"m{place}", text=text, choice_id="", at=self.at
        )  # fmt: skip
        self.dispatcher.wake(self.name)

    async def customer_reads(self) -> None:
        last = self.page[-1].seq if self.page else 0
        self.page += await asyncio.to_thread(self.log.after, self.name, last)

    # -- the desk --------------------------------------------------------------------------------------------------------

    async def first_takes(self) -> None:
        await self._move(FIRST, moves.take)

    async def second_takes(self) -> None:
        await self._move(SECOND, moves.take)

    async def supervisor_takes_over(self) -> None:
        await self._move(SUPERVISOR, moves.take_over)

    async def is_passed_on(self) -> None:
        post = await self._holder_and_post()
        await self._move(post[0], moves.pass_on("理赔" if post[1] == "综合" else "综合", "换一个岗位"))

    async def is_given_to_second(self) -> None:
        await self._move((await self._holder_and_post())[0], moves.give_to("1002", "他更熟悉"))

    async def is_given_back(self) -> None:
        await self._move((await self._holder_and_post())[0], moves.give_back)

    async def agent_goes(self) -> None:
        """And is missed: the customer waits again."""
        now = self.at + RULES.gone

        def look() -> None:
            with self.unit_of_work() as work:
                settle_offers(work, now, RULES)
                work.commit()

        await asyncio.to_thread(look)
        self.at = now

    async def _move(self, staff: Staff, move: moves.Move) -> None:
        had = await asyncio.to_thread(self.log.owner, self.name)
        last = await self._last()
        with suppress(*REFUSED):
            await asyncio.to_thread(self.desk.move, self.name, staff, move, self.at)
            has = await asyncio.to_thread(self.log.owner, self.name)
            if has is Owner.HUMAN and len(self.quiet_from) == len(self.quiet_until):
                self.quiet_from.append(await self._last())
            elif has is Owner.BOT and had is not Owner.BOT and len(self.quiet_from) > len(self.quiet_until):
                self.quiet_until.append(last)

    async def _last(self) -> int:
        messages = await asyncio.to_thread(self.log.after, self.name, 0)
        return messages[-1].seq if messages else 0

    async def _holder_and_post(self) -> tuple[Staff, str]:
        def look() -> tuple[str, str]:
            with self.unit_of_work() as work:
                found = work.hand_offs.open_for(self.name)
            return (found.taken_by, found.post) if found else ("", "综合")

        name, post = await asyncio.to_thread(look)
        return next((one for one in (SECOND, SUPERVISOR) if one.name == name), FIRST), post

    async def is_answered(self) -> None:
        staff, _ = await self._holder_and_post()
        await self._speak(
            staff, f"我是 {staff.name}，第 {len(self.spoken)} 句", f"a{len(self.spoken)}", self.desk.answer
        )

    async def is_joined(self) -> None:
        words = f"主管第 {len(self.spoken)} 句"
        await self._speak(SUPERVISOR, words, f"a{len(self.spoken)}", self.desk.join)

    async def _speak(self, staff: Staff, words: str, answer_id: str, say: Callable[..., None]) -> None:
        with suppress(*REFUSED):
            await asyncio.to_thread(say, self.name, staff, words, answer_id, self.at)
            self.spoken.append(words)
            self.last_words = (staff, words, answer_id)

    async def is_answered_again(self) -> None:
        """The page got no receipt, and the agent sends the same words once more."""
        if self.last_words:
            staff, words, answer_id = self.last_words
            await asyncio.to_thread(self.desk.answer, self.name, staff, words, answer_id, self.at)

    # -- the machines ----------------------------------------------------------------------------------------------------

    async def assistant_hangs(self) -> None:
        self.assistant.goes_on.clear()

    async def assistant_goes_on(self) -> None:
        self.assistant.goes_on.set()
        await self.time_for_turns()

    async def front_desk_dies(self) -> None:
        """Whatever it was at is cut off; another one starts on the same store."""
        await self.dispatcher.stop(grace=0)
        self.dispatcher = self._new_front_desk()
        await self.dispatcher.start()

    # -- what must hold --------------------------------------------------------------------------------------------------

    def check(self) -> None:
        log = self.log.after(self.name, 0)
        assert [one.seq for one in log] == list(range(1, len(log) + 1))
        assert self.page == list(log), "the page read something else than what is in the log, or in another order"
        assert [one.text for one in log if one.sender is Sender.CUSTOMER] == self.said
        heard = [one.text.partition("】")[2] or one.text for one in log if one.sender is Sender.HUMAN]
        assert heard == self.spoken
        assert self.log.next_pending(self.name) is None
        assert self.log.owner(self.name) is Owner.BOT
        self._check_answers(log)
        self._check_silence(log)

    def _check_answers(self, log: Sequence[StoredMessage]) -> None:
        """Each message is answered by the assistant once at most, behind it and in its order; the last one is answered."""
        asked = {one.text: one.seq for one in log if one.sender is Sender.CUSTOMER}
        answered = [(one.seq, one.text.partition("：")[2]) for one in log if one.text.startswith("收到：")]
        answers = [(seq, asked[text]) for seq, text in answered if text not in TYPED_ALONE]
        assert all(behind > message for behind, message in answers)
        assert [message for _, message in answers] == sorted({message for _, message in answers})
        assert answers[-1][1] == asked[self.said[-1]]

    def _check_silence(self, log: Sequence[StoredMessage]) -> None:
        for place, start in enumerate(self.quiet_from):
            end = self.quiet_until[place] if place < len(self.quiet_until) else len(log)
            for one in log[start:end]:
                if one.text == BACK.text:  # the customer did not want to wait any more
                    break
                assert one.sender is not Sender.BOT, (
                    f"the assistant spoke while a person had the conversation: {one.text}"
                )


@pytest.fixture
def desk_with_staff(unit_of_work: Callable[[], SqlUnitOfWork]) -> Callable[[], SqlUnitOfWork]:
    with unit_of_work() as work:
        for one in (FIRST, SECOND, SUPERVISOR):
            work.staff.add(one, Credentials("x", handed_out=False), NOW)
        work.commit()
    return unit_of_work


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STEPS), min_size=4, max_size=40))
@example(["asks_for_a_person", "time_for_turns", "first_takes", "says", "is_answered", "is_passed_on", "says", "second_takes",
          "is_answered", "says", "is_given_back", "says"])  # fmt: skip
@example(["assistant_hangs", "asks_for_a_person", "time_for_turns", "first_takes", "is_answered", "is_passed_on", "assistant_goes_on",
          "second_takes", "is_answered", "is_given_back", "says"])  # fmt: skip
@example(["assistant_hangs", "asks_for_a_person", "time_for_turns", "first_takes", "is_answered", "front_desk_dies", "says",
          "assistant_goes_on", "is_answered_again", "is_given_back"])  # fmt: skip
@example(
    ["asks_for_a_person", "time_for_turns", "first_takes", "agent_goes", "wants_no_person", "time_for_turns", "says"]
)
def test_nothing_is_lost_reordered_or_said_by_the_wrong_one_in_any_order_of_events(
    desk_with_staff: Callable[[], SqlUnitOfWork], message_log: SqlMessageLog, steps: list[str]
) -> None:
    asyncio.run(run_one(desk_with_staff, message_log, steps))


async def run_one(unit_of_work: Callable[[], SqlUnitOfWork], log: SqlMessageLog, steps: Sequence[str]) -> None:
    await Play(unit_of_work, log).run(steps)
