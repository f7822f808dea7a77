"""Updates as they came from Telegram, and how far each has got. What is in here is answered, whatever happens."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from bot.state.database import Moment, metadata

# SQLite counts rows up by itself only in a column of exactly this type.
RowId = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("identity", String(120), nullable=False),
    Column("lane", String(80), nullable=False),
    Column("payload", Text, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("state", String(8), nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("taken_by", String(80)),
    Column("taken_until", Moment),
    Column("told_to_wait_at", Moment),
    Column("ended_at", Moment),
    Column("error", String(200)),
    UniqueConstraint("bot_id", "update_id"),
    UniqueConstraint("bot_id", "identity"),
    Index("ix_inbox_lane", "bot_id", "state", "lane", "update_id"),
    Index("ix_inbox_ended", "state", "ended_at"),
)
