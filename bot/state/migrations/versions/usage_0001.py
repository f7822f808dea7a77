"""What was asked, per day and in all."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "usage_0001"
down_revision = None
branch_labels = ("usage",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answered",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("took_ms", sa.Float(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(length=128), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answered"),
    )
    op.create_index("ix_answered_at", "answered", ["at"])
    op.create_table(
        "usage",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("told_questions", sa.Boolean(), nullable=False),
        sa.Column("told_tokens", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", "who", name="pk_usage"),
    )
