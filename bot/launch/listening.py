"""Whether a process that lives still answers: one that hangs serves nobody, and nothing else would notice."""

from __future__ import annotations

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

# Straight to loopback, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Patience:
    """Seconds. `silent`: how long an address that answered before may say nothing. A turn takes 20 at most, and a machine that
    is short of everything a few more."""

    silent: float = 60.0
    every: float = 5.0
    answer: float = 5.0


def falls_silent(process: subprocess.Popen[bytes], addresses: Sequence[str], patience: Patience) -> bool:
    """Ask the addresses again and again; True as soon as one has said nothing for too long, False once the process is gone.

    An address that has never answered is still starting; any answer at all is one.
    """
    heard: dict[str, float] = {}
    while True:
        for address in addresses:
            if _answers(address, patience.answer):
                heard[address] = time.monotonic()
        if any(time.monotonic() - at > patience.silent for at in heard.values()):
            return True
        try:
            process.wait(patience.every)
        except subprocess.TimeoutExpired:
            continue
        return False


def _answers(address: str, seconds: float) -> bool:
    try:
        with _OPENER.open(address, timeout=seconds):
            return True
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, OSError):
        return False
