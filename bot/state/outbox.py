"""Replies, part by part, written down before they are sent, so that a crash neither loses nor doubles one."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from bot.state.database import Moment, metadata
from bot.state.inbox import RowId

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("inbox_id", RowId, ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False),
    Column("reply", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("content", Text),
    Column("state", String(8), nullable=False),
    Column("after_id", BigInteger, nullable=False, default=0),
    Column("message_id", BigInteger),
    Column("sent_at", Moment),
    UniqueConstraint("inbox_id", "reply", "part"),
)
