"""The Rasa workers behind the front desk, over loopback HTTP. A conversation is always the same worker's."""

from __future__ import annotations

import asyncio
import zlib
from types import TracebackType

import aiohttp

from bot.clients.rasa_answer import AnswerError, parse_answer
from bot.clients.rasa_routes import Routes
from bot.conversations.errors import AssistantUnavailableError, TurnBrokenOffError, TurnFailedError
from bot.conversations.messages import Inbound, Reply

MAX_ANSWER_BYTES = 1024 * 1024
TURN = aiohttp.ClientTimeout(total=20, connect=2, sock_connect=2)
HEALTH = aiohttp.ClientTimeout(total=2)
# This turn's fault, not the server's: it raised, or our request is one that the server refuses every time.
TURN_FAILED = frozenset((400, 413, 500))


def worker_of(conversation_id: str, workers: int) -> int:
    """Which of so many workers has the conversation: the same for every process and after every restart."""
    return zlib.crc32(conversation_id.encode()) % workers


class RasaServer:
    """Implements `bot.conversations.ports.Assistant`. Use it on one event loop and `close` it there."""

    def __init__(
        self,
        routes: Routes,
        secret: str,
        *,
        turn_timeout: aiohttp.ClientTimeout = TURN,
    ) -> None:
        self._routes = routes
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._turn_timeout = turn_timeout
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> RasaServer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def respond(self, inbound: Inbound) -> tuple[Reply, ...]:
        """Run one turn: POST /webhooks/desk/turn.

        Raises:
            AssistantUnavailableError: data `reason` is connect, timeout or http_<status>.
            TurnBrokenOffError: data `reason` is broken_off.
            TurnFailedError: data `reason` is http_<status>, no_messages or bad_answer.
        """
        turn = {
            "conversation_id": inbound.conversation_id,
            "message_id": inbound.message_id,
            "text": inbound.text,
            "payload": inbound.payload,
            "received_at": inbound.received_at.isoformat(),
            "channel": inbound.channel,
        }
        url = self.server_of(inbound)
        try:
            body = await self._post(f"{url}/webhooks/desk/turn", turn)
        except (asyncio.TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise AssistantUnavailableError(reason="timeout") from error
        except aiohttp.ClientConnectorError as error:
            raise AssistantUnavailableError(reason="connect", error=type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:
            raise TurnBrokenOffError(reason="broken_off", error=type(error).__name__) from error
        try:
            replies = parse_answer(body)
        except AnswerError as error:
            raise TurnFailedError(reason="bad_answer", place=str(error)) from error
        if not replies:  # stock Rasa answers `[]` when something broke: silence is not an answer
            raise TurnFailedError(reason="no_messages")
        return replies

    def server_of(self, inbound: Inbound) -> str:
        """The address of the worker that has the conversation now."""
        workers = self._routes.now().workers_for(inbound.conversation_id, inbound.opened_at)
        return workers[worker_of(inbound.conversation_id, len(workers))]

    async def is_ready(self) -> bool:
        """GET /webhooks/desk/health of every worker answers 200, which it does once a model is loaded."""
        urls = [url for workers in self._routes.now().servers.values() for url in workers]
        return all(await asyncio.gather(*(self._is_ready(url) for url in urls)))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _is_ready(self, url: str) -> bool:
        try:
            async with self._open().get(f"{url}/webhooks/desk/health", timeout=HEALTH) as response:
                return response.status == 200
        except (asyncio.TimeoutError, aiohttp.ClientError, OSError):
            return False

    async def _post(self, url: str, turn: dict[str, str]) -> bytes:
        async with self._open().post(url, json=turn, timeout=self._turn_timeout, allow_redirects=False) as response:
            if response.status in TURN_FAILED:
                raise TurnFailedError(reason=f"http_{response.status}")
            if response.status != 200:
                raise AssistantUnavailableError(reason=f"http_{response.status}")
            body = await response.content.read(MAX_ANSWER_BYTES)
            while len(body) <= MAX_ANSWER_BYTES and (more := await response.content.read(MAX_ANSWER_BYTES)):
                body += more
            if len(body) > MAX_ANSWER_BYTES:
                raise TurnFailedError(reason="bad_answer", place="too long")
            return body

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Sanic drops idle connections after 5 s; dropping ours first means never to write to a dead one.
            connector = aiohttp.TCPConnector(limit=64, keepalive_timeout=2)
            self._session = aiohttp.ClientSession(connector=connector, headers=self._headers, trust_env=False)
        return self._session
