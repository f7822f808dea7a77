"""The inbox and the outbox."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "inbox_0001"
down_revision = None
branch_labels = ("inbox",)
depends_on = None

RowId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("bot_id", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("identity", sa.String(120), nullable=False),
        sa.Column("lane", sa.String(80), nullable=False),
        sa.Column("chat_id", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("arrived_at", Moment, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("taken_by", sa.String(80)),
        sa.Column("taken_until", Moment),
        sa.Column("told_to_wait_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("error", sa.String(200)),
        sa.UniqueConstraint("bot_id", "update_id"),
        sa.UniqueConstraint("bot_id", "identity"),
    )
    op.create_index("ix_inbox_lane", "inbox", ["bot_id", "state", "lane", "update_id"])
    op.create_index("ix_inbox_ended", "inbox", ["state", "ended_at"])
    op.create_index("ix_inbox_message", "inbox", ["message_id"])
    op.create_table(
        "outbox",
        sa.Column("id", RowId, primary_key=True),
        sa.Column("inbox_id", RowId, sa.ForeignKey("inbox.id", ondelete="CASCADE"), nullable=False),
        sa.Column("reply", sa.Integer, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("after_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("sent_at", Moment),
        sa.UniqueConstraint("inbox_id", "reply", "part"),
    )
    op.create_index("ix_outbox_message", "outbox", ["message_id"])
