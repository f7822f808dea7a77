"""What a check says: its name, whether the statement passed, and what was found."""

from dataclasses import dataclass
from enum import StrEnum

from bot.answer import Statement
from corpus.document import Passage


class Check(StrEnum):
    """The checks, by what they look at."""

    CITATION = "citation"
    QUANTITY = "quantity"
    PAIRING = "pairing"
    NAME = "name"
    QUOTE = "quote"
    POLARITY = "polarity"
    COMPARISON = "comparison"
    SUPPORT = "support"
    LANGUAGE = "language"
    MARKUP = "markup"
    REPETITION = "repetition"
    ECHO = "echo"


@dataclass(frozen=True)
class CitedPassage:
    """A passage under the number by which an answer cites it; `about` is what is shown beside it (title, draft)."""

    number: int
    passage: Passage
    about: str = ""


@dataclass(frozen=True)
class CheckResult:
    """One check of one statement. `found` says in Thai what is wrong; it is empty when the check passed."""

    check: Check
    passed: bool
    found: str = ""


@dataclass(frozen=True)
class StatementChecks:
    """All checks of one statement."""

    statement: Statement
    results: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if not result.passed)
