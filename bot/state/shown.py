"""Answers that stand in a chat with buttons below them, so that the buttons work, also after a restart."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, delete, insert, select, update

from bot.answer import Answer
from bot.state.database import Moment, metadata, now
from corpus.document import Audience

shown = Table(
    "shown",
    metadata,
    Column("key", String(16), primary_key=True),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("message_id", BigInteger, nullable=True),
    Column("shown_at", Moment, nullable=False, index=True),
    Column("audience", String(16), nullable=False),
    Column("answer", Text, nullable=False),
    Column("follow_ups", Text, nullable=False),
)

# Fields that a newer or older program wrote are left out or have their defaults.
_ANSWERS = TypeAdapter(Answer)


@dataclass(frozen=True)
class ShownAnswer:
    """An answer in a chat: whose it is, on which message (None: not sent yet), and for which audience it was made.

    `follow_ups` are the questions on its buttons.
    """

    key: str
    answer: Answer
    chat_id: int
    user_id: int
    audience: Audience
    follow_ups: tuple[str, ...] = ()
    message_id: int | None = None


def new_key() -> str:
    """A key for an answer that will be shown: 12 characters."""
    return secrets.token_urlsafe(9)


def add(connection: Connection, answer: ShownAnswer) -> None:
    connection.execute(
        insert(shown).values(
            key=answer.key,
            chat_id=answer.chat_id,
            user_id=answer.user_id,
            message_id=answer.message_id,
            shown_at=now(),
            audience=answer.audience.value,
            answer=_ANSWERS.dump_json(replace(answer.answer, trace=None, checks=(), notes=())).decode(),
            follow_ups=json.dumps(answer.follow_ups, ensure_ascii=False),
        )
    )


def sent(connection: Connection, key: str, message_id: int) -> None:
    """The answer was sent: its buttons hang on this message."""
    connection.execute(update(shown).where(shown.c.key == key).values(message_id=message_id))


def find(connection: Connection, key: str) -> ShownAnswer | None:
    row = connection.execute(select(shown).where(shown.c.key == key)).one_or_none()
    if row is None:
        return None
    return ShownAnswer(
        key=row.key,
        answer=_ANSWERS.validate_json(row.answer),
        chat_id=row.chat_id,
        user_id=row.user_id,
        audience=Audience(row.audience),
        follow_ups=tuple(json.loads(row.follow_ups)),
        message_id=row.message_id,
    )


def keys_of(connection: Connection, user_id: int) -> list[str]:
    """The keys of all answers shown to a person."""
    return list(connection.execute(select(shown.c.key).where(shown.c.user_id == user_id)).scalars())


def forget(connection: Connection, user_id: int) -> None:
    connection.execute(delete(shown).where(shown.c.user_id == user_id))


def prune(connection: Connection, before: datetime) -> None:
    connection.execute(delete(shown).where(shown.c.shown_at < before))
