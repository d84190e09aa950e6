"""What we ask of WeChat's server: an access token, texts to customers, the picture behind a media id.

Source: official account documentation, 获取稳定版接口调用凭据, 发消息 (客服消息), 获取临时素材, 全局返回码说明.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp

from bot.conversations.contacts import Verdict
from bot.errors import BotError
from bot.insurance.matter_file import MAX_BYTES

log = logging.getLogger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
MEDIA = aiohttp.ClientTimeout(total=4, connect=2)  # WeChat waits five seconds for the answer to a picture
MAX_ANSWER_BYTES = 64 * 1024
RENEW_BEFORE = 300.0  # seconds before a token ends
FORCE_APART = 30.0  # WeChat refuses a forced refresh sooner, and more than twenty a day for all processes together
FORCED_A_DAY = 8
DAY = 24 * 3600.0

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


@dataclass(frozen=True)
class _Token:
    value: str
    renew_at: float


class WeChatApi:
    """Use it on one event loop and `close` it there.

    The stable token is one for all who ask, and asking again gives the same one: processes share it at WeChat's, and here
    one request at a time renews it.
    """

    def __init__(
        self, base_url: str, app_id: str, secret: str, *, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._base = base_url.rstrip("/")
        self._app_id = app_id
        self._secret = secret
        self._steady = steady
        self._token: _Token | None = None
        self._forced_at: deque[float] = deque(maxlen=FORCED_A_DAY)
        self._renewing = asyncio.Lock()
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

    def _good(self, stale: str) -> str:
        """The token we have, "" when it is the stale one or nearly over."""
        known = self._token
        return known.value if known and known.value != stale and self._steady() < known.renew_at else ""

    async def _access_token(self, stale: str = "") -> str:
        """Another one than `stale`, which WeChat refused, if there is one: another process may have renewed it, so that it
        is asked for before a refresh is forced. Raises WeChatUnavailableError."""
        if good := self._good(stale):
            return good
        async with self._renewing:
            if good := self._good(stale):  # somebody renewed it while we waited
                return good
            token = await self._stable_token(forced=False)
            if stale and token.value == stale and self._may_force():
                self._forced_at.append(self._steady())
                token = await self._stable_token(forced=True)
            self._token = token
            return token.value

    def _may_force(self) -> bool:
        now, forced = self._steady(), self._forced_at
        if forced and now - forced[-1] < FORCE_APART:
            return False
        return len(forced) < FORCED_A_DAY or now - forced[0] > DAY

    async def _stable_token(self, *, forced: bool) -> _Token:
        """The token that all processes share; forced, it is a new one and the old one ends for everybody."""
        now = self._steady()
        body = {
            "grant_type": "client_credential", "appid": self._app_id, "secret": self._secret, "force_refresh": forced,
        }  # fmt: skip
        answer = await self._read(f"{self._base}/cgi-bin/stable_token", body, {})
        found = _object(answer)
        value, seconds = found.get("access_token"), found.get("expires_in")
        if not isinstance(value, str) or not isinstance(seconds, int):
            log.error("wechat.no_token", extra={"data": {"errcode": found.get("errcode", 0)}})
            raise WeChatUnavailableError(errcode=found.get("errcode", 0))
        return _Token(value, now + max(60.0, seconds - RENEW_BEFORE))

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
