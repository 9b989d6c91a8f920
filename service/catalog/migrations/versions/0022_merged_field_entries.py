"""Which merge carried what a person said of a field to another record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("field_entry", sa.Column("merge_id", sa.String(36), nullable=True))


def downgrade() -> None:
    op.drop_column("field_entry", "merge_id")
