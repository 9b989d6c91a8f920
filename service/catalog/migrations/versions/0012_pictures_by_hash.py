"""Indexes by which a purge finds whether somebody else has a picture."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("unit_thumbnail", "unit", ["thumbnail"])
    op.create_index("content_thumbnail", "content", ["thumbnail"])


def downgrade() -> None:
    op.drop_index("content_thumbnail", "content")
    op.drop_index("unit_thumbnail", "unit")
