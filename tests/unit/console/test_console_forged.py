"""No form of the desk is taken from another page than its own, and a cookie that was there before a sign-in is worth nothing after it."""

from __future__ import annotations

import hashlib
from http.cookies import SimpleCookie

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient
from sqlalchemy import text as sql
from yarl import URL

from bot.console.auth import COOKIE
from bot.console.sign_in import STEPS
from bot.insurance.staff import Credentials, DeskSession, Role, Staff, Stage
from tests.unit.console.test_console_matrix import POST, matters
from tests.unit.console.test_console_sign_in import account, cheap_hashes

__all__ = ["cheap_hashes", "matters"]  # fixtures
FORGED = ("", "forged", "伪造")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WORDS = {
    "form_id": "f", "text": "您好", "note": "要查理赔进度", "why": "要查理赔进度", "post": "保全", "away": "yes",
    "name": "新来的", "role": "agent", "agent": "1007", "password": "correct horse", "again": "correct horse",
    "code": "000000", "status": "with_person", "outcome": "accept", "reason": "属于消费投诉，受理",
}  # fmt: skip


TAKE_A_FILE = ("/papers", "/visit")  # forms that come in parts


def rows(place) -> dict[str, int]:
    """How many rows each table holds, the audit log among them: whatever changes something leaves one more somewhere."""
    with place.engine.connect() as connection:
        names = connection.execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        return {name: connection.execute(sql(f'SELECT count(*) FROM "{name}"')).scalar() for name in names}


def browser_with(place, cookie: str):
    """A browser into which somebody has put this cookie."""
    browser = place.browser()
    planted = SimpleCookie()
    planted[COOKIE], planted[COOKIE]["path"] = cookie, "/desk"
    browser.client.session.cookie_jar.update_cookies(planted, URL(place.server.make_url("/desk")))
    return browser


def cookie_of(browser) -> str:
    return next(one.value for one in browser.client.session.cookie_jar if one.key == COOKIE)


@pytest.mark.parametrize("path", POST)
async def test_no_form_is_taken_without_the_token_of_its_own_session(place, matters, path):
    browser, other = await place.agent(), await place.colleague("1007")
    before = rows(place)
    for token in (*FORGED, other.csrf):
        words = {**WORDS, "csrf": token}
        sends_file = path.endswith(TAKE_A_FILE)
        response = await (browser.upload(path, b"%PDF-1.4", **words) if sends_file else browser.post(path, **words))
        assert response.status == 403, token
    assert rows(place) == before
    assert (await browser.get("/desk"))[0] == 200  # a forged form signs nobody out either


@pytest.mark.parametrize("stage", [Stage.CODE, Stage.ENROL, Stage.PASSWORD])
async def test_no_step_of_a_sign_in_is_taken_without_the_token_of_its_own_session(place, stage):
    cookie, staff = "a step on the way", Staff("9001", frozenset({Role.MANAGER}), frozenset())
    now, key = place.clock(), hashlib.sha256(b"a step on the way").hexdigest()
    with place.deps.unit_of_work() as work:
        work.staff.add(staff, Credentials("no password", code_secret=SECRET), now)
        work.desk_sessions.open(DeskSession(key, "9001", "its token", stage, now, now, SECRET))
        work.commit()
    browser, before = browser_with(place, cookie), rows(place)
    for token in FORGED:
        assert (await browser.post(STEPS[stage][0], **{**WORDS, "csrf": token})).status == 403, token
    assert rows(place) == before
    assert cookie_of(browser) == cookie


async def test_the_login_form_is_taken_only_with_the_token_of_its_own_page(place):
    browser, before = place.browser(), rows(place)
    await browser.get("/desk/login")
    for token in FORGED:
        assert (await browser.post("/desk/login", **{**WORDS, "csrf": token})).status == 403
    assert rows(place) == before  # not even counted as a try: nobody is locked out from another page


async def test_a_session_that_was_planted_never_becomes_that_of_who_signs_in(place):
    """Somebody signs in, puts the cookie of that session into another's browser, and waits for the other to sign in with it."""
    planted = cookie_of(await place.colleague("1007"))
    victim, password = browser_with(place, planted), account(place, "1008")
    assert (await victim.sign_in("1008", "guess")).status == 401
    assert cookie_of(victim) == planted  # a refused try changes nothing
    assert (await victim.sign_in("1008", password)).status == 303
    owners = {}
    with place.deps.unit_of_work() as work:
        for cookie in (planted, cookie_of(victim)):
            owners[cookie] = work.desk_sessions.get(hashlib.sha256(cookie.encode()).hexdigest()).name
    assert list(owners.values()) == ["1007", "1008"]


@pytest.mark.parametrize("where", ["a query", "a header", "another name"])
async def test_a_session_is_read_from_its_cookie_and_from_nowhere_else(place, where):
    cookie = cookie_of(await place.colleague("1007"))
    client = TestClient(place.server, cookie_jar=CookieJar(unsafe=True))
    place.browsers.append(client)
    query = {COOKIE: cookie} if where == "a query" else None
    headers = {"a header": {"Authorization": f"Bearer {cookie}"}, "another name": {"Cookie": f"x{COOKIE}={cookie}"}}
    async with client.get("/desk", params=query, headers=headers.get(where), allow_redirects=False) as response:
        assert response.headers["Location"] == "/desk/login"
