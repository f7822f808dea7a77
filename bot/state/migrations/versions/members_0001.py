"""Members and invitations."""

import sqlalchemy as sa
from alembic import op

from bot.state.database import Moment

revision = "members_0001"
down_revision = None
branch_labels = ("members",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_invitations"),
    )
    op.create_table(
        "members",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_members"),
    )
