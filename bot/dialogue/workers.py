"""Several Rasa workers from one process: the model is loaded once, then forked, so that its memory is shared.

Each worker listens on a port of its own and the front desk always asks the same one about a conversation: its turns stay
in order behind that worker's lock, and what a worker remembers of its conversations is in one place.
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field

from bot.serving import ready_to_serve

GRACE_SECONDS = 10.0  # for a worker to finish the turns it is in


@dataclass(frozen=True)
class Workers:
    """`place`: which one this process is, 0 the first; `others`: process ids, known to the first alone."""

    place: int
    others: tuple[int, ...] = ()
    ending: threading.Event = field(default_factory=threading.Event)

    def end(self) -> None:
        """The first tells the others to finish and waits for them."""
        self.ending.set()
        for pid in self.others:
            _tell(pid, signal.SIGTERM)
        late = threading.Timer(GRACE_SECONDS, self._kill)
        late.start()
        for pid in self.others:
            _wait_for(pid)
        late.cancel()

    def _kill(self) -> None:
        for pid in self.others:
            _tell(pid, signal.SIGKILL)


def fork_workers(number: int) -> Workers:
    """Make `number - 1` copies of this process; every one returns, with its place.

    They live and die together: a copy ends at once when the first is gone, and the first stops when a copy has ended, so
    that whoever started it starts them all anew. Call it before any thread or event loop runs.
    """
    ready_to_serve()  # a collection would write into every page and un-share it
    reading, writing = os.pipe()
    others = []
    for place in range(1, number):
        pid = os.fork()
        if pid == 0:
            os.close(writing)
            threading.Thread(target=_end_with_the_first, args=(reading,), daemon=True).start()
            return Workers(place)
        others.append(pid)
    os.close(reading)  # `writing` stays open as long as this process lives: that is the sign of life
    workers = Workers(0, tuple(others))
    for pid in others:
        threading.Thread(target=_stop_without, args=(pid, workers.ending), daemon=True).start()
    return workers


def _end_with_the_first(reading: int) -> None:
    os.read(reading, 1)  # nobody writes: it returns when the first process is gone
    os._exit(1)


def _stop_without(pid: int, ending: threading.Event) -> None:
    _wait_for(pid)
    if not ending.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def _wait_for(pid: int) -> None:
    # Without reaping, so that more than one thread may wait for the same process.
    try:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:
        return


def _tell(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
