"""Button presses of late."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "presses_0001"
down_revision = None
branch_labels = ("presses",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presses",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("button", sa.String(length=64), nullable=False),
        sa.Column("press_id", sa.String(length=64), nullable=False),
        sa.Column("pressed_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", "user_id", "button", name="pk_presses"),
    )
    op.create_index("ix_presses_pressed_at", "presses", ["pressed_at"])
