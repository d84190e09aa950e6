"""A Rasa server that is quickly there: its answers name its model, and each turn that it ran is a line of the file LEDGER.

`python -m tests.pretended_rasa [--model ID] --port N`. A model named `broken…` ends at once. `python -m tests.pretended_rasa
--supervise MODELS VAR PORT CURRENT` is the supervisor of such servers.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bot.calendars.clocks import SHANGHAI

TURN_SECONDS = 0.02


class Rasa(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model = ""
    ran: dict[str, bytes] = {}  # noqa: RUF012 - of the process

    def do_GET(self) -> None:
        self._answer(b"{}")

    def do_POST(self) -> None:
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(TURN_SECONDS)
        with open(os.environ["LEDGER"], "a") as ledger:
            ledger.write(f"{turn['message_id']} {self.model}\n")
        self._answer(json.dumps({"messages": [{"text": self.model, "choices": [], "input": None}]}).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def serve(model: str, port: int) -> None:
    if model.startswith("broken"):
        sys.exit(3)
    Rasa.model = model
    Rasa.timeout = 1  # an idle connection must not keep it from ending
    server = ThreadingHTTPServer(("127.0.0.1", port), Rasa)
    server.daemon_threads = False  # what it is in the middle of is finished
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.02)
    server.server_close()


def supervise(models: Path, var: Path, port: int, current: str) -> int:
    from bot.bootstrap import build_model_registry
    from bot.launch.model_servers import ModelServers, Timing
    from bot.launch.procfile import Command
    from bot.launch.supervisor import RestartPolicy, Supervisor

    words = (sys.executable, "-m", "tests.pretended_rasa")
    first = Command("rasa", (*words, "--model", current, "--port", str(port)))
    policy = RestartPolicy(first=0.01, longest=0.02, quick_deaths=3)
    supervisor = Supervisor([first], dict(os.environ), Path.cwd(), lambda line: print(line, flush=True), policy)
    servers = ModelServers(
        build_model_registry(models), supervisor, Command("rasa", words), current, [f"http://127.0.0.1:{port}"],
        var / "routes.json", lambda: datetime.now(SHANGHAI), lambda line: print(line, flush=True),
        Timing(every=0.05, settle=0.2),
    )  # fmt: skip
    supervisor.spares = servers.spares
    threading.Thread(target=servers.keep_looking, daemon=True).start()
    return supervisor.run()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--supervise", nargs=4)
    options = parser.parse_args()
    if options.supervise:
        models, var, port, current = options.supervise
        return supervise(Path(models), Path(var), int(port), current)
    serve(options.model, options.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
