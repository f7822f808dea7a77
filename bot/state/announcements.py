"""Announcements to everybody: written, confirmed once, sent person by person, and gone on with after a restart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, insert, select, update

from bot.state import audit, people
from bot.state.audit import Act
from bot.state.database import Moment, metadata, now


class Stage(StrEnum):
    WRITTEN = "written"
    SENDING = "sending"
    DONE = "done"
    CANCELLED = "cancelled"


announcements = Table(
    "announcements",
    metadata,
    Column("key", String(16), primary_key=True),
    Column("by", BigInteger, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("reached", BigInteger, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
)


@dataclass(frozen=True)
class Announcement:
    """`reached` is the number of the person it was last sent to: people are gone through by their numbers."""

    key: str
    by: int
    text: str
    stage: Stage
    reached: int
    sent: int
    failed: int


def write(connection: Connection, key: str, by: int, text: str) -> int:
    """Write an announcement that is to be confirmed; how many people it would go to."""
    connection.execute(
        insert(announcements).values(
            key=key, by=by, written_at=now(), text=text, stage=Stage.WRITTEN.value, reached=0, sent=0, failed=0
        )
    )
    return people.count_reachable(connection)


def decide(connection: Connection, key: str, by: int, stage: Stage) -> Announcement | None:
    """Send or cancel what was written; None if that was decided before, or is not this admin's to decide."""
    mine = (announcements.c.key == key, announcements.c.by == by, announcements.c.stage == Stage.WRITTEN.value)
    if not connection.execute(update(announcements).where(*mine).values(stage=stage.value)).rowcount:
        return None
    audit.note(connection, by, Act.ANNOUNCE if stage is Stage.SENDING else Act.ANNOUNCE_CANCELLED, key)
    return _all(connection, announcements.c.key == key)[0]


def unfinished(connection: Connection) -> Sequence[Announcement]:
    """Those that were being sent when the process ended."""
    return _all(connection, announcements.c.stage == Stage.SENDING.value)


def reached(connection: Connection, key: str, before: int, user_id: int, *, sent: bool) -> bool:
    """One person more, the next after `before`, was written to, or could not be; False if another process goes on
    with the announcement."""
    column = announcements.c.sent if sent else announcements.c.failed
    ours = (announcements.c.key == key, announcements.c.reached == before)
    changed = update(announcements).where(*ours).values({"reached": user_id, column.name: column + 1})
    return bool(connection.execute(changed).rowcount)


def finish(connection: Connection, key: str) -> Announcement:
    connection.execute(update(announcements).where(announcements.c.key == key).values(stage=Stage.DONE.value))
    done = _all(connection, announcements.c.key == key)[0]
    audit.note(connection, done.by, Act.ANNOUNCE_DONE, f"{key}: sent {done.sent}, failed {done.failed}")
    return done


def _all(connection: Connection, condition: object) -> Sequence[Announcement]:
    rows = connection.execute(select(announcements).where(condition)).all()  # type: ignore[arg-type]
    return [Announcement(r.key, r.by, r.text, Stage(r.stage), r.reached, r.sent, r.failed) for r in rows]
