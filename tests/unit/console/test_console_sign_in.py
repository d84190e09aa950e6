"""Signing in at the desk: a password, an own one in its place, a code; and what keeps strangers out."""

from __future__ import annotations

import pyotp
import pytest

from bot.insurance.staff import POSTS, Role, Staff, usual_posts
from bot.services import prove_staff, staff_accounts
from bot.services.prove_staff import TRIES_OF_CODES, TRIES_PER_ADDRESS, TRIES_PER_PAIR
from bot.services.staff_accounts import By, add_first, add_staff, draw_password, hand_out_password

OWN = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    """Argon2 is slow on purpose; how it is called is the same."""
    cheap = staff_accounts.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(staff_accounts, "HASHER", cheap)
    monkeypatch.setattr(prove_staff, "HASHER", cheap)
    prove_staff._nobodys.cache_clear()


def account(place, name="1001", *roles) -> str:
    """A new account; its first password."""
    held, drawn = frozenset(roles or (Role.AGENT,)), draw_password()
    with place.deps.unit_of_work() as work:
        add_staff(work, Staff(name, held, usual_posts(held)), drawn, By("shell:root", place.clock()))
        work.commit()
    return drawn.password


async def in_with_own_password(place, name="1001", *roles):
    """Signed in as far as an own password takes; the browser and where it was sent."""
    browser = place.browser()
    await browser.sign_in(name, account(place, name, *roles))
    response = await browser.post("/desk/login/password", password=OWN, again=OWN)
    return browser, response.headers["Location"]


async def code(place, browser) -> str:
    """What the authenticator shows that the page offers."""
    _, page = await browser.get("/desk/login/authenticator")
    secret = page.partition("<code>")[2].partition("</code>")[0].replace(" ", "")
    return pyotp.TOTP(secret).at(place.clock())


@pytest.mark.parametrize("path", ["/desk", "/desk/staff", "/desk/c-1", "/desk/login/code", "/desk/login/password"])
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


async def test_a_password_that_was_handed_out_opens_nothing_but_the_way_to_an_own_one(place):
    browser, password = place.browser(), account(place)
    response = await browser.sign_in("1001", password)
    cookie = next(value for value in response.headers.getall("Set-Cookie") if value.startswith("desk_session="))
    assert response.headers["Location"] == "/desk/login/password"
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/desk"))
    async with browser.client.get("/desk", allow_redirects=False) as sent:
        assert sent.headers["Location"] == "/desk/login/password"
    assert (await browser.get("/desk/c-1/messages.json?after=0"))[0] == 401
    await browser.get("/desk/login/password")
    for own, again, flaw in (
        (OWN, "other", "不一样"),
        ("short", "short", "10 到"),
        ("x1001yyyzzzaa", "x1001yyyzzzaa", "工号"),
        (password, password, "原来的密码"),
    ):
        assert flaw in await (await browser.post("/desk/login/password", password=own, again=again)).text()
    assert (await browser.post("/desk/login/password", password=OWN, again=OWN)).headers["Location"] == "/desk"
    assert "等待接手" in (await browser.get("/desk"))[1]
    assert (await place.browser().sign_in("1001", password)).status == 401
    assert (await place.browser().sign_in("1001", OWN)).headers["Location"] == "/desk"


async def test_the_privileged_need_a_code_each_good_once(place):
    browser, next_page = await in_with_own_password(place, "2001", Role.MANAGER)
    assert next_page == "/desk/login/authenticator"
    shown = await code(place, browser)
    assert "<svg" in (await browser.get("/desk/login/authenticator"))[1]
    assert (await browser.post("/desk/login/authenticator", code="000000")).status == 401
    assert (await browser.post("/desk/login/authenticator", code=shown)).headers["Location"] == "/desk"
    assert "灾害应急" in (await browser.get("/desk"))[1]
    other = place.browser()
    assert (await other.sign_in("2001", OWN)).headers["Location"] == "/desk/login/code"
    await other.get("/desk/login/code")
    assert (await other.post("/desk/login/code", code=shown)).status == 401  # used
    with place.deps.unit_of_work() as work:
        secret = work.staff.credentials("2001").code_secret
    place.pass_time(seconds=30)
    assert (await other.post("/desk/login/code", code=pyotp.TOTP(secret).at(place.clock()))).headers[
        "Location"
    ] == "/desk"


async def test_codes_cannot_be_guessed(place):
    browser, _ = await in_with_own_password(place, "2001", Role.ADMIN)
    shown = await code(place, browser)
    for _ in range(TRIES_OF_CODES):
        assert (await browser.post("/desk/login/authenticator", code="000000")).status == 401
    assert (await browser.post("/desk/login/authenticator", code=shown)).status == 429
    events = [entry[0] for entry in place.audit()]
    assert (events.count("staff.code_refused"), events.count("staff.kept_out")) == (TRIES_OF_CODES, 1)


async def test_whoever_guesses_at_many_names_is_stopped_and_an_own_account_does_not_help(place):
    browser, password = place.browser(), account(place)
    for number in range(TRIES_PER_ADDRESS - 1):
        assert (await browser.sign_in(f"20{number:02}", "guess")).status == 401
    place.pass_time(seconds=1)
    assert (await browser.sign_in("1001", password)).status == 303
    assert (await place.browser().sign_in("3001", "guess")).status == 401
    assert (await place.browser().sign_in("3002", "guess")).status == 429


async def test_a_password_that_was_changed_while_it_was_looked_at_opens_nothing(place, monkeypatch):
    browser, password = place.browser(), account(place)
    looks = prove_staff._is_password

    def while_an_administrator_hands_out_another(given, hashed):
        with place.deps.unit_of_work() as work:
            hand_out_password(work, "1001", draw_password(), By("shell:root", place.clock()))
            work.commit()
        return looks(given, hashed)

    monkeypatch.setattr(prove_staff, "_is_password", while_an_administrator_hands_out_another)
    assert (await browser.sign_in("1001", password)).status == 401


async def test_each_step_has_a_cookie_of_its_own_and_the_one_before_is_nobodys(place):
    browser = place.browser()
    browser.client.session.cookie_jar.update_cookies({"desk_session": "chosen by somebody else"})
    await browser.sign_in("1001", account(place))
    early = {cookie.key: cookie.value for cookie in browser.client.session.cookie_jar}["desk_session"]
    assert early != "chosen by somebody else"
    await browser.get("/desk/login/password")
    await browser.post("/desk/login/password", password=OWN, again=OWN)
    late = {cookie.key: cookie.value for cookie in browser.client.session.cookie_jar}["desk_session"]
    assert late != early
    stranger = place.browser().client
    async with stranger.get("/desk", cookies={"desk_session": early}, allow_redirects=False) as response:
        assert response.headers["Location"] == "/desk/login"


@pytest.mark.parametrize(("agent", "password"), [("1001", ""), ("1001", "1001"), ("nobody", "x"), ("", "")])
async def test_wrong_passwords_are_refused_alike(place, agent, password):
    account(place)
    response = await place.browser().sign_in(agent, password)
    assert response.status == 401
    assert "工号或密码不正确" in await response.text()


async def test_guessing_is_slowed_down_even_with_the_right_password_at_last(place):
    browser, password = place.browser(), account(place)
    for _ in range(TRIES_PER_PAIR):
        assert (await browser.sign_in("1001", "guess")).status == 401
    refused = await browser.sign_in("1001", password)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) == 15 * 60
    assert ("staff.sign_in_refused", "1001", "unknown", "{}") in place.audit()
    place.pass_time(minutes=15, seconds=1)
    assert (await browser.sign_in("1001", password)).status == 303


async def test_login_without_its_form_token_is_refused(place):
    browser = place.browser()
    response = await browser.post("/desk/login", agent="1001", password=account(place))
    assert response.status == 403


@pytest.mark.parametrize(
    "path", ["/desk/c-1/take", "/desk/c-1/answer", "/desk/c-1/return", "/desk/staff", "/desk/logout"]
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


async def test_a_session_ends_after_ten_hours_of_work_and_after_half_an_hour_of_none(place):
    browser = await place.agent()
    for _ in range(23):
        place.pass_time(minutes=25)
        assert "等待接手" in (await browser.get("/desk"))[1]
    place.pass_time(minutes=25)
    assert "登录" in (await browser.get("/desk"))[1]


@pytest.mark.parametrize("looks", ["/desk/c-1/messages.json?after=0", "/desk"])
async def test_a_page_that_looks_for_news_by_itself_keeps_nobody_signed_in(place, looks):
    place.hand_off("c-1")
    browser = await place.agent()
    for _ in range(3):
        place.pass_time(minutes=10)
        async with browser.client.get(looks, headers={"X-Refresh": "1"}, allow_redirects=False) as response:
            last = response.status
    assert last in (303, 401)


async def test_who_is_locked_is_out_at_once_and_stays_out(place):
    admin = await place.agent()
    browser, _ = await in_with_own_password(place)
    await admin.post("/desk/staff/1001/lock", form_id="a")
    assert "登录" in (await browser.get("/desk"))[1]
    assert (await place.browser().sign_in("1001", OWN)).status == 401
    await admin.post("/desk/staff/1001/unlock", form_id="b")
    assert (await place.browser().sign_in("1001", OWN)).status == 303


async def test_the_account_to_begin_with_is_made_once_and_is_not_privileged(place):
    assert add_first(place.deps.unit_of_work, "first-password", By("system", place.clock()))
    assert not add_first(place.deps.unit_of_work, "another", By("system", place.clock()))
    with place.deps.unit_of_work() as work:
        first = work.staff.get("desk")
    assert not first.needs_code
    assert first.posts <= set(POSTS)
    response = await place.browser().sign_in("desk", "first-password")
    assert response.headers["Location"] == "/desk/login/password"


async def test_passwords_and_authenticators_are_not_in_the_database(place, tmp_path):
    browser, _ = await in_with_own_password(place, "2001", Role.MANAGER)
    await browser.post("/desk/login/authenticator", code=await code(place, browser))
    with place.deps.unit_of_work() as work:
        secret = work.staff.credentials("2001").code_secret
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("desk.db*"))
    for hidden in (OWN, secret, *(cookie.value for cookie in browser.client.session.cookie_jar)):
        assert hidden
        assert hidden.encode() not in kept


async def test_pages_carry_protective_headers(place):
    async with place.browser().client.get("/desk/login") as response:
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert " style=" not in await response.text()


async def test_an_own_password_is_changed_by_who_knows_it_and_ends_the_other_sessions(place):
    browser, _ = await in_with_own_password(place)
    other = place.browser()
    await other.sign_in("1001", OWN)
    await browser.get("/desk/password")
    newer = "a newer and longer one"
    refused = await browser.post("/desk/password", old="guess", password=newer, again=newer)
    assert refused.status == 401
    await browser.get("/desk/password")
    assert (await browser.post("/desk/password", old=OWN, password=newer, again=newer)).headers["Location"] == "/desk"
    assert "等待接手" in (await browser.get("/desk"))[1]
    assert "登录" in (await other.get("/desk"))[1]
    assert (await place.browser().sign_in("1001", OWN)).status == 401
    assert (await place.browser().sign_in("1001", newer)).headers["Location"] == "/desk"
