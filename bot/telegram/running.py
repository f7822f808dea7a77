"""Answers in the making, so that /stop can end them."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from bot.state.conversations import ConversationKey


class Stop:
    """Set once, from the event loop: tells the thread that answers (`thread`) and the handler that waits (`loop`)."""

    def __init__(self) -> None:
        self.thread = threading.Event()
        self.loop = asyncio.Event()

    def set(self) -> None:
        self.thread.set()
        self.loop.set()


class Running:
    """The answers in the making, by conversation."""

    def __init__(self) -> None:
        self._stops: dict[ConversationKey, list[Stop]] = {}

    @contextlib.contextmanager
    def one(self, key: ConversationKey) -> Iterator[Stop]:
        """An answer is in the making within the block."""
        stop = Stop()
        self._stops.setdefault(key, []).append(stop)
        try:
            yield stop
        finally:
            self._stops[key].remove(stop)
            if not self._stops[key]:
                del self._stops[key]

    def stop(self, key: ConversationKey) -> bool:
        """Stop what is in the making in a conversation; whether there was anything."""
        stops = self._stops.get(key, [])
        for stop in stops:
            stop.set()
        return bool(stops)
