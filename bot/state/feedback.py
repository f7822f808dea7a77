"""What people thought of the answers, and which questions had none: without who asked, for eval sets.

`export` writes the lines that `python -m evals import-feedback` reads; see `evals/feedback.py` for their fields.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, String, Table, Text, delete, func, insert, select, update

from bot.answer import Answer, AnswerStatus
from bot.state.database import Moment, metadata, now

UNANSWERED = (AnswerStatus.NOT_IN_PLAN, AnswerStatus.CLARIFY)


class Vote(StrEnum):
    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """Why an answer was voted down."""

    WRONG = "wrong"
    INCOMPLETE = "incomplete"
    OFF = "off"
    OTHER = "other"


feedback = Table(
    "feedback",
    metadata,
    Column("answer_key", String(16), primary_key=True),
    Column("given_at", Moment, nullable=False, index=True),
    Column("vote", String(8), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("question", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("passages", Text, nullable=False),
    Column("release", String(64), nullable=False),
    Column("written_by", String(128), nullable=False),
)


def keep(connection: Connection, answer_key: str, answer: Answer, vote: Vote | None = None) -> bool:
    """Keep the question and its answer, with the vote if there is one; whether anything changed.

    Another vote for the same answer replaces the first and its reason.
    """
    known = connection.execute(select(feedback.c.vote).where(feedback.c.answer_key == answer_key)).scalar_one_or_none()
    given = vote.value if vote else ""
    if known is not None:
        if known == given:
            return False
        connection.execute(
            update(feedback).where(feedback.c.answer_key == answer_key).values(vote=given, reason="", given_at=now())
        )
        return True
    connection.execute(
        insert(feedback).values(
            answer_key=answer_key,
            given_at=now(),
            vote=given,
            reason="",
            question=answer.question,
            status=answer.status.value,
            text=answer.text,
            passages=json.dumps([citation.passage_id for citation in answer.citations]),
            release=answer.release,
            written_by=answer.written_by,
        )
    )
    return True


def give_reason(connection: Connection, answer_key: str, reason: Reason) -> bool:
    """Say why it was voted down, once; whether it was taken."""
    return bool(
        connection.execute(
            update(feedback)
            .where(feedback.c.answer_key == answer_key, feedback.c.vote == Vote.DOWN.value, feedback.c.reason == "")
            .values(reason=reason.value)
        ).rowcount
    )


def export(connection: Connection) -> Iterator[dict[str, Any]]:
    """All that was kept, oldest first, as the lines of a feedback file."""
    for row in connection.execute(select(feedback).order_by(feedback.c.given_at)):
        yield {
            "time": row.given_at.isoformat(timespec="seconds"),
            "answer": row.answer_key,
            "vote": row.vote,
            "reason": row.reason,
            "question": row.question,
            "status": row.status,
            "text": row.text,
            "passages": json.loads(row.passages),
            "release": row.release,
            "written_by": row.written_by,
        }


def write_export(connection: Connection, path: Path) -> int:
    """Write all that was kept to a file, whole or not at all; returns the number of lines.

    Raises:
        OSError: when the file cannot be written.
    """
    lines = [json.dumps(line, ensure_ascii=False) + "\n" for line in export(connection)]
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("".join(lines), encoding="utf-8")
    beside.replace(path)
    return len(lines)


def votes_since(connection: Connection, since: datetime) -> dict[str, int]:
    """Vote → how many, and reason → how many."""
    given = feedback.c.given_at >= since
    counts: dict[str, int] = {}
    for column in (feedback.c.vote, feedback.c.reason):
        counted = select(column, func.count()).where(given, column != "").group_by(column)
        counts |= {name: int(count) for name, count in connection.execute(counted)}
    return counts


def top_unanswered(connection: Connection, since: datetime, most: int) -> Sequence[tuple[str, int]]:
    """The questions without an answer that were asked most often, and how often."""
    counted = (
        select(feedback.c.question, func.count().label("times"))
        .where(feedback.c.given_at >= since, feedback.c.status.in_([s.value for s in UNANSWERED]))
        .group_by(feedback.c.question)
        .order_by(func.count().desc(), func.max(feedback.c.given_at).desc())
        .limit(most)
    )
    return [(row.question, int(row.times)) for row in connection.execute(counted)]


def forget(connection: Connection, answer_keys: Sequence[str]) -> None:
    """Delete what was kept of these answers."""
    for start in range(0, len(answer_keys), 500):
        connection.execute(delete(feedback).where(feedback.c.answer_key.in_(answer_keys[start : start + 500])))


def prune(connection: Connection, before: datetime) -> None:
    connection.execute(delete(feedback).where(feedback.c.given_at < before))
