"""Questions outside journeys on the demo portfolio: clauses, one's own policy, follow-ups, a salesperson's number."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from rasa_sdk import Tracker

from actions.answers import ActionEmergency
from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.services.answer_coverage import all_exclusions_button
from bot.services.assistant import AssistantServices
from bot.services.follow_up import Asked
from bot.services.give_answer import Given, give_answer
from bot.services.reply import Reply
from bot.services.understanding import Entity, Understood
from bot.services.verify_identity import enter_code, send_identity_code
from bot.settings import read_settings
from bot.store.demo_people import NAMED_CUSTOMERS
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
PEOPLE = {person.name: person for person in NAMED_CUSTOMERS}
PEPPER = "test pepper"


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("answers")


@pytest.fixture(scope="module")
def services(var_dir: Path) -> AssistantServices:
    settings = read_settings({"BOT_VAR_DIR": str(var_dir)})
    prepare_store(settings, NOW.date())
    return build_assistant_services(settings)


def prove(services: AssistantServices, var_dir: Path, name: str) -> str:
    """A conversation in which this demo customer is proved at L2."""
    person, conversation = PEOPLE[name], f"of {name}"
    with services.unit_of_work() as work:
        send_identity_code(work, conversation, person.name, person.id_number, NOW, pepper=PEPPER)
        work.commit()
    settings = read_settings({"BOT_VAR_DIR": str(var_dir)})
    outbox = TextOutbox(build_engine(settings.database_url, settings.secrets.data_key))
    code = re.search(r"\d{6}", outbox.texts_for(person.phone, 1)[0].text)
    assert code
    with services.unit_of_work() as work:
        enter_code(work, conversation, code.group(), NOW, pepper=PEPPER)
        work.commit()
    return conversation


def ask(
    services: AssistantServices, intent: str, text: str, *, by: str = "nobody", asked: Asked | None = None,
    confidence: float = 0.9, entities: tuple[Entity, ...] = (), chosen: bool = False, at: datetime = NOW,
) -> Given:  # fmt: skip
    said = Understood(by, "m1", at, "web", text, intent, confidence, entities=entities, chosen=chosen)
    return give_answer(said, services, asked)


def text_of(given: Given) -> str:
    return "\n".join(reply.text for reply in given.replies)


def titles(reply: Reply) -> list[str]:
    return [choice.title for choice in reply.choices]


def test_a_general_question_gets_the_clause_its_exclusions_and_limits_before_plain_words(
    services: AssistantServices,
) -> None:
    quoted, plain = ask(services, "ask_coverage", "暴雨把车泡了，车损管不管").replies
    assert "顺安机动车商业保险" in quoted.text
    assert "条款版本 2024-03" in quoted.text
    assert "第六条（机动车损失）：“碰撞、倾覆" in quoted.text
    assert "【责任免除】第十条" in quoted.text
    assert "免赔额" in quoted.text
    assert plain.text.startswith("通俗地说：")
    assert "是否赔付以核定结果为准" in plain.text


def test_a_concrete_case_also_gets_what_has_to_be_shown_and_the_way_to_report_it(services: AssistantServices) -> None:
    given = ask(services, "ask_coverage", "我妈早上崴脚骨折了，意外险认不认")
    assert "第六条（意外医疗）" in text_of(given)
    assert "要证明的：受伤经过的证明、病历" in text_of(given)
    assert titles(given.replies[-1])[0] == "报案"
    assert not re.search(r"(?<!是否)(?:能|会|可以)赔|不赔(?!偿|付)", text_of(given))


def test_a_line_without_a_product_of_ours_is_not_quoted_from_another_one(services: AssistantServices) -> None:
    given = ask(services, "ask_coverage", "退货的运费险给几块")
    assert len(given.replies) == 1
    assert "条款原文" not in text_of(given)


def test_who_is_proved_is_answered_from_the_own_policy_with_own_sum_and_dates(
    services: AssistantServices, var_dir: Path
) -> None:
    conversation = prove(services, var_dir, "王建国")
    text = text_of(ask(services, "ask_coverage", "百万医疗的免赔额要自己出多少", by=conversation))
    assert "您的保单 康佑百万医疗保险（保单号 P2026000131，有效，" in text
    assert "一般医疗，保额 100 万元" in text
    assert "免赔额 1 万元" in text
    later = ask(services, "ask_coverage", "百万医疗的免赔额要自己出多少", by=conversation, at=NOW + timedelta(hours=1))
    assert "P2026000131" not in text_of(later)


def test_what_is_missing_in_ones_own_claim_is_told_to_who_is_proved(services: AssistantServices, var_dir: Path) -> None:
    text = text_of(ask(services, "ask_claim_documents", "还差什么材料", by=prove(services, var_dir, "郑浩")))
    assert "还缺：门诊病历（含首诊）" in text
    assert "还缺" not in text_of(ask(services, "ask_claim_documents", "还差什么材料"))
    assert "还缺" not in text_of(ask(services, "ask_claim_documents", "车险理赔要什么材料", by="of 郑浩"))


@pytest.mark.parametrize("question", ["百万医疗住院能报多少", "健康险住院的钱报不报"])
def test_the_line_that_is_named_chooses_among_ones_own_policies(
    services: AssistantServices, var_dir: Path, question: str
) -> None:
    """He has an accident policy and an annuity besides."""
    text = text_of(ask(services, "ask_coverage", question, by=prove(services, var_dir, "郑浩")))
    assert "您的保单 康佑百万医疗保险（保单号 P2026000901，有效，" in text


def test_a_mere_beneficiary_reads_the_clause_without_the_sum(services: AssistantServices, var_dir: Path) -> None:
    text = text_of(ask(services, "ask_coverage", "寿险保什么", by=prove(services, var_dir, "林小雨")))
    assert "P2019000521" in text
    assert "（身故保险金）" in text
    assert "，保额" not in text.split("通俗地说")[0]


def test_a_suspended_policy_is_quoted_with_its_state(services: AssistantServices, var_dir: Path) -> None:
    text = text_of(ask(services, "ask_coverage", "重疾险保什么", by=prove(services, var_dir, "孙丽")))
    assert "P2021000701，效力中止" in text


def test_all_exclusions_of_a_product_can_be_read_by_anybody_those_of_a_policy_by_its_people(
    services: AssistantServices, var_dir: Path
) -> None:
    def press(code: str, by: str = "nobody") -> str:
        payload = all_exclusions_button(code).payload
        assert payload.startswith("/ask_coverage{")
        pressed = Entity("document", "", f"exclusions:{code}")
        return text_of(ask(services, "ask_coverage", "", by=by, entities=(pressed,), chosen=True))

    assert press("HMM").count("“") == 6  # five clauses and the product's name
    assert "先查保单" in press("P2026000131")
    own = prove(services, var_dir, "王建国")
    assert "全部 5 条" in press("P2026000131", own)
    assert press("P2024000552", own) == press("P2099000000", own)  # another's, and nobody's


def test_an_answer_that_asks_leaves_its_question_open_and_the_next_words_complete_it(
    services: AssistantServices,
) -> None:
    first = ask(services, "ask_claim_documents", "理赔都得交啥")
    assert first.asked == Asked("ask_claim_documents", "理赔都得交啥")
    assert titles(first.replies[0])[:4] == ["车险", "住院", "重疾", "身故"]
    second = ask(services, "request_invoice", "车险的", confidence=0.72, asked=first.asked)
    assert second.completes
    assert second.asked is None
    assert "行驶证" in text_of(second)


def test_a_question_is_asked_at_most_twice_then_a_person_is_offered(services: AssistantServices) -> None:
    first = ask(services, "ask_claim_documents", "理赔都得交啥")
    second = ask(services, "nlu_fallback", "就那个事", confidence=0.7, asked=first.asked)
    assert second.asked
    assert second.asked.times == 2
    assert "车险" in titles(second.replies[0])
    third = ask(services, "nlu_fallback", "老样子", confidence=0.7, asked=second.asked)
    assert third.asked is None
    assert titles(third.replies[0]) == ["转人工"]


def test_a_question_of_its_own_is_answered_and_not_completed(services: AssistantServices) -> None:
    first = ask(services, "ask_claim_documents", "理赔都得交啥")
    other = ask(services, "ask_term", "犹豫期是什么意思", asked=first.asked)
    assert not other.completes
    assert "犹豫期" in text_of(other)


def test_a_registration_number_is_looked_up_among_the_people_on_our_policies(services: AssistantServices) -> None:
    with services.reading() as work:
        policy = work.policies.get("P2023001234")
    assert policy
    assert policy.servicer
    opened = ask(services, "verify_salesperson", "卖我保险的这个人靠谱吗")
    assert opened.asked
    number = policy.servicer.registration_no
    known = text_of(ask(services, "inform", number, asked=opened.asked))
    assert policy.servicer.name in known
    assert number in known
    unknown = text_of(ask(services, "verify_salesperson", "帮我核一下 999900000000000000000009"))
    assert "没有查到" in unknown
    assert "金融监管总局官网" in unknown


@pytest.mark.parametrize(
    "words", ["我妈摔断腿了住院", "控制住了", "厨房的火扑灭了，烧坏了柜子", "工人送到医院打了石膏"]
)
def test_what_is_no_longer_acute_is_reported_and_no_emergency(services: AssistantServices, words: str) -> None:
    outcome = ActionEmergency().act(said(words, "emergency"), cast(Tracker, None), services)
    assert outcome.replies == []
    assert [event["name"] for event in outcome.events] == ["claim_form"]


@pytest.mark.parametrize(
    "words", ["流血不止", "他昏迷了", "着火了人在里面", "火没控制住", "从架子上摔下来断了腿", "送医院路上没呼吸了"]
)
def test_what_is_acute_goes_to_a_person_with_the_numbers_first(services: AssistantServices, words: str) -> None:
    outcome = ActionEmergency().act(said(words, "emergency"), cast(Tracker, None), services)
    assert "120" in outcome.replies[0].text
    assert "人工" in outcome.replies[-1].text
    assert outcome.events == []


def said(words: str, intent: str) -> Understood:
    return Understood(f"{intent} {words}", "m1", NOW, "web", words, intent, 0.9, ((intent, 0.9),))
