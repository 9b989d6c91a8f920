"""Alembic's environment: migrations run on the engine that Database hands over."""

from __future__ import annotations

from alembic import context

# Tables are known once they are imported.
import service.access.tables
import service.asked.tables
import service.collections.tables
import service.documents.tables
import service.duplicates.tables
import service.events.tables
import service.extraction.tables
import service.media.tables
import service.merging.tables
import service.records.tables
import service.sources.tables
import service.tags.tables
import service.variants.tables
import service.vocabularies.tables  # noqa: F401
from service.catalog.tables import Base

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite changes a column by copying its table.
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
