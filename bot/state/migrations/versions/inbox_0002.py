"""Whether the answer to an update is to be stopped."""

import sqlalchemy as sa
from alembic import op

revision = "inbox_0002"
down_revision = "inbox_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("stop_asked", sa.Boolean(), server_default=sa.false(), nullable=False))
