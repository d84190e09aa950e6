"""A phone that is told with a complaint: whose it is."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.services.journeys.complaint_answers import own_phone
from bot.services.understanding import Entity, Understood

PHONE = "13600008888"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"我要投诉业务员骗我妈买保险，我的电话{PHONE}", True),
        (f"投诉你们，本人手机号{PHONE}", True),
        (f"理赔不给钱，联系电话：{PHONE}", True),
        (f"我电话是{PHONE}你们看着办", True),
        (f"投诉业务员，他的电话{PHONE}", False),
        (f"业务员一直用{PHONE}骚扰我", False),
        (f"我妈的电话{PHONE}，天天接到推销", False),
        (f"投诉{PHONE}这个号", False),
        ("我要投诉", False),
    ],
)
def test_only_a_phone_that_is_told_as_ones_own_is_where_the_officer_calls(text: str, own: bool) -> None:
    place = text.find(PHONE)
    phones = (Entity("phone", PHONE, PHONE, place, place + len(PHONE)),) if place >= 0 else ()
    now = datetime(2026, 11, 28, tzinfo=timezone.utc)
    said = Understood("c-1", "m-1", now, "web", text, "file_complaint", 0.9, entities=phones)
    assert own_phone(said) == (PHONE if own else "")
