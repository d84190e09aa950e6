from datetime import date

import pytest

from bot.text.identifiers import (
    IdCard,
    parse_credit_code,
    parse_email,
    parse_id_card,
    parse_phone,
    parse_plate,
    passes_luhn,
)

TODAY = date(2026, 11, 23)


def test_an_id_card_tells_birth_date_and_sex() -> None:
    assert parse_id_card("11010519491231002x", TODAY) == IdCard("11010519491231002X", date(1949, 12, 31), "female")


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # wrong check digit
        "440524188001010014",  # right check digit, 146 years old
        "1101051949123100",  # too short
        "１1010519491231002X",  # full width is for the caller to fold
        "",
    ],
)
def test_a_wrong_id_number_is_none(text: str) -> None:
    assert parse_id_card(text, TODAY) is None


def test_an_id_card_born_after_today_is_none() -> None:
    assert parse_id_card("11010519491231002X", date(1949, 12, 30)) is None
    assert parse_id_card("11010519491231002X", date(1949, 12, 31)) is not None


def test_luhn_accepts_the_sample_of_the_standard_and_no_neighbour() -> None:
    assert passes_luhn("79927398713")
    assert not any(passes_luhn(f"7992739871{digit}") for digit in "012456789")
    assert not passes_luhn("")


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800000000", "13800000000"), ("138 0000 0000", "13800000000"), ("+86 138-0000-0000", "13800000000"),
        ("010-12345678", "010-12345678"), ("(0571)1234567", "0571-1234567"), ("057112345678", "0571-12345678"),
        ("12800000000", None), ("95519", None), ("1380000000", None), ("", None),
    ],
)  # fmt: skip
def test_phones_are_mobile_or_landline(text: str, phone: str | None) -> None:
    assert parse_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("京a·12345", "京A12345"), ("京A 12345", "京A12345"), ("浙AD12345", "浙AD12345"), ("粤B12345D", "粤B12345D"),
        ("沪C8D76学", "沪C8D76学"), ("京I12345", None), ("京A1234", None), ("A12345", None),
    ],
)  # fmt: skip
def test_plates_are_ordinary_or_new_energy(text: str, plate: str | None) -> None:
    assert parse_plate(text) == plate


def test_the_credit_code_sample_passes_and_a_changed_one_does_not() -> None:
    assert parse_credit_code("91350100m000100y43") == "91350100M000100Y43"
    assert parse_credit_code("91350100M000100Y44") is None
    assert parse_credit_code("91350100I000100Y43") is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Zhang.San@Example.com", "zhang.san@example.com"),
        ("a..b@example.com", None),
        ("a@b", None),
        ("a b@example.com", None),
    ],
)
def test_emails_are_lower_case(text: str, address: str | None) -> None:
    assert parse_email(text) == address
