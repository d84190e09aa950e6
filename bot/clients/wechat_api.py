"""What we ask of WeChat's server: an access token, texts to customers, the picture behind a media id.

Source: official account documentation, 获取稳定版接口调用凭据, 发消息 (客服消息), 获取临时素材, 全局返回码说明.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import aiohttp

from bot.conversations.account_token import AccountToken, AccountTokens
from bot.conversations.alone import OneDesk, alone
from bot.conversations.contacts import Verdict
from bot.conversations.ports import Desks
from bot.errors import BotError, StoreUnavailableError
from bot.insurance.matter_file import MAX_BYTES

log = logging.getLogger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
MEDIA = aiohttp.ClientTimeout(total=4, connect=2)  # WeChat waits five seconds for the answer to a picture
MAX_ANSWER_BYTES = 64 * 1024
RENEW_BEFORE = 300  # seconds before a token ends
FORCE_APART = timedelta(seconds=30)  # WeChat refuses a forced refresh sooner, and more than twenty a day
FORCED_A_DAY = 16
DAY = timedelta(days=1)
TOKEN_PATIENCE = 10.0  # seconds that another front desk may take to renew the token
LOOK_AGAIN = 0.1  # seconds until it is seen whether it has
NO_TOKEN_FOR = timedelta(seconds=5)  # after no token was to be had, nobody asks for so long, however many texts wait

_STALE_TOKEN = frozenset((40001, 40014, 42001))
_VERDICTS: Mapping[int, Verdict] = {
    0: Verdict.TAKEN,
    -1: Verdict.LATER,
    45009: Verdict.SLOWER,
    45011: Verdict.SLOWER,
    40164: Verdict.LATER,  # this server's address is not on the account's list: somebody must put it there
    **dict.fromkeys(_STALE_TOKEN, Verdict.LATER),  # another one was refused too
    45002: Verdict.TOO_LONG,
    45047: Verdict.USED_UP,
    45015: Verdict.GONE,  # 48 hours over, or unfollowed: only the customer opens it again
    48001: Verdict.NOT_ALLOWED,
    48002: Verdict.GONE,
    43004: Verdict.GONE,
    40003: Verdict.GONE,
}
_ALARMS = frozenset((40164, 48001))


class WeChatUnavailableError(BotError):
    """WeChat's server cannot be reached, or answered nothing we can read."""

    code = "wechat_unavailable"


class MediaGoneError(BotError):
    """There is no such picture, or it is larger than what we take."""

    code = "wechat_media_gone"


def _now() -> datetime:
    return datetime.now(timezone.utc)


class WeChatApi:
    """Use it on one event loop and `close` it there.

    The token is one for all front desks: kept in `tokens`, renewed by one of them at a time.
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        secret: str,
        *,
        tokens: AccountTokens,
        desks: Desks | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._app_id = app_id
        self._secret = secret
        self._tokens = tokens
        self._desks = desks or OneDesk()
        self._clock = clock
        self._token: AccountToken | None = None
        self._renewing = asyncio.Lock()
        self._no_token_until: datetime | None = None
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send_text(self, open_id: str, text: str) -> Verdict:
        """One text to a customer."""
        body = {"touser": open_id, "msgtype": "text", "text": {"content": text}}
        try:
            code = await self._call("/cgi-bin/message/custom/send", body)
        except WeChatUnavailableError:
            return Verdict.LATER
        verdict = _VERDICTS.get(code, Verdict.UNEXPLAINED)
        if verdict is Verdict.UNEXPLAINED:
            log.error("wechat.unknown_errcode", extra={"data": {"errcode": code}})
        elif code in _ALARMS:
            log.error("wechat.refused", extra={"data": {"errcode": code}})
        elif code:
            log.warning("wechat.refused", extra={"data": {"errcode": code}})
        return verdict

    async def media(self, media_id: str) -> bytes:
        """The picture. Raises WeChatUnavailableError, MediaGoneError."""
        stale = ""
        for _ in range(2):
            token = await self._access_token(stale)
            params = {"access_token": token, "media_id": media_id}
            try:
                async with self._http().get(f"{self._base}/cgi-bin/media/get", params=params, timeout=MEDIA) as answer:
                    if answer.status != 200:
                        raise WeChatUnavailableError(status=answer.status)
                    body = await answer.content.read(MAX_BYTES + 1)
                    while len(body) <= MAX_BYTES and (more := await answer.content.read(MAX_BYTES + 1 - len(body))):
                        body += more
                    kind = answer.content_type
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                raise WeChatUnavailableError(error=type(error).__name__) from error
            if len(body) > MAX_BYTES:
                raise MediaGoneError(reason="too_large")
            if kind not in ("application/json", "text/plain"):
                return body
            if _errcode(body) not in _STALE_TOKEN:
                break
            stale = token
        raise MediaGoneError(reason="refused")

    async def _call(self, path: str, body: Mapping[str, object]) -> int:
        """The errcode of a call; a stale token is renewed once. Raises WeChatUnavailableError."""
        token = await self._access_token()
        code = await self._post(path, body, token)
        if code in _STALE_TOKEN:
            code = await self._post(path, body, await self._access_token(token))
        return code

    async def _post(self, path: str, body: Mapping[str, object], token: str) -> int:
        answer = await self._read(f"{self._base}{path}", body, {"access_token": token})
        return _errcode(answer)

    def _good(self, known: AccountToken | None, stale: str) -> bool:
        """Not the stale one, and not nearly over."""
        return known is not None and known.value != stale and self._clock() < known.renew_at

    async def _access_token(self, stale: str = "") -> str:
        """Another one than `stale`, which WeChat refused, if there is one. Raises WeChatUnavailableError."""
        if self._token is None or not self._good(self._token, stale):
            async with self._renewing:
                if self._token is None or not self._good(self._token, stale):  # nobody here renewed it while we waited
                    self._token = await self._renewed_unless_refused(stale)
        return self._token.value

    async def _renewed_unless_refused(self, stale: str) -> AccountToken:
        if self._no_token_until is not None and self._clock() < self._no_token_until:
            raise WeChatUnavailableError(reason="no_token")
        try:
            return await self._renewed_by_one(stale)
        except WeChatUnavailableError:
            self._no_token_until = self._clock() + NO_TOKEN_FOR
            raise

    async def _renewed_by_one(self, stale: str) -> AccountToken:
        """What another front desk has got meanwhile, or what this one asks for while no other does."""
        loop = asyncio.get_running_loop()
        until = loop.time() + TOKEN_PATIENCE
        try:
            while loop.time() < until:
                async with alone(self._desks, f"token {self._app_id}") as here:
                    known = await asyncio.to_thread(self._tokens.get, self._app_id)
                    if known is not None and self._good(known, stale):
                        return known
                    if here:
                        return await self._renew(known, stale)
                await asyncio.sleep(LOOK_AGAIN)
        except StoreUnavailableError as error:
            raise WeChatUnavailableError(error=type(error).__name__) from error
        raise WeChatUnavailableError(reason="token_busy")

    async def _renew(self, known: AccountToken | None, stale: str) -> AccountToken:
        """WeChat gives the same one to everybody who asks, so that a refresh is forced only where it is the refused one."""
        now, forced = self._clock(), known.forced if known else ()
        forced = tuple(each for each in forced if now - each < DAY)
        token = replace(await self._stable_token(forced=False), forced=forced)
        if stale and token.value == stale and _may_force(forced, now):
            token = replace(token, forced=(*forced, now))
            await self._keep(token)  # first, so that a desk that dies now does not lose count
            token = replace(await self._stable_token(forced=True), forced=token.forced)
        await self._keep(token)
        return token

    async def _keep(self, token: AccountToken) -> None:
        await asyncio.to_thread(self._tokens.put, self._app_id, token)

    async def _stable_token(self, *, forced: bool) -> AccountToken:
        """The token that all processes share; forced, it is a new one and the old one ends for everybody."""
        body = {
            "grant_type": "client_credential", "appid": self._app_id, "secret": self._secret, "force_refresh": forced,
        }  # fmt: skip
        now, answer = self._clock(), await self._read(f"{self._base}/cgi-bin/stable_token", body, {})
        found = _object(answer)
        value, seconds = found.get("access_token"), found.get("expires_in")
        if not isinstance(value, str) or not isinstance(seconds, int):
            log.error("wechat.no_token", extra={"data": {"errcode": found.get("errcode", 0)}})
            raise WeChatUnavailableError(errcode=found.get("errcode", 0))
        return AccountToken(value, now + timedelta(seconds=max(60, seconds - RENEW_BEFORE)))

    async def _read(self, url: str, body: Mapping[str, object], params: Mapping[str, str]) -> bytes:
        # \u escapes would be shown to the customer as they are.
        data = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            async with self._http().post(url, data=data, headers=headers, params=params, timeout=TIMEOUT) as answer:
                if answer.status != 200:
                    raise WeChatUnavailableError(status=answer.status)
                return await answer.content.read(MAX_ANSWER_BYTES)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise WeChatUnavailableError(error=type(error).__name__) from error

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _may_force(forced: tuple[datetime, ...], now: datetime) -> bool:
    return len(forced) < FORCED_A_DAY and not (forced and now - forced[-1] < FORCE_APART)


def _object(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise WeChatUnavailableError(reason="no_json") from error
    if not isinstance(found, dict):
        raise WeChatUnavailableError(reason="no_object")
    return found


def _errcode(body: bytes) -> int:
    code = _object(body).get("errcode", 0)
    return code if isinstance(code, int) else -1
