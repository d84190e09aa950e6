"""No waiting conversation is forgotten, whoever ignores it, crashes or goes home: on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from store_samples import NOW

from bot.insurance.hand_off import HandOff, Owner, Priority
from bot.insurance.staff import Credentials, Role, Staff
from bot.services.desk_access import NotTrainedError, TakenByOtherError
from bot.services.desk_work import DeskWork
from bot.services.move_conversation import take as taking
from bot.services.move_conversation import take_over
from bot.services.offer_work import OfferRules, settle_offers
from bot.services.phone_calls import CallBack, ask_for_call_back
from bot.services.staff_accounts import By, TrainingToComeError, change_work, record_training

RULES = OfferRules(timedelta(seconds=30), timedelta(seconds=45), timedelta(minutes=5), 2)
WAITING = HandOff("c-1", "customer_asked", "客户要求人工", "综合", Priority.NORMAL, (), (), "", NOW, "c-1:1")
SECOND = timedelta(seconds=1)


def add_staff(unit_of_work, *names: str, role: Role = Role.AGENT, posts: tuple[str, ...] = ("综合",)) -> None:
    with unit_of_work() as work:
        for name in names:
            work.staff.add(Staff(name, frozenset({role}), frozenset(posts)), Credentials("x", handed_out=False), NOW)
        work.commit()


def queue(unit_of_work, *ids: str, **changes: object) -> None:
    with unit_of_work() as work:
        for name in ids:
            work.hand_offs.add(replace(WAITING, conversation_id=name, idempotency_key=f"{name}:{changes}", **changes))
            work.ownerships.set_owner(name, Owner.QUEUE, NOW)
        work.commit()


def here(unit_of_work, at: datetime, *names: str) -> None:
    with unit_of_work() as work:
        for name in names:
            work.desk_presence.seen(name, at)
        work.commit()


def settle(unit_of_work, at: datetime):
    with unit_of_work() as work:
        settled = settle_offers(work, at, RULES)
        work.commit()
    return settled


def offered(unit_of_work, name: str = "c-1") -> str:
    with unit_of_work() as work:
        return work.hand_offs.open_for(name).offered_to


def close(unit_of_work, name: str, agent: str, at: datetime) -> None:
    with unit_of_work() as work:
        work.hand_offs.save(replace(work.hand_offs.open_for(name), taken_by=agent, taken_at=at, closed_at=at))
        work.commit()


def test_an_offer_that_is_ignored_goes_to_the_next_and_comes_back_when_all_have_passed(unit_of_work):
    add_staff(unit_of_work, "1001", "1002")
    queue(unit_of_work, "c-1")
    seen = []
    for tick in range(4):
        at = NOW + tick * RULES.answer
        here(unit_of_work, at, "1001", "1002")
        assert settle(unit_of_work, at).offered == ("c-1",)
        assert settle(unit_of_work, at + SECOND).offered == ()
        seen.append(offered(unit_of_work))
    assert seen == ["1001", "1002", "1001", "1002"]


def test_nobody_is_offered_more_than_he_can_serve_and_the_urgent_come_first(unit_of_work):
    add_staff(unit_of_work, "1001")
    queue(unit_of_work, "c-1", "c-2")
    queue(unit_of_work, "c-hurt", priority=Priority.INJURY_OR_DEATH, requested_at=NOW + SECOND)
    here(unit_of_work, NOW, "1001")
    assert settle(unit_of_work, NOW).offered == ("c-hurt", "c-1")
    assert offered(unit_of_work, "c-2") == ""


@pytest.mark.parametrize("state", ["away", "absent", "other post", "locked"])
def test_who_is_not_there_or_not_of_the_post_is_offered_nothing(unit_of_work, state):
    add_staff(unit_of_work, "1001", posts=("理赔",) if state == "other post" else ("综合",))
    queue(unit_of_work, "c-1")
    with unit_of_work() as work:
        work.desk_presence.set_away("1001", NOW, away=state == "away")
        if state == "locked":
            work.staff.save(replace(work.staff.get("1001"), locked=True))
        work.commit()
    later = NOW + RULES.absent + SECOND if state == "absent" else NOW
    assert settle(unit_of_work, later).offered == ()


def test_a_supervisor_is_offered_nothing_of_other_posts_and_compliance_alone_what_was_reported(unit_of_work):
    add_staff(unit_of_work, "9001", role=Role.MANAGER, posts=())
    add_staff(unit_of_work, "7001", role=Role.COMPLIANCE, posts=("合规监察",))
    queue(unit_of_work, "c-1")
    queue(unit_of_work, "c-2", post="合规监察")
    here(unit_of_work, NOW, "9001", "7001")
    assert settle(unit_of_work, NOW).offered == ("c-2",)
    assert offered(unit_of_work, "c-2") == "7001"


def test_what_was_reported_at_another_post_stays_offered_to_compliance(unit_of_work):
    add_staff(unit_of_work, "7001", role=Role.COMPLIANCE, posts=("合规监察",))
    queue(unit_of_work, "c-1")
    with unit_of_work() as work:
        call = CallBack("report", "举报", "", NOW.date(), "customer", conversation_id="c-1", restricted=True)
        ask_for_call_back(work, call, NOW)
        work.commit()
    here(unit_of_work, NOW, "7001")
    assert settle(unit_of_work, NOW).offered == ("c-1",)
    assert settle(unit_of_work, NOW + SECOND).offered == ()


def test_who_served_the_customer_before_is_asked_first(unit_of_work):
    add_staff(unit_of_work, "1001", "1002")
    queue(unit_of_work, "c-1")
    close(unit_of_work, "c-1", "1002", NOW)
    queue(unit_of_work, "c-1", requested_at=NOW + SECOND)
    here(unit_of_work, NOW, "1001", "1002")
    settle(unit_of_work, NOW)
    assert offered(unit_of_work) == "1002"


def test_a_conversation_of_whoever_has_gone_waits_again_and_the_colleagues_are_told(unit_of_work):
    add_staff(unit_of_work, "1001", "1002")
    queue(unit_of_work, "c-1")
    here(unit_of_work, NOW, "1001")
    with unit_of_work() as work:
        work.hand_offs.save(replace(work.hand_offs.open_for("c-1"), taken_by="1001", taken_at=NOW))
        work.ownerships.set_owner("c-1", Owner.HUMAN, NOW)
        work.commit()
    later = NOW + RULES.gone
    here(unit_of_work, later, "1002")
    settled = settle(unit_of_work, later)
    assert (settled.left, settled.offered) == (("c-1",), ("c-1",))
    with unit_of_work() as work:
        assert work.ownerships.owner("c-1") is Owner.QUEUE
        assert work.hand_offs.open_for("c-1").offered_to == "1002"
        assert "1001 离开" in work.desk_notes.of_conversation("c-1")[0].text


@pytest.mark.parametrize("fate", ["locked", "no talk"])
def test_what_is_in_the_hands_of_who_may_not_serve_any_more_waits_again_at_once(unit_of_work, fate):
    add_staff(unit_of_work, "1001")
    queue(unit_of_work, "c-1")
    here(unit_of_work, NOW, "1001")
    with unit_of_work() as work:
        work.hand_offs.save(replace(work.hand_offs.open_for("c-1"), taken_by="1001", taken_at=NOW))
        clerk = work.staff.get("1001")
        work.staff.save(
            replace(clerk, locked=True) if fate == "locked" else replace(clerk, roles=frozenset({Role.QUALITY}))
        )
        work.commit()
    assert settle(unit_of_work, NOW + SECOND).left == ("c-1",)


def test_a_channels_own_agents_are_left_alone(unit_of_work):
    queue(unit_of_work, "c-1", taken_by="微信客服", taken_at=NOW)
    assert settle(unit_of_work, NOW + timedelta(hours=1)).left == ()


def test_an_offer_does_not_stand_where_the_post_has_changed(unit_of_work):
    add_staff(unit_of_work, "1001")
    add_staff(unit_of_work, "3001", role=Role.CLAIMS, posts=("理赔",))
    queue(unit_of_work, "c-1")
    here(unit_of_work, NOW, "1001", "3001")
    settle(unit_of_work, NOW)
    with unit_of_work() as work:
        work.hand_offs.save(replace(work.hand_offs.open_for("c-1"), post="理赔"))
        work.commit()
    settle(unit_of_work, NOW + SECOND)
    assert offered(unit_of_work) == "3001"


def test_front_desks_that_look_at_once_while_agents_take_leave_each_conversation_with_one(unit_of_work):
    names = [f"100{place}" for place in range(4)]
    add_staff(unit_of_work, *names)
    queue(unit_of_work, *(f"c-{number}" for number in range(8)))
    here(unit_of_work, NOW, *names)
    desk = DeskWork(unit_of_work)

    def take(number: int) -> str:
        with unit_of_work() as work:
            clerk = work.staff.get(names[number % 4])
        try:
            desk.move(f"c-{number % 8}", clerk, taking, NOW + SECOND)
        except TakenByOtherError:
            return "other"
        return clerk.name

    with ThreadPoolExecutor(8) as threads:
        looks = [threads.submit(settle, unit_of_work, NOW + SECOND) for _ in range(6)]
        takers = list(threads.map(take, range(32)))
        for look in looks:
            look.result()
    with unit_of_work() as work:
        taken = {one.conversation_id: one.taken_by for one in work.hand_offs.open_all()}
    assert all(taken.values())
    for number, who in enumerate(takers):
        assert who in ("other", taken[f"c-{number % 8}"])


def train(unit_of_work, name: str) -> None:
    with unit_of_work() as work:
        record_training(work, name, NOW.date(), By("agent:admin", NOW))
        work.commit()


def test_where_training_is_required_who_has_none_on_record_is_offered_nothing_and_takes_nobody(unit_of_work):
    add_staff(unit_of_work, "1001", "1002")
    queue(unit_of_work, "c-1")
    here(unit_of_work, NOW, "1001", "1002")
    rules = replace(RULES, only_trained=True)
    with unit_of_work() as work:
        assert settle_offers(work, NOW, rules).offered == ()
        [one] = [each for each in work.staff.all() if each.name == "1001"]
    desk = DeskWork(unit_of_work, only_trained=True)
    for move in (taking, take_over):
        with pytest.raises(NotTrainedError):
            desk.move("c-1", one, move, NOW)
    assert desk.overview(one, NOW.date()).untrained
    train(unit_of_work, "1002")
    with unit_of_work() as work:
        assert settle_offers(work, NOW, rules).offered == ("c-1",)
        work.commit()
    assert offered(unit_of_work) == "1002"
    train(unit_of_work, "1001")
    with unit_of_work() as work:
        one = work.staff.get("1001")
    desk.move("c-1", one, taking, NOW)
    assert not desk.overview(one, NOW.date()).untrained


def test_nobody_has_passed_a_training_that_is_still_to_come(unit_of_work):
    add_staff(unit_of_work, "1001")
    with unit_of_work() as work, pytest.raises(TrainingToComeError):
        record_training(work, "1001", NOW.date() + timedelta(days=1), By("agent:admin", NOW))


def test_a_training_stays_on_record_when_roles_change(unit_of_work):
    add_staff(unit_of_work, "1001")
    train(unit_of_work, "1001")
    with unit_of_work() as work:
        change_work(work, Staff("1001", frozenset({Role.CLAIMS}), frozenset({"理赔"})), By("agent:admin", NOW))
        work.commit()
    with unit_of_work() as work:
        one = work.staff.get("1001")
    assert (one.trained_on, one.roles) == (NOW.date(), frozenset({Role.CLAIMS}))
