"""Links between duplicates, their groups, and what people decided about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "duplicate_run",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("contents", "compared", "links", "groups", "new_groups")
        ),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
    )
    op.create_index("duplicate_run_created", "duplicate_run", ["created_at"])
    op.create_table(
        "duplicate_link",
        sa.Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        _content("first"),
        _content("second"),
        sa.Column("method", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("since", _TIME, nullable=False),
    )
    op.create_index(
        "duplicate_link_pair", "duplicate_link", ["first", "second", "method"], unique=True
    )
    op.create_index("duplicate_link_second", "duplicate_link", ["second"])
    op.create_table(
        "duplicate_group",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("family", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        _content("medoid"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column(
            "kept_id", sa.String(36), sa.ForeignKey("asset.id", ondelete="SET NULL"), nullable=True
        ),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(36), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
    )
    op.create_index("duplicate_group_state", "duplicate_group", ["state", "bytes", "id"])
    op.create_index("ix_duplicate_group_medoid", "duplicate_group", ["medoid"])
    op.create_table(
        "duplicate_member",
        _group(primary_key=True),
        _content("sha256", primary_key=True),
    )
    op.create_index("duplicate_member_content", "duplicate_member", ["sha256"])
    op.create_table(
        "not_duplicates",
        _content("first", primary_key=True),
        _content("second", primary_key=True),
        _group(),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("not_duplicates_second", "not_duplicates", ["second"])
    op.create_index("not_duplicates_group", "not_duplicates", ["group_id"])
    op.create_table(
        "duplicate_merge",
        sa.Column(
            "merge_id",
            sa.String(36),
            sa.ForeignKey("merge.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        _group(),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("frees", sa.BigInteger(), nullable=False),
    )
    op.create_index("duplicate_merge_batch", "duplicate_merge", ["batch"])
    op.create_index("duplicate_merge_group", "duplicate_merge", ["group_id"])


def downgrade() -> None:
    for name in (
        "duplicate_merge",
        "not_duplicates",
        "duplicate_member",
        "duplicate_group",
        "duplicate_link",
        "duplicate_run",
    ):
        op.drop_table(name)


def _content(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        name,
        sa.String(64),
        sa.ForeignKey("content.sha256", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def _group(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "group_id",
        sa.String(36),
        sa.ForeignKey("duplicate_group.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )
