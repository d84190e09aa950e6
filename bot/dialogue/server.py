"""The Rasa server: loopback, our one channel, our processor and tracker store (`python -m bot.dialogue.server`)."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path

from bot.dialogue.no_tensorflow import keep_out_tensorflow
from bot.dialogue.workers import fork_workers
from bot.errors import ConfigurationError
from bot.event_log import start_event_log
from bot.settings import read_settings


def current_model(model_dir: Path) -> Path:
    """The archive `current.tar.gz` points to. Raises ConfigurationError when nothing has been trained."""
    model = model_dir / "current.tar.gz"
    if not model.exists():
        raise ConfigurationError("train first: make train", file=str(model))
    return model.resolve()


def quiet_rasa() -> None:
    """Rasa logs whole trackers with the customer's words below ERROR; none of that may reach a log."""
    import structlog

    logging.getLogger("rasa").setLevel(logging.ERROR)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def main() -> None:
    start_event_log(logging.WARNING)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    settings = read_settings()
    model = current_model(settings.model_dir)
    keep_out_tensorflow(model)
    quiet_rasa()
    # Only here: what Rasa imports depends on the model.
    from bot.dialogue.app import build_agent, build_app

    agent = build_agent(settings, model)
    workers = fork_workers(settings.rasa_workers)
    port = settings.rasa_port + workers.place
    build_app(settings, agent).run(host="127.0.0.1", port=port, access_log=False, motd=False)
    workers.end()


if __name__ == "__main__":
    main()
