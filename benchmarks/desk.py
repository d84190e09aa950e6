"""The front desk as it is, but without limits per customer: one machine plays all customers here."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace

from bot.bootstrap import build_front_desk_parts
from bot.channels.web.limits import Limits, Rate
from bot.event_log import start_event_log
from bot.front_desk import DeskOptions, build_app, serve
from bot.serving import ready_to_serve
from bot.settings import read_settings

_ROOMY = Rate(1e9, 1e9)


def main() -> None:
    start_event_log()
    settings = read_settings()
    place = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    settings = replace(settings, port=settings.port + place)
    ready_to_serve()
    options = DeskOptions(limits=Limits(messages=_ROOMY, reads=_ROOMY, sessions=_ROOMY))
    asyncio.run(serve(build_app(settings, build_front_desk_parts(settings), options), settings))


if __name__ == "__main__":
    main()
