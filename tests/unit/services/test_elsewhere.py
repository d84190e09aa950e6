"""What was filed on another channel: which words ask for it, and who finds it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services.elsewhere import CHANGE, CLAIM, COMPLAINT, Elsewhere, filed_elsewhere
from bot.services.list_matters import own_matters
from bot.services.registry import form_of_elsewhere
from bot.store.demo_people import HOUSEHOLD, NAMED_CUSTOMERS
from tests.servicing_talk import prove
from tests.talk import Talk

PEOPLE = {each.name: each for each in (*NAMED_CUSTOMERS, *HOUSEHOLD)}


@pytest.fixture
def talk(first_talk: Talk) -> Talk:
    """A day after the last: only so many codes are sent to a phone within half an hour."""
    first_talk.now += timedelta(days=1)
    return first_talk.another()


def complain(talk: Talk, *, phone: str, name: str = "") -> str:
    """Complain as most do, without proof of who it is; returns the number."""
    talk.say("我要投诉，上周寄来的保单册子少了一页")
    for answer in ("补一页", "没有", phone):
        talk.say(answer)
    if name:
        talk.say(f"我叫{name}")
    talk.pick("确认")
    with talk.services.reading() as work:
        (complaint,) = work.complaints.of_conversation(talk.conversation_id)
    return complaint.complaint_no


@pytest.mark.parametrize(
    ("text", "channel", "kinds"),
    [
        ("刚才打电话投诉的那个怎么样了", "ivr", (COMPLAINT,)),
        ("我给你们打电话投诉的那个事有结果了吗", "ivr", (COMPLAINT,)),
        ("上个月打你们电话反映的问题，怎么还没回复", "ivr", (COMPLAINT,)),
        ("我在微信上申请的改手机号", "wechat", ("change_contact",)),
        ("早上打95500改的地址改好没", "ivr", ("change_contact",)),
        ("上午电话里退保的事办到哪了", "ivr", ("surrender_policy",)),
        ("昨天打热线说要退保，办得怎么样了", "ivr", ("surrender_policy",)),
        ("网上提交的受益人变更", "web", (CHANGE,)),
        ("我刚在网上申请换受益人，怎么还没消息", "web", (CHANGE,)),
        ("我在小程序里提交的复效申请，查一下", "wechat", ("reinstate_policy",)),
        ("昨天在微信上说的那件事", "wechat", ()),
        ("我在另外一边申请的减保办好了没", "", ("change_contract",)),
        ("热线里登记的那个案子到哪步了", "ivr", (CLAIM,)),
    ],
)
def test_what_was_filed_and_where_is_heard(text: str, channel: str, kinds: tuple[str, ...]) -> None:
    assert filed_elsewhere(text) == Elsewhere(channel, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "微信上能改手机号吗",
        "我想在网上申请退保怎么弄",
        "怎样在小程序上自助提交住院理赔",
        "你们刚才打电话说我保单要失效是真的吗",
        "朋友在微信上说的那个保险",
        "网上说的代理退保是真的吗",
        "在网上认识的中介帮我办的保险，怎么辨别真假",
        "微信上交的保费怎么没到账",
        "我刚打电话问了退保的事，你们说要扣钱",
        "我打电话投诉没人理，我要再投诉",
        "帮忙把今早打热线说的投诉作废",
        "打12378投诉真能解决吗",
        "刚才电话里报的案我要补材料",
        "上次电话里说的退保损失太大，我不退了",
        "微信上那个天天发你们海报的，我怕是冒牌货",
    ],
)
def test_other_words_that_name_a_channel_are_left_alone(text: str) -> None:
    assert filed_elsewhere(text) is None


def test_a_claim_is_found_by_its_phone_everything_else_by_identity() -> None:
    assert form_of_elsewhere("刚才电话里报的案") == "claim_status_form"
    assert form_of_elsewhere("刚才电话里投诉的那个") == "service_form"
    assert form_of_elsewhere("昨天在微信上说的那件事") == "service_form"
    assert form_of_elsewhere("我要投诉") == ""


def test_a_complaint_that_left_the_proven_phone_is_the_persons_own_as_far_as_its_stage(talk: Talk) -> None:
    number = complain(talk, phone=PEOPLE["孙丽"].phone)
    later = talk.another()
    later.say("我在网上投诉的那个怎么样了")
    told = prove(later, "孙丽")
    if later.requested:  # the demo gives her one of her own
        told = later.say(number)
    assert f"投诉 {number}" in told
    assert "最晚" in told
    assert "册子" not in told


def test_a_phone_alone_shows_no_complaint(talk: Talk) -> None:
    number = complain(talk, phone="13900003581")
    later = talk.another()
    later.say("查理赔进度")
    later.say("C20250101009981")
    later.say("13900003581")
    later.say(later.code_of("13900003581"))
    with later.services.reading() as work:
        assert number not in [each.number for each in own_matters(work, later.conversation_id, later.now)]


def test_who_shares_a_phone_does_not_see_the_others_complaint(talk: Talk) -> None:
    number = complain(talk, phone=PEOPLE["白玉琴"].phone)
    later = talk.another()
    later.say("我在网上投诉的那个怎么样了")
    assert number not in prove(later, "鲁宏远")


def test_a_complaint_in_anothers_name_stays_anothers(talk: Talk) -> None:
    number = complain(talk, phone=PEOPLE["周强"].phone, name="马志远")
    later = talk.another()
    later.say("我在网上投诉的那个怎么样了")
    told = prove(later, "周强")
    assert number not in told
    assert "没有查到在网页里办的投诉" in told
