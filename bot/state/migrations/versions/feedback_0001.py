"""Votes, reasons, and questions without an answer."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "feedback_0001"
down_revision = None
branch_labels = ("feedback",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("answer_key", sa.String(length=16), nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.Column("vote", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("answer_key", name="pk_feedback"),
    )
    op.create_index("ix_feedback_given_at", "feedback", ["given_at"])
