"""Announcements and how far they have got."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "announcements_0001"
down_revision = None
branch_labels = ("announcements",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_announcements"),
    )
