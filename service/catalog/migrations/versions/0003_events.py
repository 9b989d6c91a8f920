"""Events: who changed what"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REFUSAL = "Events are never changed or removed."

_KEPT = ("id", "at", "actor", "kind", "asset_id", "subject_kind", "subject_id", "batch_id")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asset_id", sa.String(length=36), nullable=True),
        sa.Column("subject_kind", sa.String(length=16), nullable=True),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("event_asset", "event", ["asset_id", "id"])
    op.create_index("event_actor", "event", ["actor", "id"])
    op.create_index("event_kind", "event", ["kind", "id"])
    op.create_index("event_at", "event", ["at"])
    op.create_index("event_batch", "event", ["batch_id"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    kept = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _KEPT)
    op.execute(
        "CREATE TRIGGER event_stays BEFORE DELETE ON event "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )
    op.execute(
        "CREATE TRIGGER event_unchanged BEFORE UPDATE ON event "
        f'WHEN NOT ({kept} AND NEW."before" IS NULL AND NEW."after" IS NULL) '
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )
    # REPLACE removes a row without asking the trigger above.
    op.execute(
        "CREATE TRIGGER event_new BEFORE INSERT ON event "
        "WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'Events are never changed or removed.'); END"
    )


def _guard_postgresql() -> None:
    kept = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in _KEPT)
    op.execute(
        "CREATE FUNCTION event_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND {kept} "
        'AND NEW."before" IS NULL AND NEW."after" IS NULL THEN RETURN NEW; END IF; '
        f"RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON event "
        "FOR EACH ROW EXECUTE FUNCTION event_guard()"
    )
    op.execute(
        "CREATE TRIGGER event_kept BEFORE TRUNCATE ON event "
        "FOR EACH STATEMENT EXECUTE FUNCTION event_guard()"
    )


def downgrade() -> None:
    op.drop_table("event")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION event_guard()")
