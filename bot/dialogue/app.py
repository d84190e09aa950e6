"""The Rasa server's application: one channel, our processor and tracker store. Importing it imports Rasa."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from pathlib import Path

from rasa.core.channels.channel import register
from rasa.core.lock_store import InMemoryLockStore
from sanic import Sanic

from bot.bootstrap import build_tracker_rows
from bot.dialogue.action_calls import KeepAliveEndpoint
from bot.dialogue.channel import DeskChannel
from bot.dialogue.processor import HonestAgent
from bot.dialogue.tracker_store import ConversationTrackerStore
from bot.settings import Settings

KEEP_ALIVE_SECONDS = 120
LARGEST_BODY = 64 * 1024  # bytes


def build_agent(settings: Settings, model: Path) -> HonestAgent:
    """Load a model archive. Raises ModelNotFound."""
    endpoint = KeepAliveEndpoint(
        f"{settings.action_url}/webhook", {"Authorization": f"Bearer {settings.secrets.action_key}"}
    )
    agent = HonestAgent(
        tracker_store=ConversationTrackerStore(None, build_tracker_rows(settings)),
        # The front desk gives a conversation's messages one at a time and to one worker: no lock between processes.
        # Where two run at once all the same, the second to be saved fails and is tried again (`bot.store.trackers`).
        lock_store=InMemoryLockStore(),
        action_endpoint=endpoint,
    )
    agent.load_model(model)
    return agent


def build_app(settings: Settings, agent: HonestAgent) -> Sanic:
    """The server app of one worker."""
    # Not `rasa.core.run.configure_app`: it imports Rasa's whole API and opens the server to every origin.
    app = Sanic("rasa", configure_logging=False)
    register([DeskChannel(settings.secrets.rasa_key)], app, route="/webhooks/")
    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_SECONDS

    app.ctx.agent = agent

    @app.after_server_stop
    async def close(running: Sanic, _: AbstractEventLoop) -> None:
        await running.ctx.agent.action_endpoint.close()

    return app
