"""Jobs that go on after a restart: what was asked for, attempts and their reasons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("taking_in", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("arrivals", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("problems", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index("job_state", ["state"], unique=False)
    with op.batch_alter_table("job_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.drop_index("job_item_job")
        batch_op.create_index("job_item_job", ["job_id", "state", "stage"], unique=False)
        batch_op.create_index("job_item_asset", ["asset_id"], unique=False)
    # Until now the state of a job said nothing; its items do, at the next start.
    op.execute("UPDATE job SET state = 'running', finished_at = NULL")


def downgrade() -> None:

    with op.batch_alter_table("job_item", schema=None) as batch_op:
        batch_op.drop_index("job_item_asset")
        batch_op.drop_index("job_item_job")
        batch_op.create_index("job_item_job", ["job_id", "stage", "state"], unique=False)
        for name in ("reason", "not_before", "again", "deaths"):
            batch_op.drop_column(name)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("job_state")
        for name in ("problems", "arrivals", "taking_in", "request"):
            batch_op.drop_column(name)
