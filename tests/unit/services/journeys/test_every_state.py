"""What a customer may do at any point: a person, stop, "again?", a question in between, a correction. Every journey, every question."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.insurance.claim import Claim, ClaimStage, LossReport
from bot.insurance.endorsement import EndorsementStatus
from bot.insurance.policy import LineOfBusiness
from bot.insurance.service_request import RequestStatus
from bot.services.guard_reply import load_guard
from bot.services.journeys.claim_injuries import is_grave
from bot.services.registry import JOURNEYS
from bot.settings import ROOT
from bot.store.demo_people import NAMED_CUSTOMERS
from tests.servicing_talk import filed
from tests.talk import Talk

Answer = str | Callable[[Talk], str]
CUSTOMERS = {each.name: each for each in NAMED_CUSTOMERS}
_NUMBERS = itertools.count(1)
HOUR = timedelta(hours=1)


def _phone(_: Talk) -> str:
    return f"1390007{next(_NUMBERS):04d}"


def _plate(_: Talk) -> str:
    return f"京N8{next(_NUMBERS):04d}"


def _code(phone: str) -> Callable[[Talk], str]:
    return lambda talk: talk.code_of(phone)


def _given_phone_code(talk: Talk) -> str:
    return talk.code_of(talk.answers["phone"])


def _identity(name: str) -> dict[str, Answer]:
    code = _code(CUSTOMERS[name].phone)
    return {"name": name, "id_number": CUSTOMERS[name].id_number, "otp": code, "person_check": code}


def _first_case(talk: Talk) -> str:
    """The first of the cases that are offered."""
    return next(
        choice.title[:15] for reply in talk.replies for choice in reply.choices if choice.title.startswith("C2")
    )


def _code_after_a_report(talk: Talk) -> str:
    """The code; and a case of hers that is still open, since other walks withdraw theirs."""
    number = f"C20261102{next(_NUMBERS):06d}"
    report = LossReport(LineOfBusiness.PROPERTY, "2026-11-02", "西城", "水管爆裂", "无", CUSTOMERS["孙丽"].phone)
    claim = Claim(number, report, ClaimStage.REPORTED, talk.now, True, "", number, claimant_party_id="CU000007")
    with talk.services.unit_of_work() as work:
        work.claims.add(claim)
        work.commit()
    return talk.code_of(CUSTOMERS["孙丽"].phone)


L1 = {"phone": _phone, "phone_code": _given_phone_code}
CLAIM: dict[str, Answer] = {
    "claim_injured": "没人受伤",
    "claim_event_at": "昨天下午三点",
    "claim_place": "西直门桥",
    "claim_cause": "变道时和公交车蹭了一下，右边门凹了",
    "claim_plate": _plate,
    "claim_other_party": "没有",
    "claim_drivable": "能开",
    "claim_insured": "不知道",
    "claim_health_consent": "同意",
    "claim_hospital": "潞河医院",
    "claim_phone": _phone,
}


def _invited(talk: Talk) -> str:
    """The husband asks for a change; the wife's consent code, out of her text message."""
    with talk.services.unit_of_work() as work:  # what the insured has agreed to, the husband alone cannot replace
        for change in work.endorsements.of_policy("P2023001234"):
            work.endorsements.save(replace(change, status=EndorsementStatus.WITHDRAWN))
        work.commit()
    husband = talk.another()
    *_, card = _answering(husband, "我要改受益人", {
        **_identity("王建国"),
        "beneficiary_policy": "P2023001234",
        "beneficiary_replaces": "替换",
        "beneficiaries": "王小宇，子女，100%",
        "beneficiary_id_1": "稍后补交",
    })  # fmt: skip
    card.say("确认")
    talk.now = husband.now
    found = re.search(r"确认码[^A-Z0-9]*([A-Z0-9]{8})", talk.outbox.texts_for(CUSTOMERS["刘芳"].phone, 1)[0].text)
    assert found, husband.text
    return f"确认码 {found.group(1)}"


def _has_complained(talk: Talk) -> str:
    talk.say("上周三去柜台改地址，叫号机是坏的，我要投诉")
    talk.say("取消")
    return "我要撤回投诉"


def _has_papers_to_add(talk: Talk) -> str:
    talk.say("上周三去柜台改地址，叫号机是坏的，我要投诉")
    talk.say("取消")
    with talk.services.reading() as work:
        return f"补材料 {work.complaints.of_conversation(talk.conversation_id)[0].complaint_no}"


# By journey: how it is opened, and what is answered to each question whenever it is asked.
WALKS: dict[str, tuple[Answer, dict[str, Answer]]] = {
    "motor claim": ("我要报案", {**CLAIM, "claim_line": "车险"}),
    "accident claim": (
        "我要报案",
        {
            **CLAIM,
            "claim_line": "看病或意外受伤",
            "claim_injured": "有人受伤",
            "claim_cause": "下楼梯摔了一跤，左脚肿了",
        },
    ),
    "property claim": ("我要报案", {**CLAIM, "claim_line": "家里或店里的财产", "claim_cause": "水管爆了，地板全泡了"}),
    "complaint": (
        "我要投诉",
        {
            "complaint_facts": "上周三去柜台改地址，叫号机和空调都是坏的",
            "complaint_request": "把地址改好",
            "complaint_reference": "没有",
            "complaint_phone": _phone,
        },
    ),
    "policy": ("查保单", {**_identity("张伟明"), "policy_no": "第一份"}),
    "beneficiary": (
        "我要改受益人",
        {
            **_identity("陈静"),
            "beneficiary_policy": "P2022000551",
            "beneficiary_replaces": "替换",  # asked where another test has left a request open
            "beneficiaries": "陈一诺，子女，60%；李明，配偶，40%",
            **{f"beneficiary_id_{place}": "稍后补交" for place in range(1, 5)},
        },
    ),
    "reinstate": (
        "我要复效",
        {
            **_identity("孙丽"),
            "service_policy": "P2021000701",
            "service_consent": "同意",
            "reinstate_health": "没有",
            "reinstate_job": "没变",
            "reinstate_pay": "原缴费账户扣款",
        },
    ),
    "loan": (
        "我要用保单贷款",
        {
            **_identity("周强"),
            "service_policy": "P2018000802",
            "loan_amount": "一万",
            "loan_purpose": "家里装修周转",
            "service_consent": "同意",
            "loan_card": "原缴费账户",
        },
    ),
    "repay": (
        "我要还保单贷款",
        {
            **_identity("周强"),
            "service_policy": "P2018000802",
            "repay_amount": "全部还清",
            "repay_way": "官方缴费链接",
        },
    ),
    "benefit": (
        "我要领今年的年金",
        {
            **_identity("郑浩"),
            "service_policy": "P2018000903",
            "benefit_way": "领到银行卡",
            "service_consent": "同意",
            "benefit_card": "6222021234567890128",
        },
    ),
    "e-policy": (
        "帮我下载电子保单",
        {
            **_identity("张伟明"),
            "service_policy": "P2026000103",
            "e_policy_way": "发到别的邮箱",
            "e_policy_email": "o@example.com",
        },
    ),
    "invoice": (
        "帮我开发票",
        {
            **_identity("陈静"),
            "service_policy": "P2024000552",
            "invoice_period": "最近一期",
            "invoice_payer": "本人交的",
            "invoice_kind": "单位抬头",
            "invoice_title": "北京云启科技示例有限公司",
            "invoice_tax_no": "91110105MA00DEM013",
            "invoice_email": "登记的邮箱",
        },
    ),
    "personal data": (
        "我名字登记错了，帮我改一下",
        {**_identity("张伟明"), "person_name": "张卫明", "person_scope": "一起改"},
    ),
    "occupation": ("我换工作了，帮我改职业", {**_identity("郑浩"), "person_job": "外卖骑手", "person_scope": "一起改"}),
    "policyholder": (
        "我要换投保人",
        {
            **_identity("王建国"),
            "service_policy": "P2023001234",
            "holder_name": "刘芳",
            "holder_id": CUSTOMERS["刘芳"].id_number,
            "holder_phone": _phone,
            "holder_relation": "本人",
            "holder_consents": "还没问",
        },
    ),
    "sold car": (
        "车卖了，帮我把保险过户",
        {
            **_identity("张伟明"),
            "service_policy": "P2026000101",
            "holder_name": "李明",
            "holder_id": "110105198803050044",
            "holder_phone": _phone,
            "holder_moved_on": "昨天",
            "holder_use": "和原来一样",
        },
    ),
    "reduction": (
        "我想把保额降低",
        {
            **_identity("陈静"),
            "service_policy": "P2024000552",
            "contract_sum": "减到20万",
            "service_consent": "同意",
            "contract_card": "原缴费账户",
        },
    ),
    "rider": (
        "附加险不要了，帮我退掉",
        {**_identity("陈静"), "service_policy": "P2022000551", "contract_rider": "附加住院津贴"},
    ),
    "motor endorsement": (
        "我想把车牌改一下",
        {
            **_identity("张伟明"),
            "service_policy": "P2026000101",
            "contract_vehicle": "车牌换成京B12345",
            "contract_use": "用途不变",
        },
    ),
    "debit account": (
        "续期扣款想换张银行卡",
        {
            **_identity("陈静"),
            "service_policy": "P2022000551",
            "payment_owner": "是本人的",
            "service_consent": "同意",
            "payment_card": "6222021234567890102",
            "payment_bank": "建设银行",
        },
    ),
    "frequency": (
        "我要改缴费频率",
        {**_identity("陈静"), "service_policy": "P2022000551", "payment_often": "月交"},
    ),
    "premium": ("我要交保费", {**_identity("陈静"), "service_policy": "P2022000551"}),
    "claim status": ("查理赔进度", {**L1, "claim_no": "C20250101009998"}),
    "servicer": (
        "我要换个业务员",
        {
            **_identity("周强"),
            "service_policy": "P2018000802",
            "servicer_reason": "他违规收钱",
            "servicer_misconduct": "他拿了我五百块说帮我代办",
            "servicer_wishes": "想要个女的，离朝阳近一点",
        },
    ),
    "salesperson": ("核实业务员", {"salesperson_name": "他叫徐浩", "salesperson_no": "020001101058002000000001"}),
    "report": (
        "我要举报",
        {
            "report_facts": "有家修理厂专门用旧件冒充新件报损",
            "report_accused": "金盛汽修厂的老板",
            "report_when": "上个月在南四环",
            "report_amount": "两万",
            "report_evidence": "有录音",
            "report_own_money": "没有",
            "report_contact": _phone,
            "report_feedback": "要",
        },
    ),
    "privacy": ("我要查阅你们保存的我的个人信息", {**_identity("陈静"), "privacy_which": "全部保单资料"}),
    "marketing": ("别再给我打推销电话了", {"marketing_phone": _phone}),
    "feedback": ("表扬一下", {"feedback_words": "柜台的大姐特别耐心", "feedback_about": "没有"}),
    "callback": ("给我回电", {**L1, "callback_slot": "明天上午十点", "callback_topic": "理赔的事"}),
    "account": (
        "密码忘了，都试过还是不行",
        {**L1, "account_problem": "一直转圈进不去", "account_device": "华为手机"},
    ),
    "consent": (_invited, {**_identity("刘芳"), "consent_answer": "同意"}),
    "complaint withdrawal": (_has_complained, {"complaint_withdrawal_reason": "没有"}),
    "contact": (
        "我要改联系地址",
        {
            **_identity("郑浩"),
            "contact_what": "通讯地址",
            "contact_address": "深圳市南山区科苑路3号2栋501",
        },
    ),
    "surrender": (
        "我要退保",
        {
            **_identity("陈静"),
            "service_policy": "P2026000553",
            "surrender_reason": "不想说",
            "service_consent": "同意",
            "surrender_card": "原缴费账户",
        },
    ),
    "reissue": (
        "保单丢了，补一张",
        {
            **_identity("王建国"),
            "service_policy": "P2026000131",
            "reissue_reason": "丢了",
            "reissue_form": "电子保单",
        },
    ),
    "supplement claim": (
        "我再补两张发票",
        {**_identity("郑浩"), "service_claim": _first_case, "service_consent": "同意", "claim_files": "发完了"},
    ),
    "papers of a complaint": (_has_papers_to_add, {"service_consent": "同意", "claim_files": "发完了"}),
    "cancel claim": (
        "我报的案不要了帮我撤掉",
        {
            **_identity("孙丽"),
            "otp": _code_after_a_report,
            "service_claim": _first_case,
            "cancel_claim_reason": "不想说",
        },
    ),
    "dispute claim": (
        "对理赔结果有异议，帮我重新看",
        {
            **_identity("赵磊"),
            "service_claim": _first_case,
            "dispute_point": "不予赔付的决定",
            "dispute_grounds": "上班路上头晕去看的急诊，通知书没写清楚是哪一条",
            "dispute_evidence": "急诊病历",
        },
    ),
    "roadside": (
        "车没电了打不着火，能来搭个电吗",
        {
            **L1,
            "roadside_safe": "人都安全",
            "roadside_kind": "搭电",
            "roadside_place": "望京SOHO地下二层",
            "roadside_plate": _plate,
            "roadside_problem": "打不着火",
            "service_consent": "同意",
        },
    ),
    "sales enquiry": (
        "让销售给我打电话报个价",
        {
            **L1,
            "enquiry_whom": "给公司",
            "enquiry_kind": "雇主责任险",
            "enquiry_subject": "石材厂，三十个工人，有两台龙门吊",
            "enquiry_called": "李经理",
            "service_consent": "同意",
            "callback_slot": "明天上午十点",
            "enquiry_more": "去年在别家买过",
        },
    ),
    "complaint status": ("查投诉进度", {**L1, "complaint_query_no": "T20250101009998"}),
}
GUARD = load_guard(ROOT / "data" / "guard" / "never_say.yml")
PERSON = ("人工", "转人工", "找个真人", "接人工客服", "我不想跟机器人说话，叫真人来")
STOP = ("算了不办了", "取消", "先不弄了", "不想办了，改天再说", "算了")
AGAIN = ("再说一遍", "没听清", "没看清，再说一次")
SMALL_TALK = ("你好，在吗", "谢谢你啊", "辛苦了", "等一下", "先等等，我去拿")
QUESTIONS = ("等一下，理赔要什么材料？", "犹豫期是什么意思？", "你们几点上班？", "你是机器人吗")


def states(talk: Talk, walk: str) -> Iterator[Talk]:
    """The conversation at every question of the journey, in order, up to the card."""
    opening, answers = WALKS[walk]
    yield from _answering(talk, opening(talk) if callable(opening) else opening, answers)


def _answering(talk: Talk, opening: str, answers: dict[str, Answer]) -> Iterator[Talk]:
    talk.say(opening)
    seen: list[str] = []
    while talk.form:
        yield talk
        if talk.requested == "confirm":
            return
        assert talk.requested not in seen, f"asked twice: {talk.requested} after {seen}: {talk.text}"
        seen.append(talk.requested)
        answer = answers[talk.requested]
        talk.say(answer(talk) if callable(answer) else answer)


def fork(talk: Talk) -> Talk:
    """The same moment once more, to try something else."""
    twin = copy.copy(talk)
    twin.answers = dict(talk.answers)
    return twin


def _given(talk: Talk) -> dict[str, str]:
    return {slot: value for slot, value in talk.answers.items() if value}


@pytest.fixture
def at_each_state(first_talk: Talk) -> Callable[[str], Iterator[Talk]]:
    def walk(name: str) -> Iterator[Talk]:
        # Codes to one phone are limited within half an hour: each walk has an hour of its own.
        first_talk.now += HOUR
        return states(first_talk.another(), name)

    return walk


@pytest.mark.parametrize("walk", WALKS)
def test_no_question_and_no_card_is_withheld_for_its_words(
    at_each_state: Callable[[str], Iterator[Talk]], walk: str
) -> None:
    for talk in at_each_state(walk):
        broken = [(rule.id, reply.text) for reply in talk.replies for rule in GUARD.broken(reply.text)]
        assert not broken, talk.requested
    if talk.requested == "confirm":
        talk.say("确认")
        assert not [(rule.id, reply.text) for reply in talk.replies for rule in GUARD.broken(reply.text)]
        _withdraw_what_was_filed(talk)


def _withdraw_what_was_filed(talk: Talk) -> None:
    """The store is shared: what is open here must not be in the way of another test's request."""
    with talk.services.unit_of_work() as work:
        for request in filed(work, talk.conversation_id):
            work.requests.save(replace(request, status=RequestStatus.WITHDRAWN))
        work.commit()


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("words", PERSON)
def test_a_person_comes_at_once(at_each_state: Callable[[str], Iterator[Talk]], walk: str, words: str) -> None:
    for talk in at_each_state(walk):
        asked = fork(talk)
        asked.say(words)
        assert asked.outcome == "handed_off:customer_asked", (talk.requested, asked.text)


@pytest.mark.parametrize("walk", WALKS)
def test_words_that_stop_it_end_it_and_write_nothing(at_each_state: Callable[[str], Iterator[Talk]], walk: str) -> None:
    for talk in at_each_state(walk):
        for words in STOP:
            stopped = fork(talk)
            stopped.say(words)
            assert stopped.outcome == "cancelled", (talk.requested, words, stopped.text)


@pytest.mark.parametrize("walk", WALKS)
def test_again_says_the_open_question_again(at_each_state: Callable[[str], Iterator[Talk]], walk: str) -> None:
    for talk in at_each_state(walk):
        for words in AGAIN:
            again = fork(talk)
            again.say(words)
            assert again.requested == talk.requested, (talk.requested, words, again.text)
            assert "没听明白" not in again.text, (talk.requested, words)
            assert again.replies[-1].text == talk.replies[-1].text
            assert _given(again) == _given(talk)


@pytest.mark.parametrize("walk", WALKS)
def test_small_talk_is_heard_answers_nothing_and_brings_no_person(
    at_each_state: Callable[[str], Iterator[Talk]], walk: str
) -> None:
    for talk in at_each_state(walk):
        chatting = fork(talk)
        for words in SMALL_TALK:
            chatting.say(words)
            assert chatting.requested == talk.requested, (talk.requested, words, chatting.text)
            assert len(chatting.replies) > 1, (talk.requested, words)
            assert "没听明白" not in chatting.text, (talk.requested, words)
            assert _given(chatting) == _given(talk), (talk.requested, words)


@pytest.mark.parametrize("walk", ["policy", "surrender", "claim status"])
def test_a_doubt_in_us_is_answered_and_the_open_question_asked_again(
    at_each_state: Callable[[str], Iterator[Talk]], walk: str
) -> None:
    for talk in at_each_state(walk):
        asked = talk.requested
        talk.say("你们是不是骗子啊")
        assert (talk.requested, talk.outcome) == (asked, "")
        assert "您谨慎是对的" in talk.text


@pytest.mark.parametrize("walk", WALKS)
def test_a_question_in_between_is_answered_and_the_open_one_asked_again(
    at_each_state: Callable[[str], Iterator[Talk]], walk: str
) -> None:
    for talk in at_each_state(walk):
        for words in QUESTIONS:
            asked = fork(talk)
            asked.say(words)
            assert asked.requested == talk.requested, (talk.requested, words, asked.text)
            assert f"我们接着{JOURNEYS[talk.form].journey.zh}" in asked.text, (talk.requested, words, asked.text)
            assert _given(asked) == _given(talk), (talk.requested, words)


@pytest.mark.parametrize("walk", ["motor claim", "accident claim", "property claim"])
@pytest.mark.parametrize("words", ["不对，是上周五", "不是昨天，是前天", "时间说错了，是上周三", "日期应该是前天"])
def test_a_date_alone_corrects_the_day_and_keeps_the_hour(
    at_each_state: Callable[[str], Iterator[Talk]], walk: str, words: str
) -> None:
    for talk in at_each_state(walk):
        before = talk.answers.get("claim_event_at", "")
        if not before:
            continue
        corrected = fork(talk)
        corrected.say(words)
        after = corrected.answers["claim_event_at"]
        assert after[:10] != before[:10], (talk.requested, corrected.text)
        assert after[10:] == before[10:]
        assert corrected.requested == talk.requested
        assert "改好了：时间改为" in corrected.text


@pytest.mark.parametrize("walk", ["motor claim", "property claim"])
@pytest.mark.parametrize(
    ("words", "slot", "value"),
    [
        ("地点说错了，是西单", "claim_place", "西单"),
        ("有人受伤，刚才说错了", "claim_injured", "有人受伤"),
        ("不能开了，刚才说错了", "claim_drivable", "不能行驶"),
    ],
)
def test_an_earlier_answer_is_corrected_by_its_name_or_its_words(
    at_each_state: Callable[[str], Iterator[Talk]], walk: str, words: str, slot: str, value: str
) -> None:
    for talk in at_each_state(walk):
        if not talk.answers.get(slot):
            continue
        corrected = fork(talk)
        corrected.say(words)
        assert corrected.answers[slot].startswith(value), (talk.requested, corrected.text)
        # What the new answer makes worth asking comes first: how many are hurt, where the car stands.
        follows = {"claim_injured": "claim_injured_count", "claim_drivable": "claim_vehicle_at"}
        assert corrected.requested in (talk.requested, follows.get(slot))


def test_the_answer_just_given_is_taken_back(at_each_state: Callable[[str], Iterator[Talk]]) -> None:
    for talk in at_each_state("complaint"):
        for words in ("不对，我希望你们赔礼道歉", "诉求改成书面道歉"):
            if talk.requested != "complaint_reference":
                continue
            corrected = fork(talk)
            corrected.say(words)
            assert "道歉" in corrected.answers["complaint_request"], corrected.text
            assert corrected.requested == "complaint_reference"


@pytest.mark.parametrize(
    "words",
    [
        "是的，不过有人受伤",
        "对的，人受伤了",
        "没问题吧？",
        "没问题吧",
        "好的，等一下",
        "确认一下时间",
        "可以改吗",
        "行不行啊",
        "不确认",
    ],
)
def test_only_a_plain_yes_submits_the_card(at_each_state: Callable[[str], Iterator[Talk]], words: str) -> None:
    *_, card = at_each_state("motor claim")
    assert card.requested == "confirm"
    card.say(words)
    assert card.outcome != "confirmed", card.text


@pytest.mark.parametrize(
    "words",
    ["确认", "是的", "对，没错", "嗯嗯", "好的，提交吧", "没问题，确认提交", "可以", "OK", "都对", "确认无误。"],
)
def test_a_plain_yes_submits_the_card(at_each_state: Callable[[str], Iterator[Talk]], words: str) -> None:
    *_, card = at_each_state("motor claim")
    card.say(words)
    assert card.outcome == "confirmed", card.text
    assert "报案成功" in card.text


def test_on_the_card_words_of_an_injury_change_the_card(at_each_state: Callable[[str], Iterator[Talk]]) -> None:
    *_, card = at_each_state("motor claim")
    card.say("其实有人受伤")
    assert card.requested == "claim_injured_count"
    assert "有人受伤" in card.answers["claim_injured"]
    assert "120" in card.text


def test_what_is_known_already_is_no_misunderstanding(at_each_state: Callable[[str], Iterator[Talk]]) -> None:
    for talk in at_each_state("motor claim"):
        if talk.requested == "claim_event_at":
            for _ in range(3):
                talk.say("车险")
                assert talk.requested == "claim_event_at", talk.text
                assert "已经记下" in talk.text
            return


def test_a_corrected_id_number_gets_a_code_of_its_own(at_each_state: Callable[[str], Iterator[Talk]]) -> None:
    """The code in flight belongs to the first person; it must not be what the second is asked for."""
    for talk in at_each_state("policy"):
        if talk.requested != "otp":
            continue
        old = talk.code_of(CUSTOMERS["张伟明"].phone)
        talk.say(f"身份证号输错了，是{CUSTOMERS['陈静'].id_number}")
        talk.say("姓名说错了，是陈静")
        assert talk.requested == "otp", talk.text
        new = talk.code_of(CUSTOMERS["陈静"].phone)
        talk.say(old)
        assert talk.requested == "otp"
        talk.say(new)
        assert talk.answers["otp"] == "已核验", talk.text
        return
    raise AssertionError("no code was asked for")


def test_privacy_is_told_once_before_the_first_personal_question(first_talk: Talk) -> None:
    first_talk.now += HOUR
    talk = first_talk.another()
    notice = talk.services.privacy
    talk.say("查保单")
    assert notice.short in talk.text
    talk.say("张伟明")
    assert notice.short not in talk.text
    talk.say("取消")
    talk.say("改受益人")
    assert notice.short not in talk.text
    with talk.services.reading() as work:
        assert work.consents.granted(talk.conversation_id, "C1")


@pytest.mark.parametrize("words", ["不对", "改一下"])
def test_a_yes_to_which_line_submits_nothing(at_each_state: Callable[[str], Iterator[Talk]], words: str) -> None:
    *_, card = at_each_state("motor claim")
    card.say(words)
    assert card.slot == "edit", card.text
    card.say("好的")
    assert card.outcome == ""
    assert card.slot == "confirm"
    card.say("确认")
    assert card.outcome == "confirmed"


def test_people_without_percent_signs_are_restated_on_the_card(at_each_state: Callable[[str], Iterator[Talk]]) -> None:
    *_, card = at_each_state("beneficiary")
    assert card.requested == "confirm", card.text
    card.say("不对 应该是陈一诺80 李明20")
    assert card.requested == "confirm", card.text
    assert "80%" in card.text
    assert card.outcome == ""


@pytest.mark.parametrize(
    "words",
    [
        "气死我了，车被撞了",
        "你们怎么这么啰嗦 烦死了",
        "吓死我了",
        "死胡同里蹭了一下",
        "路上撞死一只鸡",
        "车子熄火死在路上了",
        "堵得要死",
    ],
)
def test_a_manner_of_speaking_is_no_death(words: str) -> None:
    assert not is_grave(words)


@pytest.mark.parametrize(
    "words", ["撞死人了", "我爸走了", "司机当场死亡", "人已经没了", "对方死了一个人", "他快死了", "昏迷不醒"]
)
def test_a_death_is_heard(words: str) -> None:
    assert is_grave(words)


@pytest.mark.parametrize("words", ["算了我要投诉你们", "不报了 我要投诉"])
def test_who_stops_in_order_to_complain_gets_to_complain(
    at_each_state: Callable[[str], Iterator[Talk]], words: str
) -> None:
    for talk in at_each_state("motor claim"):
        angry = fork(talk)
        angry.say(words)
        assert angry.outcome == "switched:file_complaint", (talk.requested, angry.text)


@pytest.mark.parametrize("slot", ["complaint_request", "complaint_reference", "complaint_phone"])
def test_a_threat_at_any_question_of_a_complaint_is_kept_and_goes_to_a_person(
    at_each_state: Callable[[str], Iterator[Talk]], slot: str
) -> None:
    words = "再不给说法我就找记者曝光你们"
    for talk in at_each_state("complaint"):
        if talk.requested == slot:
            talk.say(words)
            assert talk.outcome == "handed_off:complaint_rule", talk.text
            with talk.services.reading() as work:
                (complaint,) = work.complaints.of_conversation(talk.conversation_id)
            assert words in (complaint.facts, *complaint.supplements)
            return
    raise AssertionError(f"{slot} was not asked")
