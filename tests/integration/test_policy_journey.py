"""保单查询 through the journey engine on the demo portfolio: which policy is shown, and nothing of other people's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest

from bot.bootstrap import build_assistant_services, prepare_store
from bot.calendars.clocks import SHANGHAI
from bot.services.assistant import AssistantServices
from bot.services.journeys.engine import Turn, open_journey, take_turn
from bot.services.journeys.journey import Situation
from bot.services.journeys.query_policy import JOURNEY, submit
from bot.services.reply import Reply
from bot.services.understanding import Entity, Understood
from bot.settings import read_settings
from bot.store.demo_people import NAMED_CUSTOMERS
from bot.store.engine import build_engine
from bot.store.text_messages import TextOutbox

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
PEOPLE = {person.name: person for person in NAMED_CUSTOMERS}
Code = Callable[[str], str]


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policies")


@pytest.fixture(scope="module")
def services(var_dir: Path) -> AssistantServices:
    settings = read_settings({"BOT_VAR_DIR": str(var_dir), "BOT_SERVICE_PHONE": "010-60000000"})
    prepare_store(settings, NOW.date())
    return build_assistant_services(settings)


@pytest.fixture(scope="module")
def newest_code(services: AssistantServices, var_dir: Path) -> Code:
    settings = read_settings({"BOT_VAR_DIR": str(var_dir)})
    outbox = TextOutbox(build_engine(settings.database_url, settings.secrets.data_key))

    def newest(phone: str) -> str:
        found = re.search(r"\d{6}", outbox.texts_for(phone, 1)[0].text)
        assert found
        return found.group()

    return newest


class Customer:
    """One conversation about policies, message by message."""

    _numbers = count(1)

    def __init__(self, services: AssistantServices, newest_code: Code, name: str) -> None:
        self._services, self._code, self._person = services, newest_code, PEOPLE[name]
        self._conversation = f"c{next(self._numbers)}"
        self.turn = Turn()
        self.shown: tuple[Reply, ...] = ()

    def opens(self, text: str, *entities: Entity) -> Customer:
        situation = self._situation(text, entities, {})
        return self._done(open_journey(JOURNEY, situation))

    def says(self, text: str, *entities: Entity) -> Customer:
        situation = self._situation(text, entities, self.turn.answers)
        return self._done(take_turn(JOURNEY, self.turn.requested, self.turn.misses, situation))

    def proves_it(self) -> Customer:
        self.says(self._person.name).says(self._person.id_number)
        return self.says(self._code(self._person.phone))

    @property
    def heard(self) -> str:
        return "\n".join(reply.text for reply in (*self.turn.replies, *self.shown))

    def _done(self, turn: Turn) -> Customer:
        self.turn = turn
        if turn.outcome == "confirmed":
            self.shown = submit(self._situation("", (), turn.answers))
        return self

    def _situation(self, text: str, entities: tuple[Entity, ...], answers: dict[str, str]) -> Situation:
        said = Understood(self._conversation, "m", NOW, "web", text, "inform", 0.9, entities=entities)
        kept = {slot: value for slot, value in answers.items() if value}
        return Situation(kept, said, self._services, "key")


@pytest.fixture
def customer(services: AssistantServices, newest_code: Code) -> Callable[[str], Customer]:
    return lambda name: Customer(services, newest_code, name)


def number(policy_no: str) -> Entity:
    return Entity("policy_no", policy_no, policy_no)


def line(text: str, value: str) -> Entity:
    return Entity("line_of_business", text, value)


def test_a_number_in_the_first_words_chooses_the_policy_and_the_question_is_answered_first(
    customer: Callable[[str], Customer],
) -> None:
    wang = customer("王建国").opens("P2023001234 的受益人现在是谁", number("P2023001234")).proves_it()
    assert wang.shown[0].text == "受益人：王*国（配偶）第1顺位 50%、刘*海（父母）第1顺位 50%"
    assert "保单号 P2023001234" in wang.shown[1].text
    assert "查询电话：010-60000000" in wang.shown[1].text


def test_a_line_in_the_first_words_chooses_the_policy(customer: Callable[[str], Customer]) -> None:
    zhou = customer("周强").opens("我的终身寿险贷款还欠多少", line("终身寿险", "life")).proves_it()
    assert re.fullmatch(r"保单贷款余额：[\d,.]+ 元", zhou.shown[0].text)
    assert "P2018000802" in zhou.heard


def test_a_line_with_two_policies_is_asked_about_with_these_two(customer: Callable[[str], Customer]) -> None:
    zhang = customer("张伟明").opens("车险什么时候到期", line("车险", "motor")).proves_it()
    asked = zhang.turn.replies[-1]
    assert "车险有 2 份" in asked.text
    assert [choice.title[:3] for choice in asked.choices] == ["顺安机", "机动车"]
    zhang.says("P2026000101", number("P2026000101"))
    assert zhang.shown[0].text.startswith("期间：")


def test_the_cooling_off_period_of_an_annuity_is_told_with_its_last_day(customer: Callable[[str], Customer]) -> None:
    chen = customer("陈静").opens("我的年金险还在犹豫期吗", line("年金险", "annuity")).proves_it()
    assert re.match(r"犹豫期：到\d+ 月 \d+ 日，这天之前退保", chen.shown[0].text)


def test_a_mere_beneficiary_is_told_the_own_share_alone(customer: Callable[[str], Customer]) -> None:
    lin = customer("林小雨").opens("我是受益人，我占多少份额").proves_it()
    assert lin.shown[0].text == "您的受益：第 1 顺位 40%"
    assert "60%" not in lin.heard
    assert "林*栋" not in lin.heard


@pytest.mark.parametrize("name", ["张伟明", "林小雨"])
def test_another_persons_number_and_nobodys_are_answered_alike(customer: Callable[[str], Customer], name: str) -> None:
    heard = [
        customer(name).opens(f"{policy_no} 有效吗", number(policy_no)).proves_it().heard
        for policy_no in ("P2024000552", "P2099999999")
    ]
    assert heard[0].replace("P2024000552", "") == heard[1].replace("P2099999999", "")
    assert "您名下没有查到这个保单号" in heard[0]
    assert "守护" not in heard[0]


def test_a_number_told_while_the_identity_is_checked_is_neither_confirmed_nor_lost(
    customer: Callable[[str], Customer],
) -> None:
    wang = customer("王建国").opens("查保单")
    wang.says("王建国，保单P2023001234", Entity("person_name", "王建国", "王建国"), number("P2023001234"))
    assert "安家" not in wang.heard
    wang.says(PEOPLE["王建国"].id_number)
    wang.says(wang._code(PEOPLE["王建国"].phone))
    assert "保单号 P2023001234" in wang.heard


def test_a_line_nobody_has_is_said_and_the_own_policies_offered(customer: Callable[[str], Customer]) -> None:
    chen = customer("陈静").opens("我的车险到期没", line("车险", "motor")).proves_it()
    assert "您名下没有查到车险" in chen.turn.replies[-1].text
    assert len(chen.turn.replies[-1].choices) == 3
