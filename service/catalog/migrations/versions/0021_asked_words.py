"""Words that people ask for, by day and by sessions that nobody can trace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_word",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("session", sa.String(16), nullable=False),
        sa.Column("word", sa.String(80), nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "session", "word"),
    )
    op.create_index("asked_word_word", "asked_word", ["word", "week", "session"])
    op.create_table(
        "asked_key",
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("week"),
    )


def downgrade() -> None:
    op.drop_table("asked_key")
    op.drop_table("asked_word")
