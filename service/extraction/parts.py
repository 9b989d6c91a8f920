"""What finding and keeping fields takes, put together once for a home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.documents.types.labels import Label
from pipelines.pool import ReaderPool
from service.blobs import BlobStore
from service.catalog.database import Database
from service.documents.reading import DocumentReader
from service.extraction.extractor import Extractor
from service.extraction.finder import FieldFinder
from service.extraction.keeper import ExtractionKeeper
from service.extraction.rankers import RankerShelf
from service.extraction.schema_set import load_schemas
from service.generations.in_use import ModelsInUse
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class ExtractionParts:
    """What the fields of a home are found with.

    Attributes:
        reader: reads files that do not enter the catalog.
        wake: tells the keeper that there is something to do.
    """

    finder: FieldFinder
    extractor: Extractor
    shelf: RankerShelf
    reader: DocumentReader
    wake: Callable[[], None]


def put_together(
    settings: Settings,
    folder: Path,
    database: Database,
    blobs: BlobStore,
    pool: ReaderPool,
    models: ModelsInUse,
    reader: DocumentReader,
    *,
    types: Sequence[Label],
    is_reading: Callable[[], bool],
) -> tuple[ExtractionParts, ExtractionKeeper]:
    """The parts, and the keeper that works in the background.

    Args:
        folder: of the house's schemas.
        types: the tree of document types.
        is_reading: whether files are being read, which comes first.

    Raises:
        MagpieError: a schema of the house cannot be understood.
    """
    shelf = RankerShelf(database, settings.licence_policy)
    schemas = load_schemas(folder, types, settings.licence_policy)
    finder = FieldFinder(schemas, pool, reader.type_of, shelf.of)
    extractor = Extractor(database, blobs, models, finder)
    keeper = ExtractionKeeper(extractor, is_reading)
    return ExtractionParts(finder, extractor, shelf, reader, keeper.wake), keeper
