"""Whether the question of an update has been counted."""

import sqlalchemy as sa
from alembic import op

revision = "inbox_0003"
down_revision = "inbox_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("counted", sa.Boolean(), server_default=sa.false(), nullable=False))
