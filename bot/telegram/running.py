"""Answers in the making, so that /stop and the button below a growing answer can end them."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from bot.state.conversations import ConversationKey


class Stop:
    """Set once, from the event loop: tells the thread that answers (`thread`) and the handler that waits (`loop`)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.thread = threading.Event()
        self.loop = asyncio.Event()

    def set(self) -> None:
        self.thread.set()
        self.loop.set()


class Running:
    """The answers in the making, by conversation. Each has the name of the update that asks for it, which is the same
    after a restart, so that the button of an answer that was begun before still stops it."""

    def __init__(self) -> None:
        self._stops: dict[ConversationKey, list[Stop]] = {}

    @contextlib.contextmanager
    def one(self, key: ConversationKey, name: str) -> Iterator[Stop]:
        """An answer is in the making within the block."""
        stop = Stop(name)
        self._stops.setdefault(key, []).append(stop)
        try:
            yield stop
        finally:
            self._stops[key].remove(stop)
            if not self._stops[key]:
                del self._stops[key]

    def stop_named(self, name: str) -> None:
        """Stop the answer of this name, if it is in the making here."""
        for key in list(self._stops):
            self.stop(key, name)

    def stop(self, key: ConversationKey, name: str = "") -> bool:
        """Stop what is in the making in a conversation, or only what has this name; whether there was anything."""
        stops = [stop for stop in self._stops.get(key, []) if name in ("", stop.name)]
        for stop in stops:
            stop.set()
        return bool(stops)
