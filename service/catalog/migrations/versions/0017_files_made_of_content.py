"""Contact sheets of videos, and copies of them that browsers play."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_file",
        sa.Column(
            "sha256",
            sa.String(64),
            sa.ForeignKey("content.sha256", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("blob", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "kind"),
    )
    op.create_index("content_file_blob", "content_file", ["blob"])


def downgrade() -> None:
    op.drop_table("content_file")
