"""The answer and its proof, as every door (shell, Telegram, evals) receives it."""

from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any


class Trouble(StrEnum):
    """What does not work while answers are given without it."""

    MODEL_FAILS = "model"
    RELEASE_REFUSED = "release"


class AnswerStatus(StrEnum):
    """How a question ended. A refusal is a status, not an exception."""

    ANSWERED = "ANSWERED"
    PARTIAL = "PARTIAL"
    CLARIFY = "CLARIFY"
    NOT_IN_PLAN = "NOT_IN_PLAN"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    SMALL_TALK = "SMALL_TALK"
    INVALID = "INVALID"

    @property
    def carries_citations(self) -> bool:
        return self in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)


@dataclass(frozen=True)
class Citation:
    """Where a statement stands. `quote` is the words relied on, verbatim; `text` the whole passage.

    `page` is the physical page, from 1; `page_label` what is printed on it, if anything. `ocr` tells that the
    passage was recognised from a picture and may hold mistakes.
    """

    n: int
    passage_id: str
    document_id: str
    title: str
    draft: str
    date: str
    section: str
    page: int | None
    quote: str
    text: str
    page_label: str = ""
    ocr: bool = False


@dataclass(frozen=True)
class CitedText:
    """A citation as the live release has it, with the texts before and after it in its section, empty at its ends."""

    citation: Citation
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Statement:
    """One statement of an answer (without marks) and the numbers of the citations it stands on."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True)
class FoundPassage:
    """A passage that the search proposed, with its score, 0 to 1."""

    passage_id: str
    title: str
    section: str
    score: float
    text: str


@dataclass(frozen=True)
class Checked:
    """One check of one statement, sent or left out; `found` says in Thai what was wrong, empty where it passed."""

    name: str
    passed: bool
    found: str = ""
    statement: str = ""


@dataclass(frozen=True)
class Trace:
    """How an answer came about, for people who test the bot: the question as read, what was found, what was checked."""

    asked: str = ""
    hits: tuple[FoundPassage, ...] = ()
    checks: tuple[Checked, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What is said to a person. `text` is plain, with [n] marks; `statements` is the same, in parts.

    `nearest` names documents that come close when the status is NOT_IN_PLAN. `timings_ms` is by stage.
    `written_by` is "extractive" or the chat model's name; `confidence`, 0 to 1, is how likely the documents answer the
    question; `notes` tells what happened on the way (a fallback, say). `tokens` is what a chat model used, by kind, and
    `cost` what that costs by the prices of the settings (None without them). `checks` are those of every statement,
    the ones left out among them. `suggestions` are questions that the person may have meant instead, each whole, as it
    is asked when chosen. `trace` is for testers and no part of the answer object.
    """

    question: str
    status: AnswerStatus
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    release: str = ""
    written_by: str = "extractive"
    confidence: float = 0.0
    notes: tuple[str, ...] = ()
    tokens: dict[str, int] = field(default_factory=dict)
    cost: float | None = None
    checks: tuple[Checked, ...] = ()
    suggestions: tuple[str, ...] = ()
    trace: Trace | None = field(default=None, compare=False, repr=False)

    def as_json(self, question_id: str = "") -> dict[str, Any]:
        """The answer object of `python -m bot ask --json` (DESIGN: names stay stable)."""
        fields = asdict(replace(self, trace=None))
        del fields["trace"]
        return {"id": question_id, **fields}


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation; `role` is "user" or "assistant"."""

    role: str
    content: str
