"""Collections, status, people, and who sees what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ASSET_COLUMNS = ("status", "hold", "restricted", "screened")
_TABLES = (
    "applied_rules",
    "rule_placement",
    "asset_access",
    "collection_audience",
    "collection_group",
    "collection_member",
    "collection",
    "api_key",
    "user_group",
    "user_account",
    "access_group",
)


def upgrade() -> None:
    # Columns are added in place: copying a table would take what refers to it along.
    op.add_column(
        "asset", sa.Column("status", sa.String(16), nullable=False, server_default="draft")
    )
    for name in ("hold", "restricted"):
        op.add_column(
            "asset", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("asset", sa.Column("screened", sa.String(64), nullable=True))
    # Until now everything could be seen that was read.
    op.execute("UPDATE asset SET screened = sha256 WHERE state <> 'queued'")
    op.add_column(
        "job", sa.Column("started_by", sa.String(36), nullable=False, server_default="owner")
    )
    _people()
    _collections()
    op.create_table(
        "asset_access",
        _owned("asset_id", "asset.id", length=36),
        _group(),
        sa.PrimaryKeyConstraint("asset_id", "group_name"),
    )
    op.create_index("asset_access_group", "asset_access", ["group_name", "asset_id"])
    op.create_table(
        "rule_placement",
        _owned("asset_id", "asset.id", length=36),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "rule", "sha256"),
    )
    op.create_table(
        "applied_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _people() -> None:
    op.create_table(
        "access_group",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "user_group",
        _owned("user_id", "user_account.id", length=36),
        _group(),
        sa.PrimaryKeyConstraint("user_id", "group_name"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], ondelete="CASCADE"),
    )


def _collections() -> None:
    op.create_table(
        "collection",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("parent_id", sa.String(36), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["parent_id"], ["collection.id"]),
    )
    op.create_index("collection_parent", "collection", ["parent_id"])
    op.create_table(
        "collection_member",
        _owned("collection_id", "collection.id", length=36),
        _owned("asset_id", "asset.id", length=36),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("collection_id", "asset_id"),
    )
    op.create_index("collection_member_asset", "collection_member", ["asset_id"])
    for table in ("collection_group", "collection_audience"):
        op.create_table(
            table,
            _owned("collection_id", "collection.id", length=36),
            _group(),
            sa.PrimaryKeyConstraint("collection_id", "group_name"),
        )
    op.create_index("collection_audience_group", "collection_audience", ["group_name"])


def _owned(name: str, owner: str, *, length: int) -> sa.Column[str]:
    return sa.Column(
        name, sa.String(length), sa.ForeignKey(owner, ondelete="CASCADE"), nullable=False
    )


def _group() -> sa.Column[str]:
    return sa.Column(
        "group_name", sa.String(64), sa.ForeignKey("access_group.name"), nullable=False
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("job", "started_by")
    for name in reversed(_ASSET_COLUMNS):
        op.drop_column("asset", name)
