"""Vocabularies, their terms, where they are in force, and proposals for terms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "vocabulary",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("revision", sa.String(36), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "vocabulary_term",
        _vocabulary(),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("vocabulary_id", "id"),
    )
    op.create_table(
        "vocabulary_collection",
        _vocabulary(),
        sa.Column(
            "collection_id",
            sa.String(36),
            sa.ForeignKey("collection.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("vocabulary_id", "collection_id"),
    )
    op.create_index(
        "ix_vocabulary_collection_collection_id", "vocabulary_collection", ["collection_id"]
    )
    op.create_table(
        "term_proposal",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("vocabulary_id", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_term_proposal_key", "term_proposal", ["key"])
    op.create_index("ix_term_proposal_state", "term_proposal", ["state"])


def _vocabulary() -> sa.Column[str]:
    return sa.Column(
        "vocabulary_id",
        sa.String(64),
        sa.ForeignKey("vocabulary.id", ondelete="CASCADE"),
        nullable=False,
    )


def downgrade() -> None:
    for table in ("term_proposal", "vocabulary_collection", "vocabulary_term", "vocabulary"):
        op.drop_table(table)
