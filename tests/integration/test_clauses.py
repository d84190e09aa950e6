"""Clauses asked for by name and number, on the demo portfolio: quoted with product, version and article."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.services.assistant import AssistantServices
from bot.services.follow_up import Asked
from bot.services.give_answer import Given, give_answer
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
    return tmp_path_factory.mktemp("clauses")


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
    services: AssistantServices, text: str, *, by: str = "nobody", asked: Asked | None = None,
    intent: str = "ask_coverage", entities: tuple[Entity, ...] = (), chosen: bool = False,
) -> Given:  # fmt: skip
    said = Understood(by, "m1", NOW, "web", text, intent, 0.9, entities=entities, chosen=chosen)
    return give_answer(said, services, asked)


def text_of(given: Given) -> str:
    return "\n".join(reply.text for reply in given.replies)


def test_an_article_is_quoted_by_its_number_written_either_way(services: AssistantServices) -> None:
    written = text_of(ask(services, "百万医疗第五条怎么写的"))
    assert "“康佑百万医疗保险”，条款版本 2025-01，第五条原文：" in written
    assert "第五条（等待期）：“自本合同生效日起 30 天为等待期" in written
    assert text_of(ask(services, "百万医疗第5条怎么写的")) == written


def test_which_article_excludes_is_answered_with_all_of_them(services: AssistantServices) -> None:
    text = text_of(ask(services, "意外险第几条写了免责"))
    assert "平日综合意外伤害保险" in text
    assert text.count("· 第八条：“") == 3
    assert "· 第九条：“" in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("家财险免赔额条款原文", "第八条（免赔额）：“每次事故扣除 300 元"),
        ("重疾险等待期的条款在哪", "第一条第四款（等待期）：“自本合同生效或者最后一次复效之日起 90 天"),
        ("雇主责任险里投保人的义务哪几条", "第十二条（名册变更通知）"),
        ("定期寿险犹豫期写在哪一条", "第七条（犹豫期）"),
        ("两全险的保险期间原文", "保险期间为 15 年"),
        ("交强险等待期原文", "这一版没有这一条"),
    ],
)
def test_a_clause_is_quoted_by_its_name(services: AssistantServices, text: str, words: str) -> None:
    assert words in text_of(ask(services, text))


@pytest.mark.parametrize("text", ["意外险保险责任条款原文", "意外险的意外医疗条款怎么写", "意外险第六条内容发我"])
def test_a_cover_is_never_quoted_without_its_exclusions(services: AssistantServices, text: str) -> None:
    told = text_of(ask(services, text))
    assert "第六条（意外医疗）" in told
    assert told.count("【责任免除】") == 4
    assert "免赔额 100 元" in told
    assert "是否赔付以核定结果为准" in told
    assert not re.search(r"(?<!是否)(?:能|会|可以)赔", told)


def test_without_a_product_it_is_asked_once_and_the_next_words_name_it(services: AssistantServices) -> None:
    first = ask(services, "免赔额条款原文")
    assert first.asked
    assert "康佑百万医疗保险" in [choice.title for choice in first.replies[0].choices]
    second = ask(services, "家财险的", intent="inform", asked=first.asked)
    assert second.completes
    assert "300 元" in text_of(second)


def test_a_button_quotes_what_was_asked_of_the_product_pressed(services: AssistantServices) -> None:
    for text, words in (("免赔额条款原文", "第十条（免赔额）"), ("合同第七条写的啥", "第七条（一般医疗）")):
        choices = ask(services, text).replies[0].choices
        payload = next(choice.payload for choice in choices if "百万医疗" in choice.title)
        value = json.loads(payload.removeprefix("/ask_coverage"))["document"]
        pressed = (Entity("document", "", value),)
        assert words in text_of(ask(services, "", entities=pressed, chosen=True))


def test_the_own_policy_is_quoted_in_the_version_it_was_signed_with(services: AssistantServices, var_dir: Path) -> None:
    own = prove(services, var_dir, "孙丽")
    text = text_of(ask(services, "我的重疾险等待期条款原文", by=own))
    assert "您的保单 守护重大疾病保险（保单号 P2021000701），条款版本 2017-01" in text
    assert "180 天为等待期" in text
    assert "180 天" not in text_of(ask(services, "重疾险等待期条款原文"))


def test_all_own_policies_answer_when_none_is_named(services: AssistantServices, var_dir: Path) -> None:
    text = text_of(ask(services, "第几条写了免责", by=prove(services, var_dir, "王建国")))
    assert "P2026000131" in text
    assert "P2023001234" in text


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("dispute_claim", "免责条款没人给我讲过，凭什么按第八条"),
        ("ask_term", "条款里写的观察期和等待期是一回事吗"),
        ("ask_term", "仓至仓条款什么意思"),
        ("ask_coverage", "保险法第十六条怎么规定的"),
    ],
)
def test_a_dispute_a_word_and_a_law_are_no_clause_of_ours(services: AssistantServices, intent: str, text: str) -> None:
    told = ask(services, text, intent=intent)
    assert "条款版本" not in text_of(told)
    assert "写法不一样" not in text_of(told)
