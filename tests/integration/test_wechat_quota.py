"""What may be sent to a customer, and what waits for his next word: counted, said so, gone on with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.wechat.render import MORE
from bot.conversations.messages import Reply
from bot.insurance.hand_off import Owner
from tests.integration.test_wechat import AMY, ask_slowly, stopped, tell, texts
from tests.wechat_account import WeChatAccount


async def test_five_texts_and_then_the_rest_with_the_customers_next_word(hurried: WeChatAccount) -> None:
    await ask_slowly(hurried, AMY, "你好")
    await hurried.server.sees(AMY, 1)  # pushed: four are left
    hurried.log.set_owner(hurried.conversation(AMY), Owner.HUMAN, hurried.clock())
    long = ["甲" * 600, "乙" * 600, "丙" * 600, "丁" * 600, "戊" * 600]
    tell(hurried, AMY, *long)
    seen = texts(await hurried.server.sees(AMY, 5))
    assert seen[4].endswith(MORE)
    assert [text[0] for text in seen[1:]] == ["甲", "乙", "丙", "丁"]
    await hurried.server.say(AMY, "接着看")
    seen = texts(await hurried.server.sees(AMY, 6))
    assert seen[5] == long[4]


async def test_a_message_of_more_than_five_texts_is_read_to_its_end_word_by_word(hurried: WeChatAccount) -> None:
    long = "\n".join(f"第{number}条，" + "条款" * 90 for number in range(36))
    await ask_slowly(hurried, AMY, "你好")
    await hurried.server.sees(AMY, 1)
    hurried.log.set_owner(hurried.conversation(AMY), Owner.HUMAN, hurried.clock())
    tell(hurried, AMY, long)
    for number, so_far in enumerate((5, 10, 13)):
        seen = texts(await hurried.server.sees(AMY, so_far))
        assert seen[-1].endswith(MORE) is (so_far < 13)
        if so_far < 13:
            await hurried.server.say(AMY, f"接着看{number}")
    assert "".join(each.removesuffix(MORE) for each in seen[1:]).replace("\n", "") == long.replace("\n", "")


async def test_a_person_may_still_answer_when_the_minute_of_a_click_is_over(account: WeChatAccount) -> None:
    await account.server.say(AMY, "转人工")
    account.log.set_owner(account.conversation(AMY), Owner.HUMAN, account.clock())
    for number in range(3):
        tell(account, AMY, f"第{number}句")
        await account.server.hears(AMY, f"第{number}句")
    await account.server.event(AMY, "CLICK", "report_claim")
    account.clock.ahead += timedelta(minutes=10)
    tell(account, AMY, "我查到了。")
    await account.server.hears(AMY, "我查到了。")
    assert account.server.phones[AMY][-1].how == "pushed"


async def test_a_code_that_is_in_no_table_is_tried_again_and_told_to_the_operator(
    hurried: WeChatAccount, caplog: pytest.LogCaptureFixture
) -> None:
    hurried.server.errcodes.extend([87014, 87014])
    await ask_slowly(hurried, AMY, "查保单")
    assert texts(await hurried.server.sees(AMY, 1)) == ["收到：查保单"]
    alarms = [each for each in caplog.records if each.msg == "wechat.unknown_errcode"]
    assert [(each.levelname, each.data) for each in alarms] == [("ERROR", {"errcode": 87014})] * 2


async def test_an_account_that_may_push_nothing_tells_everything_text_by_text(account: WeChatAccount) -> None:
    account.server.errcodes.extend([48001] * 99)
    long = "\n".join(f"第{number}条，" + "条款" * 60 for number in range(12))
    said = ["甲" * 600, long, "丙" * 600]
    account.assistant.answer = lambda inbound: [Reply(each) for each in said] if inbound.text == "全部" else []
    await account.server.say(AMY, "全部")
    await stopped(account)
    pushes = account.server.sends
    account.server.lose_answers = 1  # what is lost on the way is told again, not the next
    for number in range(1, 9):
        await account.server.say(AMY, "接着看")
        seen = texts(await account.server.sees(AMY, number))
        if not seen[-1].endswith(MORE):
            break
    assert all(len(each.encode()) <= 2048 for each in seen)
    assert "".join(each.removesuffix(MORE) for each in seen).replace("\n", "") == "".join(said).replace("\n", "")
    assert {each.how for each in account.server.phones[AMY]} == {"passive"}
    assert account.server.sends == pushes
    assert account.contacts.unsent(account.conversation(AMY)) == ()


async def test_after_48_hours_of_silence_nothing_is_sent(account: WeChatAccount) -> None:
    await account.server.say(AMY, "你好")
    account.clock.ahead = timedelta(hours=49)
    tell(account, AMY, "跟您说一声")
    assert account.contacts.get(account.conversation(AMY)).may_send(account.clock()) == 0
    await account.server.say(AMY, "我回来了")
    seen = texts(await account.server.sees(AMY, 2))
    assert "跟您说一声" in seen[1]
