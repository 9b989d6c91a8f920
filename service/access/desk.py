"""What one viewer may keep in order, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from service.access.accounts import Accounts
from service.access.keys import ApiKeys
from service.access.screening import Screener
from service.access.status import Handling
from service.access.viewer import Viewer
from service.blobs import BlobStore
from service.catalog.database import Database
from service.collections.members import Members
from service.collections.store import Collections
from service.downloads.desk import DownloadParts, Downloads
from service.duplicates.desk import DuplicateParts, Duplicates
from service.duplicates.known import Known
from service.events.listing import Events
from service.exchange.exports import Exports
from service.exchange.imports import Imports
from service.extraction.desk import ExtractionDesk
from service.extraction.parts import ExtractionParts
from service.media.timeline import Media
from service.merging.merge import Merges
from service.previews import Previews
from service.record.fieldset import FieldSet
from service.records.bulk import BulkEdits
from service.records.editor import RecordEditor
from service.tags.desk import TagDesk, TagParts
from service.trash.store import Trash
from service.variants.store import Variants
from service.versions.store import Versions
from service.vocabularies.in_force import Vocabularies
from service.vocabularies.proposals import Proposals
from service.vocabularies.store import VocabularyStore
from service.vocabularies.terms import Terms


@dataclass(frozen=True, slots=True)
class Parts:
    """What the things on a desk are made of.

    Attributes:
        on_change: called when there is something to read, or the index has to take something up.
        on_purge: called when something has left for good.
        max_bytes: of one uploaded file.
        trash_days: how long records stay in the trash.
    """

    database: Database
    fields: FieldSet
    blobs: BlobStore
    previews: Previews
    screener: Screener
    vocabularies: Vocabularies
    tags: TagParts
    downloads: DownloadParts
    extraction: ExtractionParts
    duplicates: DuplicateParts
    max_bytes: int
    trash_days: float
    on_change: Callable[[], None]
    on_purge: Callable[[], None]


class Desk:
    """Collections, events, status, people and keys, as far as a viewer may see and use them."""

    def __init__(self, parts: Parts, viewer: Viewer) -> None:
        self._parts = parts
        self._database = parts.database
        self._viewer = viewer

    @cached_property
    def collections(self) -> Collections:
        """Collections: made, renamed, moved, removed."""
        return Collections(self._database, self._viewer)

    @cached_property
    def media(self) -> Media:
        """What happens in videos and sounds."""
        return Media(self._database, self._parts.blobs, self._viewer)

    @cached_property
    def members(self) -> Members:
        """Assets in collections."""
        return Members(self._database, self._viewer)

    @cached_property
    def events(self) -> Events:
        """What happened."""
        return Events(self._database, self._viewer)

    @cached_property
    def handling(self) -> Handling:
        """Status and legal hold."""
        return Handling(self._database, self._viewer)

    @cached_property
    def accounts(self) -> Accounts:
        """Users and groups."""
        return Accounts(self._database, self._viewer)

    @cached_property
    def keys(self) -> ApiKeys:
        """API keys."""
        return ApiKeys(self._database, self._viewer)

    @cached_property
    def records(self) -> RecordEditor:
        """What is said of assets."""
        return RecordEditor(
            self._database, self._parts.fields, self._viewer, screen=self._parts.screener.screen
        )

    @cached_property
    def bulk(self) -> BulkEdits:
        """What is said of many assets at once."""
        return BulkEdits(self.records, self._parts.fields, self._parts.on_change)

    @cached_property
    def tags(self) -> TagDesk:
        """What assets are tagged with."""
        return TagDesk(self._database, self._parts.tags, self._viewer, self.records)

    @cached_property
    def exports(self) -> Exports:
        """Records as files."""
        return Exports(self._database, self.records, self._parts.fields, self._viewer)

    @cached_property
    def imports(self) -> Imports:
        """Files as records."""
        return Imports(self._database, self.records, self.bulk, self._parts.fields, self._viewer)

    @cached_property
    def downloads(self) -> Downloads:
        """Files to take away."""
        return Downloads(
            self._database,
            self._parts.downloads,
            self._parts.fields,
            self._viewer,
            editor=self.records,
            members=self.members,
        )

    @cached_property
    def vocabularies(self) -> VocabularyStore:
        """The words that tags are taken from."""
        return VocabularyStore(self._database, self._parts.vocabularies, self._viewer)

    @cached_property
    def terms(self) -> Terms:
        """Single terms of the vocabularies."""
        return Terms(self._database, self._parts.vocabularies, self._viewer)

    @cached_property
    def proposals(self) -> Proposals:
        """Words that should become terms."""
        return Proposals(self._database, self._parts.vocabularies, self._viewer)

    @cached_property
    def known(self) -> Known:
        """Files that are there already."""
        return Known(self._database, self._viewer)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Files that are there more than once."""
        return Duplicates(
            self._database, self._parts.fields, self._parts.duplicates, self._viewer, self.merges
        )

    @cached_property
    def merges(self) -> Merges:
        """Records that became one."""
        return Merges(
            self._database,
            self._parts.fields,
            self._viewer,
            editor=self.records,
            on_change=self._parts.on_change,
        )

    @cached_property
    def variants(self) -> Variants:
        """Originals and what was made of them."""
        return Variants(
            self._database, self._parts.fields, self._viewer, on_change=self._parts.on_change
        )

    @cached_property
    def extraction(self) -> ExtractionDesk:
        """Fields of documents."""
        return ExtractionDesk(
            self._database, self._parts.fields, self._parts.extraction, self._viewer
        )

    @cached_property
    def versions(self) -> Versions:
        """The bytes that assets had."""
        return Versions(
            self._database,
            self._parts.blobs,
            self._viewer,
            max_bytes=self._parts.max_bytes,
            on_work=self._parts.on_change,
        )

    @cached_property
    def trash(self) -> Trash:
        """What was thrown away, and how it leaves for good."""
        return Trash(
            self._database,
            self._parts.blobs,
            self._viewer,
            holding=timedelta(days=self._parts.trash_days),
            forget_previews=self._forget_pictures,
            on_change=self._parts.on_change,
            on_purge=self._parts.on_purge,
        )

    def _forget_pictures(self, sha256: str) -> None:
        """Remove what is kept of some content outside of the catalog."""
        self._parts.previews.forget(sha256)
        self._parts.duplicates.forget(sha256)
