"""What a chat model is told: the rules, the numbered passages, the earlier turns and the question, as fenced data."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Turn
from bot.checks import CitedPassage, StatementChecks
from bot.prompt import read_prompt
from corpus import thai

NOT_FOUND = "NOT_FOUND"
PLACEHOLDERS = {
    "answer": frozenset({"not_found"}),
    "question": frozenset({"fence", "history", "not_found", "passages", "question"}),
    "repair": frozenset({"fence", "not_found", "problems"}),
}

TURNS_TOLD = 4
LONGEST_TURN = 400  # characters


@dataclass(frozen=True)
class Briefing:
    """The system message, the user's message, and the word that fences the data in it."""

    rules: str
    asked: str
    fence: str


class Prompts:
    """The texts of `prompts/`, read once. Raises PromptError if one cannot be used."""

    def __init__(self) -> None:
        self._prompts = {name: read_prompt(name, names) for name, names in PLACEHOLDERS.items()}
        self.instructions = "\n".join(prompt.text for prompt in self._prompts.values())

    def briefing(self, question: str, passages: Sequence[CitedPassage], history: Sequence[Turn]) -> Briefing:
        """What is told for one question."""
        fence = _fence(question, passages, history)
        asked = self._prompts["question"].fill(
            fence=fence,
            passages="\n\n".join(_told(cited) for cited in passages),
            history="\n".join(_told_turns(history)) or "-",
            question=_harmless(question),
            not_found=NOT_FOUND,
        )
        return Briefing(self._prompts["answer"].fill(not_found=NOT_FOUND), asked, fence)

    def repair(self, briefing: Briefing, failed: Sequence[StatementChecks]) -> str:
        """The request to put right the statements that failed, each with what was found."""
        problems = "\n".join(
            f"- {_harmless(checks.statement.text)}\n  ({'; '.join(result.found for result in checks.failures)})"
            for checks in failed
        )
        return self._prompts["repair"].fill(fence=briefing.fence, problems=problems, not_found=NOT_FOUND)


def says_not_found(text: str) -> bool:
    """Whether a reply is the one word that says that the passages do not answer."""
    return text.strip(" \n\t.\"'`*[]“”").upper().startswith(NOT_FOUND)


_BRACKETED_NUMBER = re.compile(r"[\[【［]\s*([\d,\s\-–]+)\s*[\]】］]")


def _told(cited: CitedPassage) -> str:
    head = " > ".join(_harmless(part) for part in (*cited.passage.path, cited.about) if part)
    return f"[{cited.number}] {head}\n{_harmless(cited.passage.body)}"


def _told_turns(history: Sequence[Turn]) -> Iterator[str]:
    for turn in history[-TURNS_TOLD:]:
        who = "ผู้ถาม" if turn.role == "user" else "ผู้ตอบ"
        said = " ".join(_BRACKETED_NUMBER.sub(" ", thai.clean(turn.content)).split())
        yield f"{who}: {_harmless(said)[:LONGEST_TURN]}"


def _harmless(text: str) -> str:
    """The text so that it can neither open or close a fence nor be taken for a citation mark."""
    text = thai.clean(text).replace("<<<", "‹‹‹").replace(">>>", "›››")
    return _BRACKETED_NUMBER.sub(r"(\1)", text)


def _fence(question: str, passages: Sequence[CitedPassage], history: Sequence[Turn]) -> str:
    """A word that depends on all that it encloses, so that nothing enclosed can contain it."""
    parts = [question, *(c.passage.body for c in passages), *(t.content for t in history)]
    return "ข้อมูล-" + hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:16]
