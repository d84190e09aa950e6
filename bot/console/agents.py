"""Who may sign in at the desk.

The first agent is `desk`, with the password made at first start and printed once by the launcher. That agent adds the
others; their passwords are drawn here, shown once, and kept as scrypt hashes in `var/agents.json` (mode 600).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BotError, ConfigurationError
from bot.services.their_agents import THEIR_AGENTS

FIRST_AGENT = "desk"
_NAME = re.compile(r"[0-9A-Za-z_\-\u4e00-\u9fff]{2,20}")


class BadAgentNameError(BotError):
    """A name is 2 to 20 letters, digits or Chinese characters, and not the first agent's."""

    code = "bad_agent_name"


@dataclass(frozen=True)
class Agents:
    path: Path
    first_password: str

    def check(self, name: str, password: str) -> bool:
        """Whether the password is this agent's; takes as long for a name that does not exist."""
        if name == FIRST_AGENT:
            return hmac.compare_digest(password.encode(), self.first_password.encode())
        salt, _, expected = self._read().get(name, "00:").partition(":")
        return hmac.compare_digest(_hash(password, salt), expected)

    def names(self) -> list[str]:
        return [FIRST_AGENT, *sorted(self._read())]

    def add(self, name: str) -> str:
        """Add an agent, or give an existing one a new password; returns the password.

        Raises:
            BadAgentNameError
        """
        if name in (FIRST_AGENT, THEIR_AGENTS) or not _NAME.fullmatch(name):
            raise BadAgentNameError(name=name)
        password, salt = secrets.token_urlsafe(12), secrets.token_hex(16)
        self._write({**self._read(), name: f"{salt}:{_hash(password, salt)}"})
        return password

    def remove(self, name: str) -> None:
        """Forget an agent; an unknown name changes nothing."""
        self._write({key: value for key, value in self._read().items() if key != name})

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        try:
            stored = json.loads(self.path.read_text())
        except ValueError as error:
            raise ConfigurationError("restore or delete the file", file=str(self.path)) from error
        return {str(name): str(value) for name, value in stored.items()}

    def _write(self, agents: dict[str, str]) -> None:
        draft = self.path.with_suffix(f".{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(agents, file, ensure_ascii=False)
        draft.replace(self.path)


def _hash(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()
