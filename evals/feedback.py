"""Questions that people were not helped with, as draft cases: 👎, and what the bot said is not in the documents.

The drafts are no cases yet: a person writes the right answer and its evidence, takes the tag `draft` away and signs.
Reads the lines that `bot.telegram.feedback` writes; where one answer has several lines, its last one counts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.answer import AnswerStatus
from bot.personal import masked
from evals.cases import DRAFT, Case, Problem, SetError, decoded
from evals.matching import comparable

UNANSWERED = frozenset({AnswerStatus.NOT_IN_PLAN, AnswerStatus.CLARIFY})
LONGEST_ANSWER = 300  # characters of the bot's answer that a draft's note tells


@dataclass
class _Asked:
    """One question and what became of it, each time it was asked."""

    question: str
    down: int = 0
    unanswered: int = 0
    first: str = ""
    last: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    """The drafts, the questions left out because a set asks them already, and the lines that could not be read."""

    drafts: tuple[Case, ...]
    known: int
    problems: tuple[Problem, ...]


def drafts(path: Path, known: Sequence[Case] = ()) -> Imported:
    """Draft cases from a feedback file: the most often asked first, each question once, personal numbers masked.

    Raises:
        SetError: if there is no such file, or it is no UTF-8 text.
    """
    if not path.is_file():
        raise SetError([Problem(str(path), 0, "", "ไม่พบไฟล์ความเห็น (no such feedback file)")])
    lines, problems = _last_lines(path)
    asked = _by_question(lines)
    before = {comparable(case.question) for case in known}
    new = [one for key, one in asked.items() if key not in before]
    new.sort(key=lambda one: (-one.down - one.unanswered, one.first))
    return Imported(tuple(_draft(one) for one in new), len(asked) - len(new), tuple(problems))


def _last_lines(path: Path) -> tuple[list[dict[str, Any]], list[Problem]]:
    """The last line of each answer, in the order of the file."""
    by_answer: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for number, text in enumerate(decoded(path).split("\n"), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            answer, _ = str(line["answer"]), AnswerStatus(line["status"])
            if not isinstance(line["question"], str) or not isinstance(line["vote"], str):
                raise TypeError("question, vote")
        except (ValueError, KeyError, TypeError) as error:
            message = f"อ่านบรรทัดนี้ไม่ได้ จึงข้ามไป ({type(error).__name__}: {error})"
            problems.append(Problem(path.name, number, "", message))
            continue
        by_answer.pop(answer, None)
        by_answer[answer] = line
    return list(by_answer.values()), problems


def _by_question(lines: Iterable[Mapping[str, Any]]) -> dict[str, _Asked]:
    asked: dict[str, _Asked] = {}
    for line in lines:
        down, unanswered = line["vote"] == "down", AnswerStatus(line["status"]) in UNANSWERED
        question = masked(line["question"]).strip()
        if not (down or unanswered) or not comparable(question):
            continue
        one = asked.setdefault(comparable(question), _Asked(question, first=str(line.get("time", ""))))
        one.down += down
        one.unanswered += unanswered
        one.last = dict(line)
    return asked


def _draft(asked: _Asked) -> Case:
    said = " ".join(masked(str(asked.last.get("text", ""))).split())
    note = (
        f"👎 {asked.down} ครั้ง ไม่ได้คำตอบ {asked.unanswered} ครั้ง; ครั้งล่าสุดได้สถานะ {asked.last['status']} "
        f"รุ่น {asked.last.get('release') or '-'}: {said[:LONGEST_ANSWER]}"
    )
    draft = {
        "id": f"fb-{hashlib.sha256(comparable(asked.question).encode()).hexdigest()[:10]}",
        "question": asked.question,
        "tags": [DRAFT, "feedback"],
        "author": "feedback",
        "date": asked.first[:10],
        "note": note,
    }
    return Case.model_validate(draft)
