"""Whose account it is: another person's is refused with the reason, the customer's own is kept by its last digits."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.journeys.journey import Accepted, Rejected, Situation
from bot.services.servicing.accounts import (
    ORIGINAL,
    OTHERS_ACCOUNT,
    REFUSED,
    give_up_account,
    others_account,
    read_own_account,
    read_own_card,
)  # fmt: skip
from bot.services.understanding import Understood

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=SHANGHAI)


def said(text: str) -> Understood:
    return Understood("c", "m", NOW, "web", text, "inform", 1.0)


NOWHERE = Situation({}, said(""), None, "k")  # type: ignore[arg-type]  # the readers look at the words only


@pytest.mark.parametrize(
    "words",
    [
        "打到我儿子卡上",
        "我老婆的账户行吗",
        "转给业务员",
        "汇到朋友账户",
        "公司的对公户头",
    ],
)
def test_another_persons_account_is_refused(words: str) -> None:
    for read in (read_own_account, read_own_card):
        assert read(said(words), NOWHERE) == Rejected(OTHERS_ACCOUNT)


def test_the_own_card_is_kept_by_its_last_digits() -> None:
    assert read_own_card(said("我自己的卡 6222 0212 3456 7890 128"), NOWHERE).value.endswith("尾号0128")  # type: ignore[union-attr]


def test_a_card_that_fails_its_check_digit_is_taken_with_a_warning() -> None:
    doubtful = read_own_card(said("6222021234567890120"), NOWHERE)
    assert isinstance(doubtful, Accepted)
    assert "校验位" in doubtful.remark


def test_the_account_that_paid_counts_only_where_it_is_the_payees() -> None:
    assert read_own_account(said("原缴费账户"), NOWHERE) == Accepted(ORIGINAL)
    assert not isinstance(read_own_card(said("原缴费账户"), NOWHERE), Accepted)


REFUSED_ONCE = Situation({REFUSED: "0128"}, NOWHERE.said, NOWHERE.services, "key")


def test_a_number_that_was_called_anothers_stays_refused() -> None:
    for read in (read_own_account, read_own_card):
        first = read(said("打给我妈 6222021234567890128"), NOWHERE)
        assert first == Accepted("", remark=OTHERS_ACCOUNT, also={REFUSED: "0128"})
        again = read(said("6222021234567890128"), REFUSED_ONCE)
        assert isinstance(again, Rejected)
        assert "尾号 0128" in again.reason
        other = read(said("6217000012345678908"), REFUSED_ONCE)
        assert isinstance(other, Accepted)
        assert other.value.endswith("8908")


def test_no_sentence_makes_it_ones_own_again() -> None:
    own = read_own_card(said("就是我自己的卡 6222021234567890128"), REFUSED_ONCE)
    assert isinstance(own, Rejected)
    assert "人工" in own.reason


@pytest.mark.parametrize("words", [
    "我媳妇的卡 6222021234567890128", "这是我闺女的卡6222021234567890128", "卡号6222021234567890128，户主是我妈",
    "退到我弟弟卡上 6222021234567890128", "卡主不是我，是我弟 6222021234567890128", "6222021234567890128我老公的",
    "那是我爱人的卡",
])  # fmt: skip
def test_somebody_elses_card_is_heard_however_it_is_said(words: str) -> None:
    reading = others_account(said(words), NOWHERE)
    assert isinstance(reading, (Accepted, Rejected))
    assert not (isinstance(reading, Accepted) and reading.value)


@pytest.mark.parametrize("words", ["我自己的卡 6222021234567890128", "本人名下的", "原来那张", "打我卡上"])
def test_ones_own_card_is_no_other_persons(words: str) -> None:
    assert others_account(said(words), NOWHERE) is None


def test_an_account_that_stands_is_taken_back_and_stays_refused() -> None:
    standing = Situation({"surrender_card": "本人银行卡 尾号0128"}, NOWHERE.said, NOWHERE.services, "key")
    back = give_up_account(said("那是我爱人的卡"), standing)
    assert back == Accepted("", remark=OTHERS_ACCOUNT, also={REFUSED: "0128"})
    assert give_up_account(said("多久到账"), standing) is None
