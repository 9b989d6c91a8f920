"""Indexes by which lists find what is rare."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COLUMNS = ("kind", "state", "status", "media_type")


def upgrade() -> None:
    for column in _COLUMNS:
        op.create_index(f"asset_{column}", "asset", [column])


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_index(f"asset_{column}", "asset")
