"""Tags of assets, the runs that changed them, names of terms, and lessons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_STANDS = sa.text("until IS NULL")
_AGAIN = sa.text("digest = ''")


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column(
            "asset_id", sa.String(36), sa.ForeignKey("asset.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("vocabulary", sa.String(64), nullable=False),
        sa.Column("term", sa.String(100), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("model", sa.String(160), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=True),
        sa.Column("ended_by", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tag_asset", "tag", ["asset_id"])
    _stands("tag_stands", "tag", ["asset_id", "vocabulary", "term"], unique=True)
    _stands("tag_term", "tag", ["vocabulary", "term", "state", "asset_id"])
    op.create_index("tag_run_id", "tag", ["run_id"])
    op.create_index("tag_ended_by", "tag", ["ended_by"])
    op.create_table(
        "tag_run",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("started_by", sa.String(80), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("assets", sa.Integer(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("undone_by", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tag_run_started", "tag_run", ["started_at", "id"])
    op.create_table(
        "tag_state",
        sa.Column(
            "asset_id", sa.String(36), sa.ForeignKey("asset.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id"),
    )
    op.create_index(
        "tag_state_again",
        "tag_state",
        ["asset_id"],
        sqlite_where=_AGAIN,
        postgresql_where=_AGAIN,
    )
    op.create_table(
        "tag_name",
        sa.Column("vocabulary", sa.String(64), nullable=False),
        sa.Column("term", sa.String(100), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("folded", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("is_label", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("vocabulary", "term", "language", "folded"),
    )
    op.create_index("tag_name_folded", "tag_name", ["folded", "vocabulary", "term"])
    op.create_table(
        "term_lesson",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("vocabulary", sa.String(64), nullable=False),
        sa.Column("term", sa.String(100), nullable=False),
        sa.Column("model", sa.String(128), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("bias", sa.Float(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=True),
        sa.Column("ended_by", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _stands("term_lesson_stands", "term_lesson", ["vocabulary", "term", "model"], unique=True)


def downgrade() -> None:
    for name in ("term_lesson", "tag_name", "tag_state", "tag_run", "tag"):
        op.drop_table(name)


def _stands(name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=_STANDS, postgresql_where=_STANDS
    )
