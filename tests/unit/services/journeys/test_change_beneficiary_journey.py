"""改受益人 by the engine on a real store: who may, what is asked, what the card and the result say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.insurance.endorsement import EndorsementStatus
from bot.store.demo_people import HOUSEHOLD, NAMED_CUSTOMERS
from tests.form_talk import NOW, FormTalk

Start = Callable[..., FormTalk]
PEOPLE = {person.name: person for person in (*NAMED_CUSTOMERS, *HOUSEHOLD)}
CHILD_ID, HUSBAND_ID = "310115201505050016", "110105198803050044"


def begin(talk: Start, name: str, conversation: str = "", **how: object) -> FormTalk:
    """Up to the question which policy."""
    person = PEOPLE[name]
    customer = talk("beneficiary_form", conversation or name, **how)
    customer.say("我要改受益人", intent="change_beneficiary")
    customer.identify(person.name, person.id_number, person.phone)
    assert customer.requested == "beneficiary_policy", customer.text
    return customer


def card(talk: Start, name: str, policy_no: str, people: str, *ids: str, conversation: str = "") -> FormTalk:
    """Up to the card."""
    customer = begin(talk, name, conversation)
    customer.say(policy_no)
    if customer.requested == "beneficiary_replaces":
        customer.pick("用新的替换")
    customer.say(people)
    for number in ids:
        customer.say(number)
    if customer.requested == "person_check":
        customer.code(PEOPLE[name].phone)
    assert customer.requested == "confirm", customer.text
    return customer


def ask_as_policyholder(talk: Start, conversation: str = "王建国") -> FormTalk:
    customer = card(talk, "王建国", "P2023001234", "王小宇，子女，100%", "稍后补交", conversation=conversation)
    customer.pick("确认提交")
    return customer


def test_the_card_shows_old_and_new_people_with_order_share_and_masked_papers(talk: Start) -> None:
    customer = card(talk, "陈静", "P2022000551", "陈一诺，儿子，60%；李明，丈夫，40%", CHILD_ID, "手边没有，以后补")
    for words in (
        "传承终身寿险 P2022000551",
        "陈*平（父母）50%，周*芝（父母）50%，将被替换",
        "陈一诺（子女）第 1 顺位 60%，证件 310***********0016",
        "李明（配偶）第 1 顺位 40%，证件稍后补",
    ):
        assert words in customer.text
    assert CHILD_ID not in customer.text


def test_the_result_says_when_it_was_received_what_it_does_and_what_to_hand_in_by_when(talk: Start) -> None:
    customer = card(talk, "陈静", "P2022000551", "陈一诺，儿子，100%", CHILD_ID)
    customer.pick("确认提交")
    (change,) = customer.changes()
    assert change.status is EndorsementStatus.ACCEPTED
    for words in (
        change.endorsement_no,
        "11 月 23 日 09:00 收到",
        "第十条",
        "从您表示时起生效",
        "申请书",
        "关系证明",
        "身份证件",
        "柜台",
        "11 月 25 日前核完材料",
        "11 月 30 日前出具批单",
    ):
        assert words in customer.text


def test_a_group_policy_is_promised_no_statutory_date(talk: Start) -> None:
    customer = card(talk, "赵磊", "P2026000601", "赵长河，父亲，100%", "稍后补交")
    customer.pick("确认提交")
    (change,) = customer.changes()
    assert change.finish_by is None
    assert "团体保单" in customer.text
    assert "个工作日" not in customer.text


def test_ids_told_before_stay_with_their_people_when_only_the_shares_change(talk: Start) -> None:
    customer = card(talk, "陈静", "P2022000551", "陈一诺，儿子，60%；李明，丈夫，40%", CHILD_ID, HUSBAND_ID)
    customer.say("@edit:beneficiaries", chosen=True)
    assert customer.requested == "beneficiaries"
    customer.say("李明80，陈一诺20")
    assert customer.requested == "confirm"
    assert "李明（配偶）第 1 顺位 80%，证件 110***********0044" in customer.text
    assert "陈一诺（子女）第 1 顺位 20%，证件 310***********0016" in customer.text
    customer.pick("确认提交")
    (change,) = customer.changes()
    assert {person.name: person.id_number for person in change.new} == {"陈一诺": CHILD_ID, "李明": HUSBAND_ID}


def test_only_a_new_person_is_asked_for_an_id(talk: Start) -> None:
    customer = card(talk, "陈静", "P2022000551", "陈一诺，儿子，100%", CHILD_ID)
    customer.say("@edit:beneficiaries", chosen=True)
    customer.say("陈一诺，儿子，50%；李明，丈夫，50%")
    assert customer.requested == "beneficiary_id_2"
    assert "李明的身份证号" in customer.text
    assert "陈一诺的身份证号" not in customer.text


def test_an_id_number_in_the_same_message_is_not_asked_again(talk: Start) -> None:
    customer = begin(talk, "陈静")
    customer.say("P2022000551")
    customer.say(f"陈一诺，儿子，{CHILD_ID}，100%")
    assert customer.requested == "person_check", customer.text


@pytest.mark.parametrize(
    ("number", "reason"), [("310115199002080264", "这是被保险人的身份证号"), (CHILD_ID, "已经写给别的受益人")]
)
def test_a_number_that_is_somebody_elses_is_refused(talk: Start, number: str, reason: str) -> None:
    customer = begin(talk, "陈静")
    customer.say("P2022000551")
    customer.say("陈一诺，儿子，60%；李明，丈夫，40%")
    customer.say(CHILD_ID)
    assert reason in customer.say(number)
    assert customer.requested == "beneficiary_id_2"


def test_a_child_as_beneficiary_is_accepted_with_a_word_about_the_guardian(talk: Start) -> None:
    customer = begin(talk, "陈静")
    customer.say("P2022000551")
    customer.say("陈一诺，儿子，100%")
    assert "监护人" in customer.say(CHILD_ID)


def test_a_policyholder_who_becomes_beneficiary_is_not_asked_for_an_id_that_was_just_checked(talk: Start) -> None:
    customer = begin(talk, "王建国")
    customer.say("P2023001234")
    customer.say("王小宇，儿子，60%；王建国，配偶，40%")
    customer.say("稍后补交")
    assert customer.requested == "person_check", customer.text


def test_the_childs_mother_means_the_spouse_on_file(talk: Start) -> None:
    customer = card(talk, "陈静", "P2022000551", "陈一诺，儿子，60%；李明，丈夫，40%", "稍后补交", "稍后补交")
    customer.say("@edit:beneficiaries", chosen=True)
    customer.say("孩子70 他爸30")
    assert customer.requested == "confirm", customer.text
    assert "陈一诺（子女）第 1 顺位 70%" in customer.text
    assert "李明（配偶）第 1 顺位 30%" in customer.text


# -- who may -----------------------------------------------------------------------------------------------------------


def test_policies_that_pay_nothing_on_death_are_not_offered(talk: Start) -> None:
    titles = [choice.title for reply in begin(talk, "王建国").replies for choice in reply.choices]
    assert any("安家定期寿险" in title for title in titles)
    assert not any("百万医疗" in title for title in titles)


@pytest.mark.parametrize(
    ("name", "policy_no", "reason"),
    [("鲁宏远", "P2024000141", "同一个手机"), ("鲁宏远", "P2025000142", "监护人"), ("周强", "P2018000802", "质押")],
)
def test_what_a_person_must_look_at_goes_to_a_person_as_soon_as_the_policy_is_chosen(
    talk: Start, name: str, policy_no: str, reason: str
) -> None:
    customer = begin(talk, name)
    assert reason in customer.say(policy_no)
    waiting = customer.handed_off()
    assert waiting is not None
    assert (waiting.reason, waiting.post) == ("needs_person", "保全")
    assert not customer.changes()


def test_a_minor_insured_cannot_name_beneficiaries_alone(talk: Start) -> None:
    assert "第三十九条" in begin(talk, "鲁安安").say("P2025000142")


def test_the_wife_changes_her_own_with_the_shared_phone(talk: Start) -> None:
    customer = card(talk, "白玉琴", "P2024000141", "鲁安安，儿子，100%", "稍后补交")
    customer.pick("确认提交")
    assert customer.changes()[0].status is EndorsementStatus.ACCEPTED


def test_a_frozen_policy_goes_to_a_person(talk: Start, write: Callable[[str], None]) -> None:
    write("UPDATE policies SET frozen = 1 WHERE policy_no = 'P2022000551'")
    customer = begin(talk, "陈静")
    assert "冻结" in customer.say("P2022000551")
    assert customer.handed_off() is not None


def test_phones_that_become_one_before_the_submit_queue_a_person(talk: Start, write: Callable[[str], None]) -> None:
    customer = card(talk, "王建国", "P2023001234", "王小宇，子女，100%", "稍后补交")
    write(
        "UPDATE parties SET phone = (SELECT phone FROM parties WHERE party_id = 'CU000003') WHERE party_id = 'CU000004'"
    )
    text = customer.pick("确认提交")
    assert "同一个手机" in text
    assert "这次没有提交" in text
    assert customer.handed_off() is not None
    assert not customer.changes()


# -- one request at a time ---------------------------------------------------------------------------------------------


def test_a_second_request_asks_whether_the_first_is_kept(talk: Start) -> None:
    (first,) = ask_as_policyholder(talk).changes()
    again = begin(talk, "王建国", "again")
    text = again.say("P2023001234")
    assert again.requested == "beneficiary_replaces"
    for words in (first.endorsement_no, "待被保险人确认", "11 月 26 日 09:00 前有效", "王*宇（子女）100%"):
        assert words in text
    assert "保留申请" in again.pick("保留原申请")
    assert again.outcome == "ended"
    assert not again.changes()


def test_a_request_that_runs_out_while_it_is_asked_about_is_in_nobodys_way(talk: Start) -> None:
    ask_as_policyholder(talk)
    again = begin(talk, "王建国", "again", now=NOW + timedelta(hours=71, minutes=55))
    again.say("P2023001234")
    assert again.requested == "beneficiary_replaces"
    again.now = NOW + timedelta(hours=72, minutes=5)
    again.pick("用新的替换")
    assert again.requested == "beneficiaries"


def test_replacing_withdraws_the_first_and_its_code_dies(talk: Start) -> None:
    (first,) = ask_as_policyholder(talk).changes()
    old_code = talk("consent_form").newest_text(PEOPLE["刘芳"].phone).split("确认码 ")[1][:8]
    again = card(talk, "王建国", "P2023001234", "王建国，配偶，100%", conversation="again")
    assert f"撤回原申请 {first.endorsement_no}" in again.text
    again.pick("确认提交")
    (second,) = again.changes()
    with again.services.reading() as work:
        assert work.endorsements.get(first.endorsement_no).status is EndorsementStatus.WITHDRAWN
    assert second.status is EndorsementStatus.WAITING_FOR_CONSENT
    assert "已经撤回" in talk("consent_form", "wife").say(f"确认码 {old_code}")


def test_the_insured_may_replace_the_policyholders_request_who_is_told(talk: Start) -> None:
    (first,) = ask_as_policyholder(talk).changes()
    wife = card(talk, "刘芳", "P2023001234", "刘德海，父亲，100%", "稍后补交")
    wife.pick("确认提交")
    assert wife.changes()[0].status is EndorsementStatus.ACCEPTED
    told = wife.newest_text(PEOPLE["王建国"].phone)
    assert first.endorsement_no in told
    assert "已撤回" in told


def test_what_the_insured_asked_for_is_not_replaced_by_the_policyholder(talk: Start) -> None:
    wife = card(talk, "刘芳", "P2023001234", "刘德海，父亲，100%", "稍后补交")
    wife.pick("确认提交")
    husband = begin(talk, "王建国")
    assert "被保险人一起核对" in husband.say("P2023001234")
    assert husband.handed_off() is not None


def test_a_request_made_meanwhile_stops_the_write(talk: Start) -> None:
    slow = card(talk, "王建国", "P2023001234", "王小宇，子女，100%", "稍后补交", conversation="slow")
    ask_as_policyholder(talk, "fast")
    text = slow.pick("确认提交")
    assert "还有一件没办完的变更申请" in text
    assert "没有提交" in text
    assert not slow.changes()


# -- time --------------------------------------------------------------------------------------------------------------


def test_without_an_answer_in_72_hours_the_request_has_expired_wherever_it_is_read(talk: Start) -> None:
    customer = ask_as_policyholder(talk)
    customer.now = NOW + timedelta(hours=73)
    text = customer.say("刚才提交的受益人变更成功了吗？", intent="change_beneficiary")
    assert "72 小时内没有收到被保险人的确认" in text
    (first,) = customer.changes()
    later = begin(talk, "王建国", "later", now=NOW + timedelta(hours=74))
    later.say("P2023001234")
    assert later.requested == "beneficiaries"
    later.say("王小宇，子女，100%")
    later.say("稍后补交")
    later.code(PEOPLE["王建国"].phone)
    later.pick("确认提交")
    with later.services.reading() as work:
        assert work.endorsements.get(first.endorsement_no).status is EndorsementStatus.EXPIRED
    assert len(later.changes()) == 1


@pytest.mark.parametrize("words", ["后补", "跳过", "不知道", "手边没有，过几天补", "身份证号记不清了", "稍后再补交"])
def test_an_id_that_is_not_at_hand_may_come_later(talk: Start, words: str) -> None:
    customer = talk("beneficiary_form", "later")
    customer.say("改受益人")
    person = PEOPLE["陈静"]
    customer.identify(person.name, person.id_number, person.phone)
    customer.say("P2022000551")
    customer.say("陈一诺，儿子，100%")
    assert customer.requested == "beneficiary_id_1"
    customer.say(words)
    assert customer.answers["beneficiary_id_1"] == "稍后补交"
    assert customer.requested == "person_check"


def test_which_of_two_parents_is_asked_and_not_guessed(talk: Start) -> None:
    customer = talk("beneficiary_form", "parents")
    customer.say("改受益人")
    person = PEOPLE["陈静"]
    customer.identify(person.name, person.id_number, person.phone)
    customer.say("P2022000551")
    assert "妈妈的姓名" in customer.say("陈一诺，儿子，40%；妈妈60%")
    assert not customer.answers.get("beneficiaries")
    customer.say("周桂芝，母亲，60%；陈一诺，儿子，40%")
    assert "周桂芝|父母|1|60" in customer.answers["beneficiaries"]


def test_the_only_parent_on_the_policy_is_meant_by_the_word(talk: Start) -> None:
    customer = talk("beneficiary_form", "parent")
    customer.say("改受益人")
    person = PEOPLE["陈静"]
    customer.identify(person.name, person.id_number, person.phone)
    customer.say("P2024000552")
    customer.say("妈妈60%，儿子40%")
    assert customer.answers["beneficiaries"].startswith("周桂芝|父母|1|60")


def test_name_and_relationship_may_come_one_after_the_other(talk: Start) -> None:
    customer = talk("beneficiary_form")
    customer.say("我要改受益人", intent="change_beneficiary")
    person = PEOPLE["王建国"]
    customer.identify(person.name, person.id_number, person.phone)
    customer.say("P2023001234")
    assert "什么人" in customer.say("王小宇")
    assert customer.requested == "beneficiaries"
    customer.say("儿子")
    assert customer.requested == "beneficiary_id_1", customer.text
    assert "王小宇" in customer.text


def test_who_is_60_is_called_by_a_person_instead_of_being_checked_on_screen(talk: Start) -> None:
    """Business flows 0.2: 60+, human at once; what was answered is kept for the person."""
    customer = begin(talk, "李淑兰")
    customer.say("P2021000522")
    if customer.requested == "beneficiary_replaces":
        customer.pick("用新的替换")
    customer.say("林小雨，孙女，100%")
    said = customer.text if customer.handed_off() else customer.say("稍后补交")
    assert "由同事打您登记的手机来核实" in said
    waiting = customer.handed_off()
    assert waiting is not None
    assert waiting.reason == "elderly"
    assert "林小雨" in str(waiting.slots)
    assert customer.changes() == ()
