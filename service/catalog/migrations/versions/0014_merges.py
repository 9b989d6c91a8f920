"""Records that became one, and where their old ids lead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "merge",
        sa.Column("id", sa.String(36), primary_key=True),
        _asset("kept_id"),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.Column("memberships", sa.JSON(), nullable=False),
    )
    op.create_index("merge_kept", "merge", ["kept_id"])
    op.create_table(
        "asset_alias",
        sa.Column("old_id", sa.String(36), primary_key=True),
        _asset("asset_id"),
        sa.Column(
            "merge_id",
            sa.String(36),
            sa.ForeignKey("merge.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
    )
    op.create_index("asset_alias_asset", "asset_alias", ["asset_id"])
    op.create_index("asset_alias_merge", "asset_alias", ["merge_id"])


def downgrade() -> None:
    op.drop_table("asset_alias")
    op.drop_table("merge")


def _asset(name: str) -> sa.Column[str]:
    return sa.Column(
        name, sa.String(36), sa.ForeignKey("asset.id", ondelete="CASCADE"), nullable=False
    )
