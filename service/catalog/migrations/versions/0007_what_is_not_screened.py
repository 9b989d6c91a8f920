"""What the access rules were not applied to yet"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UNSCREENED = sa.text("screened IS NULL OR screened <> sha256")


def upgrade() -> None:
    op.create_index(
        "asset_unscreened",
        "asset",
        ["id"],
        sqlite_where=_UNSCREENED,
        postgresql_where=_UNSCREENED,
    )


def downgrade() -> None:
    op.drop_index("asset_unscreened", "asset")
