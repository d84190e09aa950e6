"""Spares a server that does not answer the calls that would wait for it, and those who call it the wait."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.errors import BotError

log = logging.getLogger(__name__)
FAILURES = 3  # in a row
PAUSE_SECONDS = 2.0  # the front desk tries a turn again for minutes: a server that comes back is soon seen


class NotAskedError(BotError):
    """The server gave no answer several times just now, and is left alone for a moment."""

    code = "not_asked"


class Breaker:
    """Of one server, as one process sees it. After `failures` calls in a row without an answer the next ones fail at once for
    `pause` seconds; then one is let through, and all are when it is answered.

    For one event loop. `clock`: seconds that never go back.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        pause: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failures = 0
        self._next_try = 0.0

    @contextmanager
    def call(self, is_answer: Callable[[Exception], bool]) -> Iterator[None]:
        """Around one call; `is_answer` says of what it raises whether the server said it.

        Raises:
            NotAskedError: before the call.
        """
        self._admit()
        try:
            yield
        except Exception as error:
            if is_answer(error):
                self._failures = 0
            else:
                self._fail()
            raise
        except BaseException:  # whoever asked has gone, and nobody knows: the next one may ask
            self._next_try = self._clock()
            raise
        else:
            self._failures = 0

    def _admit(self) -> None:
        if self._failures < self._most:
            return
        if self._clock() < self._next_try:
            raise NotAskedError
        self._next_try = math.inf  # one alone, until it is known how it went

    def _fail(self) -> None:
        self._failures += 1
        self._next_try = self._clock() + self._pause
        if self._failures == self._most:
            log.error("server.left_alone", extra={"data": {"seconds": self._pause}})
