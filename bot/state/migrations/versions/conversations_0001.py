"""Exchanges of each conversation, and the draft chosen for it."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "conversations_0001"
down_revision = None
branch_labels = ("conversations",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chosen_drafts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("chosen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", "user_id", name="pk_chosen_drafts"),
    )
    op.create_table(
        "exchanges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchanges"),
    )
    op.create_index("ix_exchanges_asked_at", "exchanges", ["asked_at"])
    op.create_index(
        "ix_exchanges_chat_id_thread_id_user_id", "exchanges", ["chat_id", "thread_id", "user_id"], unique=False
    )
    op.create_index("ix_exchanges_user_id", "exchanges", ["user_id"])
