"""What admins did and when. Lines are only ever added; people are named by their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, insert, select

from bot.state.database import Moment, metadata, now


class Act(StrEnum):
    INVITE = "invite"
    JOIN = "join"
    REVOKE = "revoke"
    MEMBERS = "members"
    STATS = "stats"
    AUDIT = "audit"
    ANNOUNCE = "announce"
    ANNOUNCE_CANCELLED = "announce cancelled"
    ANNOUNCE_DONE = "announce done"


audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", BigInteger, nullable=False),
    Column("act", String(32), nullable=False),
    Column("about", Text, nullable=False),
)


@dataclass(frozen=True)
class Entry:
    at: datetime
    by: int
    act: str
    about: str


def note(connection: Connection, by: int, act: Act, about: str = "") -> None:
    """`by` did `act`; in the same transaction as the act itself, so that neither stands without the other."""
    connection.execute(insert(audit).values(at=now(), by=by, act=act.value, about=about))


def latest(connection: Connection, by: int, most: int) -> Sequence[Entry]:
    """The latest entries, newest first; the look of `by` is noted after them."""
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(most)).all()
    note(connection, by, Act.AUDIT)
    return [Entry(row.at, row.by, row.act, row.about) for row in rows]
