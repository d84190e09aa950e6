"""Quality at the desk: what was drawn is read, scored, appealed and decided; words are escaped and masked, looks recorded."""

from __future__ import annotations

from datetime import timedelta

from bot.conversations.messages import Reply, Sender
from bot.insurance.quality import QualityReview, Sampled
from bot.insurance.staff import Role
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import complaint
from tests.unit.console.test_console_request import put as put_request

NUMBER = "J20261123000001"
SHEET = f"/desk/quality/{NUMBER}"


def drawn(place, number: str = NUMBER, name: str = "c-1", agent: str = "1002") -> None:
    """A conversation that was served and drawn, with a phone in it, and something said later."""
    place.deps.log.open(name, channel="web", at=place.clock())
    place.deps.log.append(name, Reply(f"我的手机13800000009{HOSTILE}"), sender=Sender.CUSTOMER, at=place.clock())
    place.deps.log.append(name, Reply("说在另一天的话"), sender=Sender.CUSTOMER, at=place.clock() + timedelta(days=2))
    began, ended = place.clock() - timedelta(minutes=5), place.clock() + timedelta(hours=1)
    review = QualityReview(number, f"key-{number}", Sampled.HUMAN, name, agent, "理赔", began, ended, place.clock())
    with place.deps.unit_of_work() as work:
        work.reviews.add(review)
        work.commit()


def score(place, **changes: str) -> dict[str, str]:
    points = {f"p_{each.id}": "2" for each in place.deps.rubric.dimensions}
    due = (place.clock() + timedelta(days=10)).date().isoformat()
    return {
        **points, "p_empathy": "1", "note": f"语气可以更温和{HOSTILE}", "severity": "light", "finding": "先回应客户的情绪",
        "owner": "1002", "due": due, **changes,
    }  # fmt: skip


async def test_a_sampled_conversation_is_read_masked_in_its_own_time_and_the_look_recorded(place):
    drawn(place)
    quality = await place.colleague("q1", Role.QUALITY)
    _, listed = await quality.get("/desk/quality")
    assert NUMBER in listed
    status, page = await quality.get(SHEET)
    assert status == 200
    assert "13800000009" not in page
    assert "<script>" not in page
    assert "另一天" not in page
    assert place.audit()[-1] == ("quality.viewed", NUMBER, "agent:q1", '{"conversation":"c-1"}')


async def test_scored_appealed_decided_by_a_second_person_and_closed(place):
    drawn(place)
    agent, quality = await place.colleague("1002"), await place.colleague("q1", Role.QUALITY)
    assert (await agent.get(SHEET))[0] == 404  # before there is a score it is nobody's but quality's
    await quality.get(SHEET)
    assert (await quality.post(f"{SHEET}/score", **score(place), form_id="s")).status == 303
    assert (await quality.post(f"{SHEET}/score", **score(place), form_id="s2")).status == 409
    _, mine = await agent.get("/desk/my-reviews")
    assert NUMBER in mine
    _, page = await agent.get(SHEET)
    assert "语气可以更温和" in page
    assert "<script>" not in page
    assert "提交评分" not in page
    assert (await agent.post(f"{SHEET}/appeal", text="客户当时很急，先办了事", form_id="a")).status == 303
    assert (await quality.post(f"{SHEET}/decide", outcome="kept", reason="评分没有问题", form_id="d")).status == 403
    manager = await place.colleague("boss", Role.MANAGER)
    _, page = await manager.get(SHEET)
    assert "复核申诉" in page
    assert (await manager.post(f"{SHEET}/decide", outcome="kept", reason="评分没有问题", form_id="d")).status == 303
    assert (await manager.post(f"{SHEET}/close", closing="已经培训并复听三段", form_id="c")).status == 303
    _, done = await quality.get("/desk/quality?shown=done")
    assert "已整改" in done
    _, report = await manager.get("/desk/figures/quality")
    assert "1 段有效" in report


async def test_who_has_to_put_it_right_sees_the_finding_and_not_the_conversation(place):
    drawn(place)
    owner, quality = await place.colleague("1003"), await place.colleague("q1", Role.QUALITY)
    await quality.get(SHEET)
    assert (await quality.post(f"{SHEET}/score", **score(place, owner="1003"), form_id="s")).status == 303
    _, page = await owner.get("/desk/my-reviews")
    assert "先回应客户的情绪" in page
    assert (await owner.get(SHEET))[0] == 404


async def test_a_flawed_score_says_why_and_may_be_sent_again(place):
    drawn(place)
    await place.colleague("1002")
    quality = await place.colleague("q1", Role.QUALITY)
    await quality.get(SHEET)
    for wrong in ({"p_safety": "01"}, {"note": "好"}, {"owner": "nobody"}, {"due": "昨天"}):
        assert (await quality.post(f"{SHEET}/score", **score(place, **wrong), form_id="s")).status == 400
    assert (await quality.post(f"{SHEET}/score", **score(place), form_id="s")).status == 303


async def test_others_see_no_sampled_conversation(place):
    drawn(place)
    for name, role in (("1003", Role.AGENT), ("t1", Role.TRAINER), ("x1", Role.ADMIN)):
        browser = await place.colleague(name, role)
        assert (await browser.get(SHEET))[0] == 404
        assert (await browser.post(f"{SHEET}/score", **score(place), form_id="s")).status in (403, 404)
        assert (await browser.post(f"{SHEET}/appeal", text="我来替他申诉一下", form_id="a")).status in (403, 404)


async def test_what_was_reported_since_is_compliances_alone(place):
    drawn(place, name="c-report")
    put_request(place, conversation_id="c-report", restricted=True, post="合规监察")
    quality, compliance = await place.colleague("q1", Role.QUALITY), await place.colleague("l1", Role.COMPLIANCE)
    assert (await quality.get(SHEET))[0] == 404
    assert (await quality.post(f"{SHEET}/score", **score(place), form_id="s")).status == 404
    assert (await compliance.get(SHEET))[0] == 200


async def test_who_is_complained_of_in_it_does_not_judge_it(place):
    drawn(place)
    complaint(place, conversation_id="c-1", against="质检 q1")
    accused, other = await place.colleague("q1", Role.QUALITY), await place.colleague("q2", Role.QUALITY)
    assert (await accused.get(SHEET))[0] == 404
    assert (await accused.post(f"{SHEET}/score", **score(place), form_id="s")).status == 404
    assert (await other.get(SHEET))[0] == 200
