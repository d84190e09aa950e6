"""The Rasa server: loopback, our one channel, our processor and tracker store (`python -m bot.dialogue.server`)."""

from __future__ import annotations

import logging
import os
import warnings
from asyncio import AbstractEventLoop
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
warnings.filterwarnings("ignore", category=DeprecationWarning)

import structlog  # noqa: E402
from rasa.core.lock_store import InMemoryLockStore  # noqa: E402
from rasa.core.run import configure_app  # noqa: E402
from sanic import Sanic  # noqa: E402

from bot.bootstrap import build_tracker_rows  # noqa: E402
from bot.dialogue.action_calls import KeepAliveEndpoint  # noqa: E402
from bot.dialogue.channel import DeskChannel  # noqa: E402
from bot.dialogue.processor import HonestAgent  # noqa: E402
from bot.dialogue.tracker_store import ConversationTrackerStore  # noqa: E402
from bot.errors import ConfigurationError  # noqa: E402
from bot.settings import Settings, read_settings  # noqa: E402


def build_agent(settings: Settings, model: Path) -> HonestAgent:
    """Load a model archive. Raises ModelNotFound."""
    endpoint = KeepAliveEndpoint(
        f"{settings.action_url}/webhook", {"Authorization": f"Bearer {settings.secrets.action_key}"}
    )
    agent = HonestAgent(
        tracker_store=ConversationTrackerStore(None, build_tracker_rows(settings)),
        # The front desk gives each conversation's messages one at a time; a lock between processes is not needed.
        lock_store=InMemoryLockStore(),
        action_endpoint=endpoint,
    )
    agent.load_model(model)
    return agent


def build_app(settings: Settings, model: Path) -> Sanic:
    """The server app; the model is loaded before it listens."""
    app = configure_app([DeskChannel(settings.secrets.rasa_key)], enable_api=False, port=settings.rasa_port)
    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = 64 * 1024

    @app.before_server_start
    async def load(running: Sanic, _: AbstractEventLoop) -> None:
        running.ctx.agent = build_agent(settings, model)

    @app.after_server_stop
    async def close(running: Sanic, _: AbstractEventLoop) -> None:
        await running.ctx.agent.action_endpoint.close()

    return app


def current_model(model_dir: Path) -> Path:
    """The archive `current.tar.gz` points to. Raises ConfigurationError when nothing has been trained."""
    model = model_dir / "current.tar.gz"
    if not model.exists():
        raise ConfigurationError("train first: make train", file=str(model))
    return model.resolve()


def quiet_rasa() -> None:
    """Rasa logs whole trackers with the customer's words below ERROR; none of that may reach a log."""
    logging.getLogger("rasa").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    quiet_rasa()
    settings = read_settings()
    app = build_app(settings, current_model(settings.model_dir))
    app.run(host="127.0.0.1", port=settings.rasa_port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
