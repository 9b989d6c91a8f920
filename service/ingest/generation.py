"""Opening the generation of the index that belongs to the models in use."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, literal, select

from service.catalog.database import Database
from service.catalog.tables import Asset, Outbox
from service.index.base import Schema
from service.index.edge import EdgeIndex
from service.index.generations import Generations
from service.space_models import SpaceModels


def open_index(folder: Path, database: Database, models: SpaceModels, schema: Schema) -> EdgeIndex:
    """Open the generation of some models, and make it the current one.

    One that was not current missed what happened meanwhile: every asset goes to the
    outbox, and is put into it from the catalog.

    Raises:
        IndexUnavailable: the generation is open elsewhere, or damaged.
    """
    generations = Generations(folder)
    fresh = models.generation not in generations.names() or generations.pointer != models.generation
    index = generations.open(models.generation, schema)
    if fresh:
        with database.write() as session:
            session.execute(
                insert(Outbox).from_select(
                    ["asset_id", "operation"], select(Asset.id, literal("index"))
                )
            )
        generations.switch(models.generation)
    return index
