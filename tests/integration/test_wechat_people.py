"""What customers send on WeChat besides words, and who answers it: the assistant, our desk, WeChat's own agents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channels.wechat import their_agents
from bot.channels.wechat.intake import NO_PICTURE_NOW, NO_SUCH_MENU, NOT_HEARD, NOT_READ, TOO_LONG
from bot.channels.wechat.their_agents import NOT_REACHED, SERVED
from bot.conversations.messages import InputHint, Reply, Sender
from bot.insurance.hand_off import Owner
from bot.insurance.staff import POSTS, Credentials, Role, Staff
from bot.services.desk_access import TakenByOtherError
from bot.services.desk_work import DeskWork
from bot.services.hand_off import HandOffRequest, hand_off
from bot.services.move_conversation import take
from bot.services.their_agents import THEIR_AGENTS
from bot.store.unit_of_work import SqlUnitOfWork
from tests.integration.test_wechat import tell
from tests.photos import photo
from tests.wechat_account import GREETING, WeChatAccount

AMY = "oAmy-0000000000000000000001"
LOCATION = {"Location_X": "39.99", "Location_Y": "116.32", "Scale": "15", "Label": "北京市海淀区北四环"}


@pytest.fixture
async def theirs(tmp_path: Path) -> AsyncIterator[WeChatAccount]:
    """An account whose people answer in WeChat's own desk."""
    async with WeChatAccount(tmp_path, to_their_agents=True).running() as running:
        yield running


def transcript(account: WeChatAccount) -> list[tuple[Sender, str]]:
    return [(each.sender, each.text) for each in account.log.after(account.conversation(AMY), 0)]


def seen(account: WeChatAccount) -> list[str]:
    return [each.text for each in account.server.phones[AMY]]


CLERK = Staff("desk", frozenset({Role.AGENT, Role.COMPLIANCE}), frozenset(POSTS))


def desk(account: WeChatAccount) -> DeskWork:
    with SqlUnitOfWork(account.engine) as work:
        if work.staff.get(CLERK.name) is None:
            work.staff.add(CLERK, Credentials("no password", handed_out=False), account.clock())
            work.commit()
    return DeskWork(lambda: SqlUnitOfWork(account.engine))


async def ask_for_a_person(account: WeChatAccount, reason: str = "customer_asked") -> None:
    """The customer waits for a person, as after a turn that handed over."""
    await account.server.say(AMY, "转人工")
    await account.server.sees(AMY, 1)
    with SqlUnitOfWork(account.engine) as work:
        request = HandOffRequest(account.conversation(AMY), "m1", reason, "理赔", account.clock(), None)
        hand_off(work, request)
        work.commit()


async def test_what_cannot_be_answered_is_in_the_transcript_with_what_was_said_of_it(account: WeChatAccount) -> None:
    await account.server.speak(AMY, None)
    await account.server.show(AMY, photo(1))
    await account.server.show_kind(AMY, "video", MediaId="v", ThumbMediaId="t")
    await account.server.show_kind(AMY, "location", **LOCATION)
    assert transcript(account) == [
        (Sender.CUSTOMER, "[语音]"),
        (Sender.SYSTEM, NOT_HEARD),
        (Sender.CUSTOMER, "[照片]"),
        (Sender.SYSTEM, NO_PICTURE_NOW),
        (Sender.CUSTOMER, "[视频]"),
        (Sender.SYSTEM, NOT_READ),
        (Sender.CUSTOMER, "[位置] 北京市海淀区北四环"),
        (Sender.SYSTEM, NOT_READ),
    ]
    assert seen(account) == [NOT_HEARD, NO_PICTURE_NOW, NOT_READ, NOT_READ]
    assert account.assistant.seen == []


async def test_of_a_text_too_long_for_a_turn_nothing_is_lost_and_the_customer_is_told(account: WeChatAccount) -> None:
    account.assistant.answer = lambda inbound: [Reply("收到")]
    account.server.lose_answers = 1  # and once again it is delivered
    await account.server.say(AMY, "长" * 2000 + "中" * 2000 + "短" * 500)
    assert transcript(account) == [
        (Sender.CUSTOMER, "长" * 2000),
        (Sender.CUSTOMER, "中" * 2000),
        (Sender.CUSTOMER, "短" * 500),
        (Sender.SYSTEM, TOO_LONG),
        (Sender.BOT, "收到"),
    ]
    assert [inbound.text for inbound in account.assistant.seen] == ["长" * 2000]
    assert seen(account) == [f"{TOO_LONG}\n\n收到"]


async def test_what_was_not_heard_leaves_the_question_open(account: WeChatAccount) -> None:
    account.assistant.answer = lambda inbound: [Reply(f"收到：{inbound.text}", (), InputHint("paper_file", "file"))]
    await account.server.say(AMY, "补材料")
    await account.server.speak(AMY, None)
    await account.server.show(AMY, photo(1))
    assert "微信照片" in seen(account)[2]


async def test_an_answer_that_got_lost_is_told_again_and_stands_in_the_transcript_once(account: WeChatAccount) -> None:
    account.server.lose_answers = 2
    await account.server.speak(AMY, None)
    assert seen(account) == [NOT_HEARD]
    assert len(transcript(account)) == 2


@pytest.mark.parametrize("owner", [Owner.HUMAN, Owner.QUEUE])
async def test_for_a_person_everything_is_kept_and_the_assistant_says_nothing(
    account: WeChatAccount, owner: Owner
) -> None:
    await account.server.say(AMY, "转人工")
    account.log.set_owner(account.conversation(AMY), owner, account.clock())
    await account.server.show(AMY, photo(1))
    await account.server.speak(AMY, None)
    await account.server.show_kind(AMY, "location", **LOCATION)
    await account.server.event(AMY, "CLICK", "no_such_key")
    await account.server.event(AMY, "SCAN", "7")
    assert [text for _, text in transcript(account)[2:]] == [
        "[文件] 微信照片.jpg", "[语音]", "[位置] 北京市海淀区北四环", "[菜单]",
    ]  # fmt: skip
    assert seen(account) == ["收到：转人工"]
    with SqlUnitOfWork(account.engine) as work:
        (kept,) = work.files.of_conversation(account.conversation(AMY))
        assert work.files.content(kept.file_no) == photo(1)


async def test_what_the_assistant_finishes_after_a_person_took_over_is_neither_stored_nor_told(
    hurried: WeChatAccount,
) -> None:
    hurried.assistant.hold.clear()
    await hurried.server.say(AMY, "查保单")
    await hurried.assistant.tried(1)
    hurried.log.set_owner(hurried.conversation(AMY), Owner.HUMAN, hurried.clock())
    tell(hurried, AMY, "您好，我是坐席小王。")
    await hurried.server.hears(AMY, "您好，我是坐席小王。")
    with hurried.feed.watch(hurried.conversation(AMY)) as watch:
        hurried.assistant.hold.set()
        while hurried.log.next_pending(hurried.conversation(AMY)):
            await watch.wait(1)
    tell(hurried, AMY, "我来帮您查。")
    await hurried.server.hears(AMY, "我来帮您查。")
    assert seen(hurried) == ["您好，我是坐席小王。", "我来帮您查。"]
    assert [text for _, text in transcript(hurried)] == ["查保单", *seen(hurried)]


async def test_what_was_stored_before_a_person_took_over_is_told_before_his_words(hurried: WeChatAccount) -> None:
    paragraphs = [letter * 600 for letter in "甲乙丙丁戊己"]
    hurried.assistant.answer = lambda _: [Reply(each) for each in paragraphs]
    await hurried.server.say(AMY, "查保单")
    await hurried.server.sees(AMY, 5)  # what one word allows
    hurried.log.set_owner(hurried.conversation(AMY), Owner.HUMAN, hurried.clock())
    tell(hurried, AMY, "您好，我是坐席小王。")
    await hurried.server.say(AMY, "好的")
    await hurried.server.hears(AMY, "您好，我是坐席小王。")
    told = "".join(seen(hurried))
    places = [told.index(each) for each in (*paragraphs, "坐席小王")]
    assert places == sorted(places)


async def test_a_picture_that_a_person_cannot_get_says_so_to_him_alone(account: WeChatAccount) -> None:
    await account.server.say(AMY, "转人工")
    account.log.set_owner(account.conversation(AMY), Owner.HUMAN, account.clock())
    await account.server.show_kind(AMY, "image", PicUrl="http://mmbiz.example/pic", MediaId="gone")
    await account.server.show(AMY, b"no picture at all")
    assert [text for _, text in transcript(account)[2:]] == ["[照片] 没有取到", "[照片] 没有收下"]
    assert seen(account) == ["收到：转人工"]


async def test_a_menu_that_does_not_match_is_answered_and_told_to_the_operator(
    account: WeChatAccount, caplog: pytest.LogCaptureFixture
) -> None:
    await account.server.event(AMY, "CLICK", "no_such_key")
    assert seen(account) == [NO_SUCH_MENU]
    (warned,) = [each for each in caplog.records if each.msg == "wechat.unknown_menu_key"]
    assert (warned.levelname, warned.data) == ("WARNING", {"key": "no_such_key"})


async def test_whatever_is_sent_while_waiting_goes_to_wechats_own_agents(theirs: WeChatAccount) -> None:
    await ask_for_a_person(theirs)
    await theirs.server.event(AMY, "CLICK", "report_claim")
    assert theirs.server.transferred == []  # an event is nothing for their agents
    assert len(desk(theirs).overview(CLERK, theirs.clock().date()).waiting) == 1
    await theirs.server.show(AMY, photo(1))
    await theirs.server.speak(AMY, None)
    await theirs.server.speak(AMY, "我要理赔")
    await theirs.server.show_kind(AMY, "video", MediaId="v", ThumbMediaId="t")
    assert theirs.server.transferred == [AMY] * 4
    assert [text for _, text in transcript(theirs)[2:]] == ["报案", "[照片]", "[语音]", "我要理赔", "[视频]"]
    assert seen(theirs) == ["收到：转人工"]


async def test_our_desk_sees_that_wechats_agents_have_a_customer_and_cannot_take_him(theirs: WeChatAccount) -> None:
    await ask_for_a_person(theirs)
    await theirs.server.say(AMY, "有人吗")
    overview = desk(theirs).overview(CLERK, theirs.clock().date())
    assert (overview.waiting, [each.taken_by for each in overview.in_hand]) == ([], [THEIR_AGENTS])
    with pytest.raises(TakenByOtherError):
        desk(theirs).move(theirs.conversation(AMY), CLERK, take, theirs.clock())


async def test_whom_our_own_desk_has_is_not_given_to_wechats_agents(theirs: WeChatAccount) -> None:
    await ask_for_a_person(theirs)
    desk(theirs).move(theirs.conversation(AMY), CLERK, take, theirs.clock())
    await theirs.server.say(AMY, "有人吗")
    await theirs.server.agent_joins(AMY)
    await theirs.server.agent_leaves(AMY)
    assert theirs.server.transferred == []
    assert theirs.log.owner(theirs.conversation(AMY)) is Owner.HUMAN
    desk(theirs).answer(theirs.conversation(AMY), CLERK, "我在。", "a", theirs.clock())


async def test_when_wechats_agent_ends_the_assistant_speaks_again(theirs: WeChatAccount) -> None:
    await ask_for_a_person(theirs)
    await theirs.server.say(AMY, "有人吗")
    await theirs.server.agent_joins(AMY)
    assert theirs.log.owner(theirs.conversation(AMY)) is Owner.HUMAN
    unheard = await theirs.server.say(AMY, "我的车被追尾了")
    assert theirs.server.agents_hear == [unheard]
    theirs.server.lose_answers = 2  # an event is delivered again too
    await theirs.server.agent_leaves(AMY)
    await theirs.server.hears(AMY, SERVED.text)
    assert theirs.log.owner(theirs.conversation(AMY)) is Owner.BOT
    await theirs.server.say(AMY, "查保单")
    await theirs.server.hears(AMY, "收到：查保单")
    assert "".join(seen(theirs)).count(SERVED.text) == 1
    overview = desk(theirs).overview(CLERK, theirs.clock().date())
    assert (overview.waiting, overview.in_hand) == ([], [])


async def test_an_agent_of_wechats_who_speaks_unasked_silences_the_assistant_until_he_ends(
    account: WeChatAccount,
) -> None:
    await account.server.say(AMY, "你好")
    await account.server.agent_joins(AMY)
    assert account.log.owner(account.conversation(AMY)) is Owner.HUMAN
    await account.server.agent_leaves(AMY)
    assert account.log.owner(account.conversation(AMY)) is Owner.BOT


async def test_after_half_an_hour_the_next_word_is_the_assistants_again(theirs: WeChatAccount) -> None:
    await ask_for_a_person(theirs)
    await theirs.server.say(AMY, "有人吗")
    await theirs.server.agent_joins(AMY)
    theirs.clock.ahead += timedelta(minutes=31)
    await theirs.server.say(AMY, "查保单")
    await theirs.server.hears(AMY, "收到：查保单")
    assert f"{SERVED.text}\n\n收到：查保单" in seen(theirs)
    assert theirs.server.transferred == [AMY]


async def test_who_is_not_reached_within_half_an_hour_is_told_without_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(their_agents, "LOOK_EVERY", 0.05)
    async with WeChatAccount(tmp_path, to_their_agents=True).running() as theirs:
        await ask_for_a_person(theirs)
        await theirs.server.say(AMY, "有人吗")
        theirs.clock.ahead += timedelta(minutes=31)
        await theirs.server.hears(AMY, NOT_REACHED.text)
        assert theirs.log.owner(theirs.conversation(AMY)) is Owner.BOT


async def test_who_must_see_a_person_waits_at_our_desk_when_wechats_agents_do_not_come(theirs: WeChatAccount) -> None:
    await ask_for_a_person(theirs, "fraud_suspected")
    await theirs.server.say(AMY, "有人吗")
    theirs.clock.ahead += timedelta(minutes=31)
    await theirs.server.event(AMY, "CLICK", "report_claim")
    (waiting,) = desk(theirs).overview(CLERK, theirs.clock().date()).waiting
    assert waiting.reason == "fraud_suspected"
    assert theirs.log.owner(theirs.conversation(AMY)) is Owner.QUEUE


async def test_who_follows_again_is_not_greeted_over_the_person_who_has_him(account: WeChatAccount) -> None:
    await account.server.say(AMY, "转人工")
    account.log.set_owner(account.conversation(AMY), Owner.HUMAN, account.clock())
    await account.server.event(AMY, "unsubscribe")
    await account.server.event(AMY, "subscribe")
    assert not [text for text in seen(account) if GREETING.text in text]
    assert account.contacts.get(account.conversation(AMY)).reachable
