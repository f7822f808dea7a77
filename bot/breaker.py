"""A circuit breaker: leaves a part alone that fails again and again, and tries it once in a while."""

import threading
import time
from collections.abc import Callable

FAILURES_ALLOWED = 3
PAUSE_S = 30.0


class CircuitBreaker:
    """After three failures in a row nobody waits for the part for 30 seconds.

    After the pause one caller tries; if that fails as well, the next pause begins at once. `clock` gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._paused_until = float("-inf")

    def admit(self) -> bool:
        """Whether the caller may try; it then reports `succeeded` or `failed`."""
        with self._lock:
            if self._failures < FAILURES_ALLOWED:
                return True
            if self._clock() < self._paused_until:
                return False
            self._paused_until = self._clock() + PAUSE_S  # the others wait for this one trial
            return True

    @property
    def is_open(self) -> bool:
        """Whether the part failed too often in a row and has not succeeded since."""
        with self._lock:
            return self._failures >= FAILURES_ALLOWED

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_ALLOWED:
                self._paused_until = self._clock() + PAUSE_S

    def given_up(self) -> None:
        """The caller's trial ended without saying anything of the part: the next caller may try."""
        with self._lock:
            self._paused_until = float("-inf")
