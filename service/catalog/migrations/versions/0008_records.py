"""Records: what is said of each asset, with history, and terms to select by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_Time = sa.DateTime(timezone=True)


def _asset_id() -> sa.Column[str]:
    return sa.Column(
        "asset_id", sa.String(36), sa.ForeignKey("asset.id", ondelete="CASCADE"), nullable=False
    )


def upgrade() -> None:
    op.create_table(
        "record_entry",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _asset_id(),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("since", _Time, nullable=False),
        sa.Column("until", _Time, nullable=True),
        sa.Column("batch_id", sa.String(36), nullable=True),
        sa.Column("ended_by", sa.String(36), nullable=True),
    )
    op.create_index("record_entry_asset", "record_entry", ["asset_id", "until"])
    op.create_index("record_entry_batch", "record_entry", ["batch_id"])
    op.create_index("record_entry_ended", "record_entry", ["ended_by"])
    op.create_table(
        "record_term",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _asset_id(),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
    )
    op.create_index("record_term_text", "record_term", ["name", "text", "asset_id"])
    op.create_index("record_term_number", "record_term", ["name", "number", "asset_id"])
    op.create_index("record_term_asset", "record_term", ["asset_id"])
    op.create_table(
        "derived_state",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("done_to", sa.String(36), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("derived_state")
    op.drop_table("record_term")
    op.drop_table("record_entry")
