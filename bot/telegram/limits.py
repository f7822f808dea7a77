"""How much may be asked: messages a minute and a day, for each person and in all.

Minutes are counted in this process by a clock that never jumps; days are counted in the database (`bot.state.usage`),
in Thai days, so that they hold over restarts and over several processes. None is no limit; 0 lets nobody ask.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.state.usage import Usage
from bot.telegram import sentences
from bot.telegram.language import Sentence

MINUTE_S = 60.0
MOST_PEOPLE = 10_000  # whose minutes are remembered; the one unheard of for longest goes first


@dataclass(frozen=True)
class Limits:
    """The settings `LIMIT_…`; None is no limit."""

    user_per_minute: int | None = None
    user_per_day: int | None = None
    all_per_minute: int | None = None
    all_per_day: int | None = None
    user_tokens_per_day: int | None = None
    all_tokens_per_day: int | None = None


@dataclass(frozen=True)
class Refused:
    """A message that may not be answered, and the sentence for it; None where the person was told already."""

    sentence: Sentence | None
    limit: int


class MinuteLimits:
    """Messages of the last minute, of each person and of all. Not for several threads."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._all: deque[float] = deque()
        self._people: OrderedDict[int, deque[float]] = OrderedDict()
        self._told: dict[int, float] = {}

    def take(self, user_id: int) -> Refused | None:
        """Count a message; what is refused is not counted, so that waiting helps."""
        now = self._clock()
        mine = self._people.setdefault(user_id, deque())
        self._people.move_to_end(user_id)
        if len(self._people) > MOST_PEOPLE:
            self._people.popitem(last=False)
        for times in (mine, self._all):
            while times and times[0] <= now - MINUTE_S:
                times.popleft()
        for times, limit, sentence in (
            (mine, self._limits.user_per_minute, sentences.LIMIT_USER_MINUTE),
            (self._all, self._limits.all_per_minute, sentences.LIMIT_ALL_MINUTE),
        ):
            if limit is not None and len(times) >= limit:
                return Refused(_told(sentence, limit) if self._tell(user_id, now) else None, limit)
        mine.append(now)
        self._all.append(now)
        return None

    def _tell(self, user_id: int, now: float) -> bool:
        """Whether to say it: once a minute to each person."""
        self._told = {person: at for person, at in self._told.items() if at > now - MINUTE_S}
        if user_id in self._told:
            return False
        self._told[user_id] = now
        return True


def _told(sentence: Sentence, limit: int) -> Sentence:
    """How a limit is told: where nothing is allowed, waiting does not help."""
    return sentence if limit else sentences.LIMIT_NONE


def refused_for_the_day(limits: Limits, used: Usage) -> Refused | None:
    """Whether a question that was just counted is one too many today; told at the first that is."""
    for count, limit, sentence in (
        (used.user_questions, limits.user_per_day, sentences.LIMIT_USER_DAY),
        (used.all_questions, limits.all_per_day, sentences.LIMIT_ALL_DAY),
    ):
        if limit is not None and count > limit:
            return Refused(None if used.told_questions else _told(sentence, limit), limit)
    return None


def tokens_used_up(limits: Limits, used: Usage) -> Sentence | None:
    """Why the chat model may not be asked today; None if it may."""
    if limits.user_tokens_per_day is not None and used.user_tokens >= limits.user_tokens_per_day:
        return sentences.LIMIT_USER_TOKENS
    if limits.all_tokens_per_day is not None and used.all_tokens >= limits.all_tokens_per_day:
        return sentences.LIMIT_ALL_TOKENS
    return None
