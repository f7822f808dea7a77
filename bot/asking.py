"""One message on its way to an answer: what was asked, by whom, and what was noted on the way."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.answer import Checked, Turn
from bot.checks import StatementChecks
from bot.drafts import Drafts
from bot.library import Library
from corpus.document import Audience


class Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round(self.laps.get(stage, 0.0) + (now - self._last) * 1000, 2)
        self._last = now


@dataclass
class Asking:
    """A message, the chat's earlier turns, its reader, and the record of the work on it.

    `draft` is the label of the draft that the chat is set to; empty means the newest.
    """

    library: Library
    question: str
    history: tuple[Turn, ...] = ()
    audience: Audience = Audience.PUBLIC
    draft: str = ""
    clock: Clock = field(default_factory=Clock)
    notes: list[str] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)
    cost: float | None = None

    @property
    def drafts_seen(self) -> Drafts:
        """The drafts that this reader may see."""
        return self.library.drafts[self.audience]

    def note(self, text: str) -> None:
        """Keep a remark for the answer, once: one question may be searched in several readings."""
        if text not in self.notes:
            self.notes.append(text)

    def looked_at(self, checks: Iterable[StatementChecks]) -> None:
        """Note the outcome of each check of some statements."""
        self.checked += [
            Checked(str(result.check), result.passed, result.found, each.statement.text)
            for each in checks
            for result in each.results
        ]
