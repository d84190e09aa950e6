"""The Rasa server: loopback, our one channel, our processor and tracker store.

`python -m bot.dialogue.server [--model ID] [--port N]`: the current model on the port of the settings, unless told otherwise.
"""

from __future__ import annotations

import argparse
import logging
import os
import warnings
from pathlib import Path

from bot.bootstrap import build_model_registry
from bot.dialogue.no_tensorflow import keep_out_tensorflow
from bot.dialogue.workers import fork_workers
from bot.errors import ConfigurationError
from bot.event_log import start_event_log
from bot.settings import Settings, read_settings


def archive_of(settings: Settings, model_id: str) -> Path:
    """Of the model, or where none is named of the current one. Raises ConfigurationError when it is not there."""
    registry = build_model_registry(settings.model_dir)
    model = registry.archive(model_id or registry.current())
    if not model.exists():
        raise ConfigurationError("train first: make train", file=str(model))
    return model


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
    # Sanic, when it is imported, has everybody's deprecations shown; so it comes before the filter.
    import sanic.app  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    options = _options()
    settings = read_settings()
    model = archive_of(settings, options.model)
    keep_out_tensorflow(model)
    quiet_rasa()
    # Only here: what Rasa imports depends on the model.
    from bot.dialogue.app import build_agent, build_app

    agent = build_agent(settings, model)
    workers = fork_workers(settings.rasa_workers)
    port = (options.port or settings.rasa_port) + workers.place
    build_app(settings, agent).run(host="127.0.0.1", port=port, access_log=False, motd=False)
    workers.end()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", metavar="ID")
    parser.add_argument("--port", type=int, default=0, help="of the first worker, the others follow")
    return parser.parse_args()


if __name__ == "__main__":
    main()
