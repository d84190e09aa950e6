"""Whose account it is: another person's is refused with the reason, the customer's own is kept by its last digits."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.calendars.clocks import SHANGHAI
from bot.services.journeys.journey import Accepted, Rejected, Situation
from bot.services.servicing.accounts import ORIGINAL, OTHERS_ACCOUNT, REFUSED, read_own_account, read_own_card
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


def test_who_had_misspoken_may_say_so() -> None:
    back = read_own_card(said("刚才说错了，是我本人的"), REFUSED_ONCE)
    assert back == Accepted("", remark="好的，那请把您本人的卡号再发一次。", also={REFUSED: ""})
    own = read_own_card(said("是我自己的卡 6222021234567890128"), REFUSED_ONCE)
    assert isinstance(own, Accepted)
    assert own.value.endswith("0128")
