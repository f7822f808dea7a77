"""What people thought of the answers: one JSON line per 👍 or 👎 in `feedback.jsonl`, without who pressed it."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bot.answer import Answer


class Vote(StrEnum):
    UP = "up"
    DOWN = "down"


class Feedback:
    """Appends to the file; where one answer has several lines, its last one counts."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def record(self, answer_key: str, answer: Answer, vote: Vote | None) -> None:
        """Write the vote with the question and the answer it is about; None: nobody voted, the bot had no answer.

        Raises:
            OSError: when the file cannot be written.
        """
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "answer": answer_key,
            "vote": vote.value if vote else "",
            "question": answer.question,
            "status": answer.status.value,
            "text": answer.text,
            "passages": [citation.passage_id for citation in answer.citations],
            "release": answer.release,
            "written_by": answer.written_by,
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
