"""Who has written to the bot in private: the language they chose, and whether they can still be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, Boolean, Column, Connection, String, Table, delete, func, insert, select, update

from bot.state.database import Moment, metadata, now

SEEN_ANEW_AFTER = timedelta(hours=1)  # a message does not cost a write each time

people = Table(
    "people",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(8), nullable=False, default=""),
    Column("in_private", Boolean, nullable=False),
    Column("reachable", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)


@dataclass(frozen=True)
class Person:
    """`language` is empty until the person chooses one."""

    user_id: int
    language: str = ""


def meet(connection: Connection, user_id: int, *, in_private: bool) -> Person:
    """Somebody has written; in private they can be written to from now on."""
    row = connection.execute(select(people).where(people.c.user_id == user_id)).one_or_none()
    if row is None:
        connection.execute(
            insert(people).values(user_id=user_id, language="", in_private=in_private, reachable=True, seen_at=now())
        )
        return Person(user_id)
    news = in_private and not (row.in_private and row.reachable)
    if news or row.seen_at < now() - SEEN_ANEW_AFTER:
        connection.execute(
            update(people)
            .where(people.c.user_id == user_id)
            .values(in_private=row.in_private or in_private, reachable=row.reachable or in_private, seen_at=now())
        )
    return Person(user_id, row.language)


def choose_language(connection: Connection, user_id: int, language: str) -> None:
    meet(connection, user_id, in_private=False)
    connection.execute(update(people).where(people.c.user_id == user_id).values(language=language))


def cannot_be_reached(connection: Connection, user_id: int) -> None:
    """The person has blocked the bot; the next message of theirs takes that back."""
    connection.execute(update(people).where(people.c.user_id == user_id).values(reachable=False))


def count_reachable(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(people.c.in_private, people.c.reachable)).scalar_one()


def reachable_after(connection: Connection, user_id: int, most: int) -> Sequence[int]:
    """The next `most` people who can be written to, by number, after this one."""
    wanted = select(people.c.user_id).where(people.c.in_private, people.c.reachable, people.c.user_id > user_id)
    return connection.execute(wanted.order_by(people.c.user_id).limit(most)).scalars().all()


def forget(connection: Connection, user_id: int) -> None:
    connection.execute(delete(people).where(people.c.user_id == user_id))
