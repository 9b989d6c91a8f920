"""The trash, and lists in the order of names, sizes and changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INDEXES = {"asset_updated": "updated_at", "asset_name": "name", "asset_size": "size"}


def upgrade() -> None:
    op.add_column("asset", sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True))
    for name, column in _INDEXES.items():
        op.create_index(name, "asset", [column, "id"])


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "asset")
    op.drop_column("asset", "trashed_at")
