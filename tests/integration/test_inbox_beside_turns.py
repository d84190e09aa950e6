"""What live conversations show to be misunderstood comes before the trainers, though no turn waits for it."""

from __future__ import annotations

from bot.insurance.review_item import ReviewItem, ReviewReason
from bot.services.review_ports import Chosen
from tests.stack import Chat, Stack, wait_until

pytest_plugins = ["tests.stack"]


def items(stack: Stack, chat: Chat) -> dict[str, ReviewItem]:
    with stack.unit_of_work() as work:
        found = work.review_items.page(Chosen(), offset=0, limit=1000)
    return {one.text: one for one in found if one.conversation_id == chat.id}


def test_a_sentence_that_is_asked_back_about_is_offered_with_what_the_customer_then_chose(stack: Stack) -> None:
    chat = Chat(stack)
    chat.say("我那笔钱咋还没给我打过来")
    chat.pick("理赔款")
    wait_until(lambda: any(one.meant for one in items(stack, chat).values()), "the choice in the inbox")
    [item] = items(stack, chat).values()
    assert (item.text, item.meant, item.channel) == ("我那笔钱咋还没给我打过来", "query_claim", "web")
    assert {*item.reasons} >= {ReviewReason.FALLBACK, ReviewReason.CORRECTED}
    assert len(item.ranking) > 1


def test_two_that_were_not_understood_come_with_the_hand_off(stack: Stack) -> None:
    chat = Chat(stack)
    chat.say("哎呀就那个那个嘛")
    assert chat.say("弄一下那个").owner == "queue"

    def handed() -> bool:
        return sum(ReviewReason.HANDED_OFF in one.reasons for one in items(stack, chat).values()) == 2

    wait_until(handed, "both sentences in the inbox")


def test_what_came_before_a_wish_for_a_person_is_offered_with_what_it_was_taken_for(stack: Stack) -> None:
    chat = Chat(stack)
    chat.say("车险理赔要准备哪些材料")
    chat.say("转人工")
    wait_until(lambda: bool(items(stack, chat)), "the sentence before in the inbox")
    [item] = items(stack, chat).values()
    assert (item.text, item.guess) == ("车险理赔要准备哪些材料", "ask_claim_documents")
    assert ReviewReason.HANDED_OFF in item.reasons
