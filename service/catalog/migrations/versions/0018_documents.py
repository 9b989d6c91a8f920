"""Documents: what they say, their types, and what was learned of types."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "document_facts",
        sa.Column(
            "sha256",
            sa.String(64),
            sa.ForeignKey("content.sha256", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("language_confidence", sa.Float(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("reading_s", sa.Integer(), nullable=False),
        sa.Column("summaries", sa.JSON(), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("personal", sa.JSON(), nullable=False),
        sa.Column("grades", sa.JSON(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("written_key", sa.String(64), nullable=False),
        sa.Column("written_model", sa.String(128), nullable=False),
        sa.Column("written", sa.Text(), nullable=True),
        sa.Column("written_reason", sa.Text(), nullable=True),
        sa.Column("made_at", _Time, nullable=False),
    )
    op.create_index("document_facts_written", "document_facts", ["written_key"])
    op.create_table(
        "document_label",
        sa.Column(
            "asset_id",
            sa.String(36),
            sa.ForeignKey("asset.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
    )
    op.create_index("document_label_digest", "document_label", ["digest"])
    op.create_table(
        "learned_types",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("created_at", _Time, nullable=False),
    )
    # What is there already is described in the background.
    op.execute(
        "INSERT INTO document_label (asset_id, digest, label, confidence, options) "
        "SELECT id, '', '', 0, '[]' FROM asset WHERE EXISTS (SELECT 1 FROM unit "
        "WHERE unit.sha256 = asset.sha256 AND unit.kind = 'passage')"
    )


def downgrade() -> None:
    op.drop_table("learned_types")
    op.drop_table("document_label")
    op.drop_table("document_facts")
