"""Originals and what was made of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "variant",
        _asset("variant_id", primary_key=True),
        _asset("original_id"),
        sa.Column("how", sa.String(200), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("variant_original", "variant", ["original_id"])


def downgrade() -> None:
    op.drop_table("variant")


def _asset(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        name,
        sa.String(36),
        sa.ForeignKey("asset.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )
