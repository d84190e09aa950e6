"""On the triage sheet: what the record says of the grounds of not accepting, each with its link; nothing is chosen for the officer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.insurance.complaint import ComplainantRole, ComplaintStage
from bot.insurance.complaint_handling import ComplaintDecision, ComplaintMove, MadeMove
from bot.insurance.staff import Role
from bot.services.triage_hints import triage_hints
from tests.fakes import START
from tests.unit.console.conftest import HOSTILE
from tests.unit.console.test_console_cases import complaint, handed_in

NUMBER = "T20261123000009"
DECISION = ComplaintDecision("查无此事", "投诉办法第十八条", "维持", "1002", START)


def hints(place, officer: str = "1001"):
    with place.deps.unit_of_work() as work:
        return triage_hints(work, work.complaints.get(NUMBER), officer)


def earlier(place, number: int = 1, **changes: object):
    return complaint(place, number, **{"received_at": place.clock() - timedelta(days=3), **changes})


def test_nothing_in_the_record_gives_no_hint(place):
    earlier(place, kind="sales", reference_no="P1")
    earlier(place, 2, phone="13900000000")
    earlier(place, 3, stage=ComplaintStage.WITHDRAWN)
    complaint(place, 9, complainant_party_id="CU1", reference_no="P2", facts="柜台态度不好", request="道歉")
    assert hints(place) == ()


@pytest.mark.parametrize(
    ("changes", "ground", "left"),
    [
        ({}, "处理期限内再次提出", "不能不办"),
        ({"stage": ComplaintStage.CLOSED, "decisions": (DECISION,)}, "已有处理决定又提出", "核查"),
    ],
)
def test_an_earlier_one_about_the_same_leads_to_its_sheet(place, changes, ground, left):
    made = earlier(place, **changes)
    complaint(place, 9, complainant_party_id="CU1")
    (hint,) = hints(place)
    assert hint.ground.startswith(ground)
    assert (hint.path, hint.link) == (f"/desk/cases/{made.complaint_no}", made.complaint_no)
    assert left in hint.left


def test_an_officer_is_not_led_to_what_he_keeps_away_from(place):
    away = MadeMove(ComplaintMove.RECUSE, "投诉人是我的亲属", "1001", place.clock(), subject="1001")
    earlier(place, moves=(away,))
    complaint(place, 9, complainant_party_id="CU1")
    assert hints(place) == ()
    assert len(hints(place, "1002")) == 1


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"role": ComplainantRole.AGENT}, "授权委托书"),
        ({"role": ComplainantRole.HEIR, "complainant_party_id": "CU1"}, "继承关系证明"),
        ({}, "没有核验过身份"),
    ],
)
def test_who_has_proved_neither_himself_nor_his_authority_is_named_with_what_came(place, changes, found):
    complaint(place, 9, **changes)
    (hint,) = hints(place)
    assert found in hint.found
    assert (hint.path, hint.link) == ("#papers", "还没有收到材料")
    handed_in(place, b"x", matter_no=NUMBER)
    (hint,) = hints(place)
    assert (hint.path, hint.link) == ("#files", "收到的材料 1 份")


async def test_the_sheet_shows_the_hints_and_every_link_leads_somewhere(place):
    earlier(place)
    complaint(place, 9, facts=f"已经在法院起诉{HOSTILE}", request="等判决")
    officer = await place.colleague("1001", Role.COMPLAINT_OFFICER)
    _, page = await officer.get(f"/desk/cases/{NUMBER}")
    for ground in ("不是本人或受托人提出", "处理期限内再次提出", "可能已在诉讼、仲裁"):
        assert ground in page
    assert "投诉内容里写到：法院、起诉、判决" in page
    for anchor in ("told", "papers"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
    assert "checked" not in page.partition("/triage")[2]
