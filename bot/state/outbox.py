"""Replies, part by part, written down before they are sent, so that a crash neither loses nor doubles one.

A handler that is run again after a crash says its replies again, in the same order. What its first run wrote down wins:
parts that were sent are not sent again, and the others are sent as they were written.

A part is *begun* in the moment before its bytes leave. After a crash a part that is not begun was surely not sent. One
that is begun but not sent may have been; `after_id` then tells where to look for it, see `bot.telegram.delivery`.
It is begun by who has its update at that moment, in one transaction, so not by a worker that was frozen meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    union_all,
    update,
)

from bot.state.database import Database, Moment, metadata, now
from bot.state.inbox import Entry, RowId, hold, inbox

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("inbox_id", RowId, ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False),
    Column("reply", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("content", Text),
    Column("state", String(8), nullable=False),
    Column("after_id", BigInteger, nullable=False, default=0),
    Column("message_id", BigInteger),
    Column("sent_at", Moment),
    UniqueConstraint("inbox_id", "reply", "part"),
    Index("ix_outbox_message", "message_id"),
)


# A handler has fewer replies than this; higher numbers are for what others say, and for what is said before the answer.
MOST_REPLIES = 500


class PartState(StrEnum):
    WAITING = "waiting"
    BEGUN = "begun"
    SENT = "sent"


@dataclass(frozen=True)
class StoredPart:
    """One message of a reply: its content as JSON (gone once it is sent), and what became of it so far."""

    id: int
    content: str
    state: PartState
    after_id: int
    message_id: int | None


class Outbox:
    """The replies to the updates in the inbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, entry: Entry, reply: int, chat_id: int, contents: Sequence[str]) -> list[StoredPart]:
        """Write down reply number `reply` to this update, or return what was written down for it before."""
        return await self._database.run(_record, entry.id, reply, chat_id, contents)

    async def begun(self, entry: Entry, part: StoredPart, after_id: int) -> None:
        """Its bytes leave now; the message will get an id above `after_id`.

        Raises:
            bot.state.inbox.TakenOverError: when another worker has the update, and sends the part.
        """
        await self._database.run(_mark_if_held, entry, part.id, state=PartState.BEGUN, after_id=after_id)

    async def not_sent(self, entry: Entry, part: StoredPart) -> None:
        """It is certain that the part did not arrive. Raises as `begun`: another worker's try may be on its way."""
        await self._database.run(_mark_if_held, entry, part.id, state=PartState.WAITING)

    async def sent(self, part: StoredPart, message_id: int | None) -> None:
        """It arrived; None: under an id that is not known."""
        await self._database.run(
            _mark, part.id, state=PartState.SENT, message_id=message_id, sent_at=now(), content=None
        )

    async def recent_messages(self, most: int) -> list[tuple[int, int]]:
        """Chat and id of the messages with the highest ids, the highest last."""
        return await self._database.run(_recent_messages, most)

    async def message_ids(self, chat_ids: tuple[int, int], after_id: int) -> set[int]:
        """The messages with ids above `after_id` that are known to be in chats from … to …, sent by us or by people."""
        return await self._database.run(_message_ids, chat_ids, after_id)


def _record(
    connection: Connection, entry_id: int, reply: int, chat_id: int, contents: Sequence[str]
) -> list[StoredPart]:
    if contents and reply < MOST_REPLIES:
        # What got as far as saying something did not kill a process: those that died with it so far are forgotten.
        connection.execute(update(inbox).where(inbox.c.id == entry_id).values(attempts=inbox.c.failures + 1))
    of_reply = select(outbox).where(outbox.c.inbox_id == entry_id, outbox.c.reply == reply).order_by(outbox.c.part)
    rows = connection.execute(of_reply).all()
    if not rows and contents:
        common = {"inbox_id": entry_id, "reply": reply, "chat_id": chat_id, "state": PartState.WAITING}
        connection.execute(insert(outbox), [common | {"part": i, "content": text} for i, text in enumerate(contents)])
        rows = connection.execute(of_reply).all()
    return [StoredPart(row.id, row.content or "", PartState(row.state), row.after_id, row.message_id) for row in rows]


def _mark_if_held(connection: Connection, /, entry: Entry, part_id: int, **values: object) -> None:
    hold(connection, entry)
    _mark(connection, part_id, **values)


def _mark(connection: Connection, /, part_id: int, **values: object) -> None:
    connection.execute(update(outbox).where(outbox.c.id == part_id).values(values))


def _message_ids(connection: Connection, chat_ids: tuple[int, int], after_id: int) -> set[int]:
    known = (
        select(table.c.message_id).where(table.c.message_id > after_id, table.c.chat_id.between(*chat_ids))
        for table in (inbox, outbox)
    )
    return set(connection.execute(union_all(*known)).scalars())


def _recent_messages(connection: Connection, most: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for table in (inbox, outbox):
        known = select(table.c.chat_id, table.c.message_id).where(table.c.message_id.isnot(None))
        newest = connection.execute(known.order_by(table.c.message_id.desc()).limit(most))
        found += [(row.chat_id, row.message_id) for row in newest if row.chat_id is not None]
    return sorted(found, key=lambda message: message[1])
