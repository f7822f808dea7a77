"""An event loop in a thread of its own, so that threads can wait for network work and really end it."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for
from typing import Any, TypeVar

T = TypeVar("T")

LOOK_EVERY_S = 0.05


class Stopped(Exception):
    """The caller no longer wants the result; the work was ended."""


class LoopThread:
    """Runs coroutines for other threads. The loop is in a daemon thread, begun when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(
        self,
        work: Coroutine[Any, Any, T],
        timeout_s: float,
        stop: threading.Event | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> T:
        """The result of `work`. `meanwhile` is called in this thread, every twentieth of a second.

        Raises:
            TimeoutError: after `timeout_s` seconds; the work is cancelled.
            Stopped: as soon as `stop` is set; the work is cancelled.
        """
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._running())
        ends = time.monotonic() + timeout_s
        try:
            while not future.done():
                if stop is not None and stop.is_set():
                    raise Stopped
                if (left := ends - time.monotonic()) <= 0:
                    raise TimeoutError
                wait_for([future], min(left, LOOK_EVERY_S))
                meanwhile()
            return future.result()
        except CancelledError:
            raise TimeoutError from None
        finally:
            future.cancel()

    def stop(self) -> None:
        """End the loop and all work on it. A later `run` begins another."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name="chat-model", daemon=True)
                self._thread.start()
            return self._loop


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(_finish(left))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


async def _finish(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)
