"""What was said in each conversation, for follow-ups, and the draft that was chosen for it.

A conversation is one person in one thread of one chat, never the person alone: what is said in private must not
surface in a group. Each exchange keeps for which audience it was answered, since a reader whose role was withdrawn
must not be reminded of what they may no longer read.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from bot.answer import Turn
from bot.state.database import Moment, metadata, now
from corpus.document import Audience

EXCHANGES = 4  # as many of the latest are remembered

exchanges = Table(
    "exchanges",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("audience", String(16), nullable=False),
    Index(None, "chat_id", "thread_id", "user_id"),
)
chosen_drafts = Table(
    "chosen_drafts",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("draft", Text, nullable=False),
    Column("chosen_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class ConversationKey:
    """Whose conversation it is, and where; `thread_id` is 0 outside of topics."""

    chat_id: int
    thread_id: int
    user_id: int


@dataclass(frozen=True)
class Remembered:
    """What a conversation brings to its next question."""

    history: tuple[Turn, ...] = ()
    draft: str = ""


def recall(connection: Connection, key: ConversationKey, audience: Audience) -> Remembered:
    """The latest exchanges that this audience may be reminded of, oldest first, and the draft chosen."""
    order = list(Audience)
    allowed = [each.value for each in order[: order.index(audience) + 1]]
    latest = (
        select(exchanges)
        .where(*_is(exchanges, key), exchanges.c.audience.in_(allowed))
        .order_by(exchanges.c.id.desc())
        .limit(EXCHANGES)
    )
    turns: list[Turn] = []
    for row in reversed(connection.execute(latest).all()):
        turns += [Turn("user", row.question), Turn("assistant", row.answer)]
    draft = connection.execute(select(chosen_drafts.c.draft).where(*_is(chosen_drafts, key))).scalar_one_or_none()
    return Remembered(tuple(turns), draft or "")


def remember(connection: Connection, key: ConversationKey, question: str, answer: str, audience: Audience) -> None:
    """Add an exchange; all but the latest few of the conversation go."""
    connection.execute(
        insert(exchanges).values(
            chat_id=key.chat_id,
            thread_id=key.thread_id,
            user_id=key.user_id,
            asked_at=now(),
            question=question,
            answer=answer,
            audience=audience.value,
        )
    )
    kept = select(exchanges.c.id).where(*_is(exchanges, key)).order_by(exchanges.c.id.desc()).limit(EXCHANGES)
    connection.execute(delete(exchanges).where(*_is(exchanges, key), exchanges.c.id.not_in(kept.scalar_subquery())))


def choose_draft(connection: Connection, key: ConversationKey, draft: str) -> None:
    """Answer this conversation from one draft from now on; empty: from all."""
    connection.execute(delete(chosen_drafts).where(*_is(chosen_drafts, key)))
    if draft:
        connection.execute(
            insert(chosen_drafts).values(
                chat_id=key.chat_id, thread_id=key.thread_id, user_id=key.user_id, draft=draft, chosen_at=now()
            )
        )


def begin_anew(connection: Connection, key: ConversationKey) -> None:
    """Forget what was said in this conversation, and the draft chosen for it."""
    for table in (exchanges, chosen_drafts):
        connection.execute(delete(table).where(*_is(table, key)))


def move(connection: Connection, old_chat_id: int, new_chat_id: int) -> None:
    """A group has become a supergroup, with a new number."""
    for table in (exchanges, chosen_drafts):
        connection.execute(update(table).where(table.c.chat_id == old_chat_id).values(chat_id=new_chat_id))


def forget(connection: Connection, user_id: int) -> None:
    for table in (exchanges, chosen_drafts):
        connection.execute(delete(table).where(table.c.user_id == user_id))


def prune(connection: Connection, before: datetime) -> None:
    connection.execute(delete(exchanges).where(exchanges.c.asked_at < before))
    connection.execute(delete(chosen_drafts).where(chosen_drafts.c.chosen_at < before))


def _is(table: Table, key: ConversationKey) -> tuple[ColumnElement[bool], ...]:
    return (table.c.chat_id == key.chat_id, table.c.thread_id == key.thread_id, table.c.user_id == key.user_id)
