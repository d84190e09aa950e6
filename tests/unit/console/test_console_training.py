"""The trainers' inbox in a browser: filters and views, one deed after the other, groups, the second person, landing on a branch."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text as sql

from bot.insurance.review_item import ReviewReason, ReviewState
from bot.insurance.staff import Role
from bot.services.review.decide import By, accept, approve
from bot.services.review.errors import NoRepositoryError
from bot.services.review_ports import Chosen, Clash, Landed
from tests.fakes import START
from tests.review_samples import CONTRACT, offer
from tests.unit.console.conftest import Place

LIST = "/desk/training"
_SHOWN = re.compile(r'data-item="([0-9a-f]{20})"')


@pytest.fixture
async def li(place: Place):
    return await place.colleague("李雷", Role.TRAINER)


@pytest.fixture
async def han(place: Place):
    return await place.colleague("韩梅梅", Role.TRAINER)


def items(place: Place, state: ReviewState) -> dict[str, str]:
    """Sentence → what it was said to be."""
    with place.deps.unit_of_work() as work:
        found = work.review_items.page(Chosen(state), offset=0, limit=100)
    return {one.text: one.verdict.intent or one.verdict.new_intent for one in found}


async def shown(browser, query: str = "") -> list[str]:
    status, page = await browser.get(f"{LIST}?{query}")
    assert status == 200
    return _SHOWN.findall(page)


async def test_a_list_shows_what_its_address_says_and_no_more(place, li):
    wanted = offer(place.deps.unit_of_work, "保单里的钱我不想放了", channel="wechat", reason=ReviewReason.CORRECTED)
    other = offer(place.deps.unit_of_work, "车撞了咋整", guess="query_claim")
    assert await shown(li) == [other, wanted] or await shown(li) == [wanted, other]
    assert await shown(li, "channel=wechat&reason=corrected&guess=surrender_policy&order=newest") == [wanted]
    assert await shown(li, "state=proposed") == []
    assert len(await shown(li, "reason=nonsense&guess=x&channel=y&order=z&page=1")) == 2


async def test_a_page_holds_fifty_and_leads_to_the_next(place, li):
    for number in range(53):
        offer(place.deps.unit_of_work, f"第{number}句没听懂的话")
    assert len(await shown(li)) == 50
    assert "page=2" in (await li.get(LIST))[1]
    assert len(await shown(li, "page=2")) == 3


async def test_a_view_is_kept_shown_and_dropped(place, li, han):
    assert (await li.post(f"{LIST}/views", name="微信纠正", channel="wechat", reason="corrected", state="new")).headers[
        "Location"
    ] == f"{LIST}?reason=corrected&channel=wechat"
    assert 'href="/desk/training?reason=corrected&amp;channel=wechat">微信纠正' in (await li.get(LIST))[1]
    assert "微信纠正" not in (await han.get(LIST))[1]
    assert (await li.post(f"{LIST}/views", name="", channel="wechat")).status == 400
    await li.post(f"{LIST}/views/drop", name="微信纠正")
    assert "微信纠正" not in (await li.get(LIST))[1]


async def test_what_one_trainer_proposes_another_approves(place, li, han):
    item = offer(place.deps.unit_of_work)
    response = await li.post(
        f"{LIST}/{item}/accept", form_id="1", quiet="1", example="我的[车险](line_of_business)不想要了"
    )
    assert response.status == 204
    assert items(place, ReviewState.PROPOSED) == {"那个钱我不想放里头了": "surrender_policy"}
    refused = await li.post(f"{LIST}/{item}/approve", form_id="2")
    assert (refused.status, "另一位训练师" in await refused.text()) == (403, True)
    assert (await han.post(f"{LIST}/{item}/return", form_id="3", note="")).status == 400
    assert (await han.post(f"{LIST}/{item}/approve", form_id="4")).headers["Location"] == f"{LIST}/{item}"
    page = (await han.get(f"{LIST}/{item}"))[1]
    for words in ("李雷", "韩梅梅", "提出", "通过", "我的[车险](line_of_business)不想要了", "退保"):
        assert words in page
    assert [event for event, *_ in place.audit() if event.startswith("training.")] == [
        "training.proposed", "training.approved",
    ]  # fmt: skip


async def test_relabel_discard_and_undo(place, li):
    first, second = offer(place.deps.unit_of_work), offer(place.deps.unit_of_work, "天气不错")
    await li.post(f"{LIST}/{first}/propose", form_id="1", intent="policy_loan")
    await li.post(f"{LIST}/{second}/discard", form_id="2")
    assert items(place, ReviewState.PROPOSED) == {"那个钱我不想放里头了": "policy_loan"}
    assert items(place, ReviewState.DISCARDED) == {"天气不错": ""}
    await li.post(f"{LIST}/{first}/propose", form_id="3", intent="", new_intent="分期退款")
    assert items(place, ReviewState.PROPOSED) == {"那个钱我不想放里头了": "分期退款"}
    for number, item in enumerate((first, first, second)):
        assert (await li.post(f"{LIST}/{item}/undo", form_id=f"u{number}", quiet="1")).status == 204
    assert set(items(place, ReviewState.NEW)) == {"那个钱我不想放里头了", "天气不错"}
    assert (await li.post(f"{LIST}/{second}/undo", form_id="u9")).status == 409


async def test_two_trainers_at_one_sentence_the_second_hears_of_the_first(place, li, han):
    item = offer(place.deps.unit_of_work)
    await li.post(f"{LIST}/{item}/accept", form_id="1")
    late = await han.post(f"{LIST}/{item}/propose", form_id="2", intent="query_claim")
    assert (late.status, "李雷" in await late.text()) == (409, True)
    assert items(place, ReviewState.PROPOSED) == {"那个钱我不想放里头了": "surrender_policy"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"intent": "no_such"}, "no_such"), ({"intent": "", "new_intent": ""}, "选一个意图"),
        ({"intent": "query_claim", "example": "打13800001234找我"}, "真实信息"),
        ({"intent": "query_claim", "example": "[x](no_entity)"}, "no_entity"), ({"new_intent": "长" * 21}, "最长"),
    ],
)  # fmt: skip
async def test_what_cannot_be_learnt_is_refused_and_may_be_sent_again(place, li, fields, why):
    item = offer(place.deps.unit_of_work)
    refused = await li.post(f"{LIST}/{item}/propose", form_id="f", **fields)
    assert (refused.status, why in await refused.text()) == (400, True)
    assert (await li.post(f"{LIST}/{item}/propose", form_id="f", intent="query_claim")).status == 303


async def test_the_same_form_twice_does_one_thing(place, li):
    item = offer(place.deps.unit_of_work)
    for _ in range(2):
        assert (await li.post(f"{LIST}/{item}/accept", form_id="once", quiet="1")).status == 204
    assert (await li.post(f"{LIST}/{'0' * 20}/accept", form_id="x")).status == 404


async def test_a_group_is_proposed_together_and_what_cannot_be_is_told(place, li):
    alike = [
        offer(place.deps.unit_of_work, text) for text in ("开个无赔款证明", "要开无赔款证明", "开无赔款证明138****0000")
    ]
    page = (await li.get(f"{LIST}/groups"))[1]
    assert page.count('name="item"') == 3
    assert "1 堆" in page
    refused = await li.client.post(
        f"{LIST}/groups",
        data=[("csrf", li.csrf), ("form_id", "g"), ("new_intent", "无赔款证明"), *(("item", one) for one in alike)],
        allow_redirects=False,
    )
    words = await refused.text()
    assert (refused.status, "提出了 2 句，1 句没有提" in words, "隐去" in words) == (409, True, True)
    assert set(items(place, ReviewState.PROPOSED).values()) == {"无赔款证明"}
    assert (await li.post(f"{LIST}/groups", form_id="h", intent="query_claim")).status == 400


async def test_what_is_approved_is_put_into_the_corpus_and_conflicts_are_told(place, li):
    item = offer(place.deps.unit_of_work)
    with place.deps.unit_of_work() as work:
        accept(work, item, CONTRACT, By("韩梅梅", START))
        approve(work, item, By("李雷", START))
        work.commit()
    asked = []

    def land(by: str, at: object) -> list[Landed]:
        asked.append(by)
        clash = Clash("x", "在吗", "policy_loan", "greet", "trainers/李雷")
        return [
            Landed(
                "韩梅梅",
                "trainers/韩梅梅",
                "abcdef0123456789",
                (item,),
                (),
                (clash,),
                ("data/nlu/a.yml（trainers/李雷）",),
            )
        ]

    object.__setattr__(place.deps, "land_examples", land)
    response = await li.post(f"{LIST}/land")
    page = await response.text()
    assert (response.status, asked) == (200, ["李雷"])
    for words in ("写进 1 句", "trainers/韩梅梅", "abcdef0123", "在吗", "trainers/李雷", "data/nlu/a.yml"):
        assert words in page


async def test_without_a_repository_the_page_says_what_to_do(place, li):
    def land(by: str, at: object) -> list[Landed]:
        raise NoRepositoryError(flaw="/srv 不在 git 仓库里，把语料仓库的位置写进 BOT_CORPUS_DIR")

    object.__setattr__(place.deps, "land_examples", land)
    response = await li.post(f"{LIST}/land")
    assert (response.status, "BOT_CORPUS_DIR" in await response.text()) == (409, True)


async def test_typed_search_finds_an_intent_by_name_sound_and_initials(place, li):
    page = (await li.get(LIST))[1]
    assert 'data-value="query_policy" data-keys="保单查询 query_policy baodanchaxun bdcx"' in page


async def test_ten_thousand_items_are_counted_and_shown_from_the_most_heard_on(place, li):
    offer(place.deps.unit_of_work, "原来的一句")
    with place.engine.begin() as connection:
        columns = [row[1] for row in connection.execute(sql("PRAGMA table_info(review_items)"))]
        picked = ", ".join({"item_id": "printf('%020x', n)", "times": "n"}.get(name, name) for name in columns)
        connection.execute(
            sql(
                f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10000) "
                f"INSERT INTO review_items ({', '.join(columns)}) SELECT {picked} FROM review_items, c"
            )
        )
    assert (await shown(li))[0] == f"{10_000:020x}"
    assert "待处理 10001" in (await li.get(LIST))[1]
    assert len(await shown(li, "reason=complained")) == 0
