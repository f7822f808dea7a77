"""What can be made to go wrong: faults that tests and developers order, and Telegram's flood limits."""

import fnmatch
import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    DELAY = "delay"  # answered, `seconds` late
    DROP = "drop"  # the connection is cut; nothing was done
    DROP_AFTER = "drop_after"  # done, but the connection is cut before the reply
    CODE = "code"  # an error reply with `code`; nothing was done


@dataclass
class Fault:
    """A fault for the next `times` calls of the methods that match `method` (`*` for any)."""

    kind: FaultKind
    method: str = "*"
    times: int = 1
    seconds: float = 0.0
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0


@dataclass
class Faults:
    """The faults that are ordered and not used up."""

    _ordered: list[Fault] = field(default_factory=list)

    def order(self, fault: Fault) -> None:
        self._ordered.append(fault)

    def clear(self) -> None:
        self._ordered.clear()

    def take(self, method: str) -> Fault | None:
        """The fault that befalls this call, if any."""
        for fault in self._ordered:
            if fnmatch.fnmatchcase(method.lower(), fault.method.lower()):
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                return fault
        return None


@dataclass(frozen=True)
class FloodLimits:
    """Telegram's published limits: about 30 messages a second in all, 20 a minute in a group, one a second in a
    private chat, where short bursts pass."""

    per_second: int = 30
    per_group_minute: int = 20
    per_private_minute: int = 60


class FloodGate:
    """Counts messages per chat and in all, and says how long to wait when there are too many."""

    def __init__(self, limits: FloodLimits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits or FloodLimits()
        self._clock = clock
        self._all: deque[float] = deque()
        self._chats: defaultdict[int, deque[float]] = defaultdict(deque)

    def wait_s(self, chat_id: int) -> int:
        """0 when the message may pass (it is then counted), else the seconds of `retry_after`."""
        now = self._clock()
        in_chat = self._limits.per_group_minute if chat_id < 0 else self._limits.per_private_minute
        waits = (
            _wait(self._all, now, self._limits.per_second, 1.0),
            _wait(self._chats[chat_id], now, in_chat, 60.0),
        )
        if max(waits) > 0:
            return max(1, math.ceil(max(waits)))
        self._all.append(now)
        self._chats[chat_id].append(now)
        return 0


def _wait(times: deque[float], now: float, most: int, window_s: float) -> float:
    while times and times[0] <= now - window_s:
        times.popleft()
    return times[0] + window_s - now if len(times) >= most else 0.0
