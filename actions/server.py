"""The action server: loopback only, a bearer secret on every call, small bodies (`python -m actions.server`)."""

from __future__ import annotations

import asyncio
import hmac
import logging
import warnings

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions import runtime
from bot.bootstrap import build_assistant_services
from bot.errors import StoreUnavailableError
from bot.event_log import start_event_log
from bot.serving import ready_to_serve
from bot.settings import Settings, read_settings

log = logging.getLogger(__name__)
LARGEST_BODY = 2 * 1024 * 1024  # bytes; a tracker of four turns is under 50 KB
WRITE_SECONDS = 1  # between writings of what turns counted and noticed


def build_app(settings: Settings) -> Sanic:
    """The server with all actions registered and their services installed."""
    runtime.install(build_assistant_services(settings))
    executor = ActionExecutor()
    executor.register_package("actions")
    app = Sanic("actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.ACCESS_LOG = False
    expected = f"Bearer {settings.secrets.action_key}".encode()

    def is_ours(request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected)

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        # With the secret, so that another server on our port, or one with other keys, does not pass for ready.
        if not is_ours(request):
            return response.json({"error": "unauthorised"}, status=401)
        return response.json({"ready": True})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        # Rasa's client can compress; ours does not, so a compressed body is not read at all.
        if not is_ours(request):
            return response.json({"error": "unauthorised"}, status=401)
        if request.headers.get("Content-Encoding") or not isinstance(request.json, dict):
            return response.json({"error": "bad_call"}, status=400)
        try:
            return response.json(await executor.run(request.json))
        except ActionExecutionRejection as error:
            return response.json({"error": error.message, "action_name": error.action_name}, status=400)
        except ActionNotFoundException as error:
            return response.json({"error": error.message, "action_name": error.action_name}, status=404)
        except StoreUnavailableError as error:
            log.error("action.failed", extra={"data": {"action": request.json.get("next_action"), "code": error.code}})
            return response.json({"error": error.code}, status=503)
        except Exception as error:
            # Never the request in the log, nor what an exception says of it: they hold the customer's words.
            log.error("action.failed", extra={"data": {"action": request.json.get("next_action")}}, exc_info=error)
            return response.json({"error": "action_failed"}, status=500)

    @app.before_server_start
    async def write_beside(running: Sanic, _: asyncio.AbstractEventLoop) -> None:
        running.add_task(_write_often())

    @app.after_server_stop
    async def write_the_rest(_: Sanic, __: asyncio.AbstractEventLoop) -> None:
        _write()

    return app


def _write() -> None:
    runtime.services().tally.write()
    runtime.services().heard.write()


async def _write_often() -> None:
    while True:
        await asyncio.sleep(WRITE_SECONDS)
        try:
            await asyncio.to_thread(_write)
        except Exception as error:  # one bad row must not end the writing of all that comes after it
            log.error("tally.failed", exc_info=error)


def main() -> None:
    start_event_log(logging.WARNING)
    warnings.filterwarnings("ignore", category=DeprecationWarning)  # which Sanic has shown, from its import on
    settings = read_settings()
    app = build_app(settings)
    ready_to_serve()
    app.run(host="127.0.0.1", port=settings.action_port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
