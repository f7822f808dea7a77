"""Answers that stand in chats."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "shown_0001"
down_revision = None
branch_labels = ("shown",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shown",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_at", Moment, nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("follow_ups", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_shown"),
    )
    op.create_index("ix_shown_chat_id", "shown", ["chat_id"])
    op.create_index("ix_shown_shown_at", "shown", ["shown_at"])
    op.create_index("ix_shown_user_id", "shown", ["user_id"])
