"""Stock Rasa under measurement: the bot of benchmarks/vanilla as `rasa train`, `rasa run` and `rasa run actions` run it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from benchmarks.processes import QUIET, Processes, free_port
from benchmarks.said import REPORTS
from bot.settings import ROOT

SOURCE = ROOT / "benchmarks" / "vanilla"
CACHE = ROOT / "var" / "bench"
# How many training sentences an intent gets in the turn benchmark: a turn costs about the same, training takes minutes.
SENTENCES = 25
EXTENT = f"17 intents, the first {SENTENCES} sentences of each"
# The button of its first answer, for who wants to report a claim: the small model takes the words for something else as often
# as not, and then no claim is measured. It spares stock Rasa understanding one message in ten.
REPORT_BUTTON = "/report_claim"
# As `rasa init` leaves them when nothing is configured (rasa/engine/recipes/config_files/default_config.yml).
POLICIES = [
    {"name": "MemoizationPolicy"},
    {"name": "RulePolicy"},
    {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
    {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
]
AFTER_DIET = [
    {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
]


def write_project(folder: Path) -> None:
    """The bot of benchmarks/vanilla with a share of data/nlu, ready for `rasa train`."""
    shutil.copytree(SOURCE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    _write(folder / "config.yml", {**full_config(), "policies": POLICIES})
    write_slice(folder / "data" / "nlu.yml")
    _write(folder / "credentials.yml", {"rest": None})


def write_slice(path: Path) -> None:
    """The first sentences of each of its intents, as Rasa reads them."""
    domain = yaml.safe_load((SOURCE / "domain.yml").read_text(encoding="utf-8"))
    _write(path, {"version": "3.1", "nlu": list(_examples(set(domain["intents"])))})


def full_config() -> dict[str, Any]:
    """benchmarks/vanilla/config.yml with the default pipeline's last components, which add nothing to intents."""
    config: dict[str, Any] = yaml.safe_load((SOURCE / "config.yml").read_text(encoding="utf-8"))
    names = [component["name"] for component in config["pipeline"]]
    added = [component for component in AFTER_DIET if component["name"] not in names]
    place = names.index("DIETClassifier") + 1
    return {**config, "pipeline": [*config["pipeline"][:place], *added, *config["pipeline"][place:]]}


def _examples(intents: set[str]) -> Iterable[dict[str, str]]:
    found: dict[str, list[str]] = {intent: [] for intent in sorted(intents)}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if group.get("intent") in intents:
                found[group["intent"]] += group["examples"].splitlines(keepends=True)
    return [{"intent": intent, "examples": "".join(lines[:SENTENCES])} for intent, lines in found.items()]


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def rasa(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rasa", *arguments]


def trained_model(project: Path) -> tuple[Path, float]:
    """A model of the project and the seconds its training took; kept in var/bench until its files change."""
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*.yml")):
        digest.update(path.read_bytes())
    model = CACHE / f"vanilla-{digest.hexdigest()[:16]}.tar.gz"
    seconds_file = model.with_suffix(".seconds")
    if not model.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        command = rasa("train", "--out", str(project / "models"), "--fixed-model-name", "vanilla", "--quiet")
        subprocess.run(command, cwd=project, env={**os.environ, **QUIET}, check=True, capture_output=True)
        seconds_file.write_text(f"{time.monotonic() - began:.1f}")
        shutil.move(project / "models" / "vanilla.tar.gz", model)
    return model, float(seconds_file.read_text())


@dataclass
class Stock:
    """`rasa run` and `rasa run actions` on free ports, its conversations and claims in SQLite files in `folder`."""

    folder: Path

    def __post_init__(self) -> None:
        self._project = self.folder / "vanilla"
        self._port, actions = free_port(), free_port()
        self._actions = str(actions)
        write_project(self._project)
        store = {"type": "SQL", "dialect": "sqlite", "db": str(self.folder / "vanilla-tracker.db")}
        endpoint = {"url": f"http://localhost:{actions}/webhook"}
        _write(self._project / "endpoints.yml", {"action_endpoint": endpoint, "tracker_store": store})
        self.processes = Processes(self.folder, {"VANILLA_CLAIMS": str(self.folder / "vanilla-claims.db")})

    def train(self) -> float:
        """Seconds that training took, now or when the same files were trained before."""
        endpoints = self._project / "endpoints.yml"
        content = endpoints.read_text()
        endpoints.unlink()  # its ports differ each time, and no model depends on them
        self._model, seconds = trained_model(self._project)
        endpoints.write_text(content)
        return seconds

    def start(self) -> None:
        serve = rasa("run", "--model", str(self._model), "--port", str(self._port), "--interface", "127.0.0.1")
        self.processes.start("rasa", [*serve, "--endpoints", "endpoints.yml"], self._project)
        self.processes.start("actions", rasa("run", "actions", "--port", self._actions), self._project)

    @asynccontextmanager
    async def at_the_channel(self, http: aiohttp.ClientSession) -> AsyncIterator[RestCustomer]:
        """One conversation on the REST channel."""
        yield RestCustomer(http, f"http://127.0.0.1:{self._port}/webhooks/rest/webhook", uuid.uuid4().hex)


@dataclass
class RestCustomer:
    http: aiohttp.ClientSession
    url: str
    sender: str

    async def say(self, text: str) -> list[str]:
        """The texts of the replies. Its small model has none for some wordings: such a turn counts all the same, as an empty text."""
        body = {"sender": self.sender, "message": REPORT_BUTTON if text in REPORTS else text}
        async with self.http.post(self.url, json=body) as response:
            response.raise_for_status()
            return [message["text"] for message in await response.json()] or [""]
