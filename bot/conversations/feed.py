"""News that a conversation changed, for long poll and server-sent events; of this process, and of the others where there are.

The feed carries no content: whoever waits reads the message log. A watcher registers before it reads, so that whatever
happens between its read and its wait still wakes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Watch:
    """One waiter's view of one conversation."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def mark(self) -> None:
        self._changed.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for news since the last `wait` that returned True (at first: since the watch began); False when
        `seconds` passed without any."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except asyncio.TimeoutError:
            return False
        self._changed.clear()
        return True


class Feed:
    """Belongs to one event loop: call `notify` on it. Costs memory only for conversations that someone is watching."""

    def __init__(self) -> None:
        self._watches: dict[str, set[Watch]] = {}
        self._watches_of_all: set[Watch] = set()
        self._listeners: list[Callable[[str], None]] = []
        self.closed = False

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call `heard` with every conversation that this process has news of."""
        self._listeners.append(heard)

    def notify(self, conversation_id: str) -> None:
        """Wake everyone who watches the conversation: there is a new message, or a new owner."""
        self.hear(conversation_id)
        for heard in self._listeners:
            heard(conversation_id)

    def hear(self, conversation_id: str) -> None:
        """News of another process: who watches here is woken, and nobody is told on."""
        for watch in (*self._watches.get(conversation_id, ()), *self._watches_of_all):
            watch.mark()

    def hear_all(self) -> None:
        """News may have been missed: everyone looks."""
        for watch in self._watches_of_all:
            watch.mark()
        for conversation_id in self._watches:
            self.hear(conversation_id)

    @contextmanager
    def watch(self, conversation_id: str) -> Iterator[Watch]:
        """Register first, then read the log, then wait."""
        watch = Watch()
        self._watches.setdefault(conversation_id, set()).add(watch)
        if self.closed:
            watch.mark()
        try:
            yield watch
        finally:
            watches = self._watches[conversation_id]
            watches.discard(watch)
            if not watches:
                del self._watches[conversation_id]

    @contextmanager
    def watch_all(self) -> Iterator[Watch]:
        """As `watch`, of every conversation: who looks after all of them."""
        watch = Watch()
        self._watches_of_all.add(watch)
        if self.closed:
            watch.mark()
        try:
            yield watch
        finally:
            self._watches_of_all.discard(watch)

    @property
    def all_watchers(self) -> int:
        return sum(map(len, self._watches.values()))

    def watchers(self, conversation_id: str) -> int:
        return len(self._watches.get(conversation_id, ()))

    def close(self) -> None:
        """Wake everyone for good: the process is about to end, and a waiter that sees `closed` goes home."""
        self.closed = True
        for watch in self._watches_of_all:
            watch.mark()
        for conversation_id in self._watches:
            self.notify(conversation_id)


class Wire(Protocol):
    """Between the processes that have a feed."""

    def tell(self, conversation_id: str) -> None:
        """News for the others; returns at once."""
        ...

    def start(self, hear: Callable[[str], None], hear_all: Callable[[], None]) -> None:
        """Call `hear` with each conversation that another has news of, `hear_all` when some may have been missed; both from
        a thread of its own."""
        ...


def share_news(feed: Feed, wire: Wire) -> None:
    """A page that listens here hears what another process did, and the other way round. Call it on the feed's loop."""
    loop = asyncio.get_running_loop()

    def soon(call: Callable[..., None], *arguments: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(call, *arguments)

    feed.listen(wire.tell)
    wire.start(lambda conversation_id: soon(feed.hear, conversation_id), lambda: soon(feed.hear_all))
