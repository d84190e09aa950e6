"""The administrator's page: accounts, what they may do, and help for who cannot sign in."""

from __future__ import annotations

import re

import pytest

from bot.insurance.staff import Role, Staff
from bot.services import staff_accounts
from bot.services.staff_accounts import By, add_first

PASSWORD = re.compile(r"登录后要换）：([\w-]{16})")


async def test_an_administrator_adds_an_account_at_the_usual_posts_of_its_roles(place):
    admin = await place.colleague("9000", Role.ADMIN)
    page = await (await admin.post("/desk/staff", name="王小明", role="claims", form_id="a")).text()
    assert PASSWORD.search(page)
    assert "王小明" in page
    with place.deps.unit_of_work() as work:
        made = work.staff.get("王小明")
        assert work.staff.credentials("王小明").handed_out
    assert (made.roles, made.posts) == ({Role.CLAIMS}, {"理赔"})
    assert place.audit()[-1][:3] == ("staff.added", "王小明", "agent:9000")


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"name": "<b>x</b>", "role": "agent"}, 400, "2 到 20 位"),
        ({"name": "a", "role": "agent"}, 400, "2 到 20 位"),
        ({"name": "customer", "role": "agent"}, 400, "2 到 20 位"),
        ({"name": "1001", "role": "no such role"}, 400, "至少要选一个角色"),
        ({"name": "1001", "role": "agent", "post": "不存在"}, 400, "至少要选一个角色"),
        ({"name": "9000", "role": "agent"}, 409, "用过了"),
    ],
)
async def test_what_cannot_be_an_account_is_none(place, fields, status, words):
    admin = await place.colleague("9000", Role.ADMIN)
    answer = await admin.post("/desk/staff", form_id="a", **fields)
    assert answer.status == status
    assert words in await answer.text()
    with place.deps.unit_of_work() as work:
        assert [one.name for one in work.staff.all()] == ["9000"]


async def test_what_an_account_may_do_changes_at_once_and_signs_it_out(place):
    admin, clerk = await place.colleague("9000", Role.ADMIN), await place.colleague("1001", Role.AGENT)
    await admin.post("/desk/staff/1001/work", role="servicing", post="收付费", form_id="a")
    assert "登录" in (await clerk.get("/desk"))[1]
    with place.deps.unit_of_work() as work:
        assert work.staff.get("1001").posts == {"收付费"}


async def test_a_page_that_is_loaded_again_draws_no_second_password(place):
    admin = await place.colleague("9000", Role.ADMIN)
    await place.colleague("1001", Role.AGENT)
    await admin.get("/desk/staff")
    same = {"form_id": admin.form_id}
    first = await (await admin.post("/desk/staff/1001/password", **same)).text()
    again = await (await admin.post("/desk/staff/1001/password", **same)).text()
    assert PASSWORD.search(first)
    assert not PASSWORD.search(again)
    assert "已经做过" in again


async def test_a_new_password_and_a_lost_authenticator_sign_out_and_are_on_record(place):
    admin, clerk = await place.colleague("9000", Role.ADMIN), await place.colleague("1001", Role.AGENT)
    assert PASSWORD.search(await (await admin.post("/desk/staff/1001/password", form_id="a")).text())
    assert "登录" in (await clerk.get("/desk"))[1]
    assert "已清除" in await (await admin.post("/desk/staff/1001/authenticator", form_id="b")).text()
    assert [entry[0] for entry in place.audit()[-2:]] == ["staff.password_handed_out", "staff.authenticator_forgotten"]


@pytest.mark.parametrize("deed", ["work", "password", "authenticator", "lock"])
async def test_nobody_changes_his_own_account(place, deed):
    admin = await place.colleague("9000", Role.ADMIN)
    answer = await admin.post(f"/desk/staff/9000/{deed}", role="compliance", form_id="a")
    assert answer.status == 403
    with place.deps.unit_of_work() as work:
        assert work.staff.get("9000").roles == {Role.ADMIN}
    assert (await admin.get("/desk/staff"))[0] == 200


async def test_no_password_is_hashed_while_a_transaction_holds_others_up(place, monkeypatch):
    """Argon2 takes a tenth of a second and more; SQLite has one writer."""
    admin, held = await place.colleague("9009", Role.ADMIN), []
    hash_slowly = staff_accounts.PasswordHasher.hash

    def watched(self, password):
        held.append(place.engine.pool.checkedout())
        return hash_slowly(self, password)

    monkeypatch.setattr(staff_accounts.PasswordHasher, "hash", watched)
    assert (await admin.post("/desk/staff", name="1005", role="agent", form_id="a")).status == 200
    assert (await admin.post("/desk/staff/1005/password", form_id="b")).status == 200
    add_first(place.deps.unit_of_work, "first", By("system", place.clock()))
    assert held == [0, 0]  # the last found accounts, and had nothing to hash


async def test_an_account_gets_an_institution_and_none_that_there_is_not(place):
    admin = await place.signed_in(Staff("9000", frozenset({Role.ADMIN}), frozenset()))
    made = await admin.post("/desk/staff", name="王小明", role="manager", institution="BJ", form_id="a")
    assert made.status == 200
    with place.deps.unit_of_work() as work:
        assert work.staff.get("王小明").institution == "BJ"
    _, page = await admin.get("/desk/staff")
    assert "北京分公司" in page
    refused = await admin.post("/desk/staff/王小明/work", role="manager", institution="nowhere", form_id="b")
    assert refused.status == 400
    assert (await admin.post("/desk/staff/王小明/work", role="manager", institution="", form_id="c")).status == 200
    with place.deps.unit_of_work() as work:
        assert work.staff.get("王小明").institution == ""
