"""Signing in at the desk."""

from __future__ import annotations

import json

import pytest

from bot.console.agents import Agents, BadAgentNameError
from bot.console.auth import TRIES_PER_ADDRESS


@pytest.mark.parametrize("path", ["/desk", "/desk/agents", "/desk/c-1"])
async def test_pages_send_strangers_to_the_login(place, path):
    place.hand_off("c-1")
    async with place.browser().client.get(path, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/desk/login")


async def test_strangers_can_neither_read_nor_write(place):
    place.hand_off("c-1")
    stranger = place.browser()
    assert (await stranger.get("/desk/c-1/messages.json?after=0"))[0] == 401
    assert (await stranger.post("/desk/c-1/take")).headers["Location"] == "/desk/login"
    with place.deps.unit_of_work() as work:
        assert work.hand_offs.open_for("c-1").taken_by == ""


async def test_first_password_opens_the_desk_with_a_strict_cookie(place):
    response = await place.browser().sign_in("desk", place.first_password)
    cookie = next(value for value in response.headers.getall("Set-Cookie") if value.startswith("desk_session="))
    assert response.headers["Location"] == "/desk"
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/desk"))


@pytest.mark.parametrize(("agent", "password"), [("desk", ""), ("desk", "desk"), ("nobody", "x"), ("", "")])
async def test_wrong_passwords_are_refused_alike(place, agent, password):
    response = await place.browser().sign_in(agent, password)
    assert response.status == 401
    assert "工号或密码不正确" in await response.text()


async def test_guessing_is_slowed_down_even_with_the_right_password_at_last(place):
    browser = place.browser()
    for _ in range(TRIES_PER_ADDRESS):
        assert (await browser.sign_in("desk", "guess")).status == 401
    refused = await browser.sign_in("desk", place.first_password)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) == 15 * 60
    place.pass_time(minutes=15)
    assert (await browser.sign_in("desk", place.first_password)).status == 303


async def test_login_without_its_form_token_is_refused(place):
    browser = place.browser()
    response = await browser.post("/desk/login", agent="desk", password=place.first_password)
    assert response.status == 403


@pytest.mark.parametrize(
    "path", ["/desk/c-1/take", "/desk/c-1/answer", "/desk/c-1/return", "/desk/agents", "/desk/logout"]
)
async def test_forms_without_the_session_token_are_refused(place, path):
    place.hand_off("c-1")
    browser = await place.agent()
    for token in ("", "forged", "伪造"):
        assert (await browser.post(path, csrf=token, text="x", name="x")).status == 403
    assert (await browser.get("/desk"))[0] == 200


async def test_signing_out_ends_the_session_for_good(place):
    browser = await place.agent()
    cookies = {cookie.key: cookie.value for cookie in browser.client.session.cookie_jar}
    await browser.post("/desk/logout")
    async with place.browser().client.get("/desk", cookies=cookies, allow_redirects=False) as response:
        assert response.status == 303


async def test_sessions_end_after_ten_hours(place):
    browser = await place.agent()
    place.pass_time(hours=10)
    assert "登录" in (await browser.get("/desk"))[1]


async def test_first_agent_adds_a_colleague_who_may_not_add_others(place):
    first = await place.agent()
    colleague = await place.colleague(first)
    assert "1002" in (await colleague.get("/desk"))[1]
    assert (await colleague.get("/desk/agents"))[0] == 403
    assert (await colleague.post("/desk/agents", name="1003", do="add")).status == 403


async def test_removed_colleague_is_out_at_once(place):
    first = await place.agent()
    colleague = await place.colleague(first)
    await first.post("/desk/agents", name="1002", do="remove")
    assert "登录" in (await colleague.get("/desk"))[1]


@pytest.mark.parametrize("name", ["desk", "", "a", "a" * 21, "<b>x</b>", "有 空格"])
def test_bad_agent_names_are_refused(tmp_path, name):
    with pytest.raises(BadAgentNameError):
        Agents(tmp_path / "agents.json", "first").add(name)


def test_passwords_are_kept_as_hashes_only(tmp_path):
    agents = Agents(tmp_path / "agents.json", "first")
    password = agents.add("小王")
    stored = agents.path.read_text()
    assert password not in stored
    assert list(json.loads(stored)) == ["小王"]
    assert agents.path.stat().st_mode & 0o777 == 0o600
    assert agents.check("小王", password)
    assert not agents.check("小王", "")
    assert not agents.check("小李", "")


async def test_pages_carry_protective_headers(place):
    async with place.browser().client.get("/desk/login") as response:
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert " style=" not in await response.text()
