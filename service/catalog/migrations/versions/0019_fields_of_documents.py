"""Fields of documents, how they were found, and what was learned from corrections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "field_entry",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _asset_id(),
        sa.Column("schema", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("detail", sa.String(64), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("box", sa.JSON(), nullable=True),
        sa.Column("char_start", sa.Integer(), nullable=True),
        sa.Column("char_end", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(80), nullable=False),
    )
    op.create_index("field_entry_asset", "field_entry", ["asset_id", "until"])
    op.create_table(
        "extraction",
        _asset_id(primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recognised", sa.String(128), nullable=False),
        sa.Column("maker", sa.String(64), nullable=False),
        sa.Column("schema", sa.String(64), nullable=False),
        sa.Column("schema_by", sa.String(80), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("label_confidence", sa.Float(), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("expires", sa.String(10), nullable=True),
        sa.Column("doubt", sa.Float(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    for column in ("doubt", "expires", "schema"):
        op.create_index(f"extraction_{column}", "extraction", [column])
    op.create_table(
        "learned_rankers",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("schema", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("learned_rankers_schema", "learned_rankers", ["schema", "until"])


def downgrade() -> None:
    op.drop_table("learned_rankers")
    op.drop_table("extraction")
    op.drop_table("field_entry")


def _asset_id(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "asset_id",
        sa.String(36),
        sa.ForeignKey("asset.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )
