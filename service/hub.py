"""Magpie as one object: opens a home, and does what the API and the CLI ask for."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from models.bm25 import Bm25Encoder
from pipelines.analyse import encode
from pipelines.documents.types.tree import above
from pipelines.limits import Limits
from pipelines.pool import ReaderPool
from service import schemas
from service.access.desk import Desk, Parts
from service.access.rules import FILE, load_rules
from service.access.screening import Screener
from service.access.viewer import MAGPIE, OWNER, Viewer
from service.asked.counter import QueryCounter
from service.blobs import BlobStore
from service.catalog.assets import Assets
from service.catalog.database import Database, sqlite_url
from service.catalog.originals import original_of
from service.catalog.tables import AssetFile
from service.catalog.unit_vectors import UnitVectors
from service.documents import schemas as document_schemas
from service.documents.describer import Describer
from service.documents.filing import load_filer
from service.documents.keeper import DocumentKeeper
from service.documents.learning import load_learned
from service.documents.lessons import Lessons
from service.documents.reading import DocumentReader
from service.documents.room import Documents
from service.documents.rules import load_document_rules
from service.documents.trees import load_tree
from service.documents.typing import Typer
from service.documents.writing import Scribe, writer_of
from service.downloads.desk import DownloadParts
from service.duplicates.assembly import open_duplicates
from service.errors import BadRequest, NotFound
from service.extraction.parts import put_together as put_extraction_together
from service.generations.assembly import open_index
from service.generations.in_use import ModelsInUse
from service.generations.serving import Serving
from service.home import Home
from service.ingest.job_book import JobBook
from service.ingest.jobs import IngestJobs
from service.ingest.missing import Missing
from service.ingest.moves import present
from service.ingest.ocr_stage import OcrStage
from service.ingest.presets import load_presets
from service.ingest.queue import IngestQueue
from service.ingest.register import Registrar
from service.ingest.store import AnalysisStore
from service.ingest.walker import Walker
from service.ingest.worker import IngestWorker
from service.inspection import Finding, findings, look
from service.inspection import repair as put_right
from service.media.stages import later_stages
from service.metrics import Gauges, Metrics
from service.offline import forbid_network
from service.previews import Previews
from service.progress import Progress, Told, follow
from service.record.custom import load_fields
from service.record.edits import Edit
from service.records.keeper import RecordKeeper
from service.records.wire import edits_in
from service.search.engine import Example, SearchEngine
from service.settings import Settings
from service.sources.bucket import Bucket
from service.sources.folder import Folder
from service.sources.ledger import Ledger
from service.sources.place import Place
from service.sources.scan import Scanner
from service.sources.schedule import Schedule
from service.sources.schemas import SCHEME
from service.sources.store import Sources
from service.sources.tables import Source
from service.space_models import SpaceModels
from service.standing import Readiness, catalog_check, disk_check, gauges, models_check
from service.tags.analyse import would_be_tagged
from service.tags.desk import TagParts
from service.tags.merging import follow_merge
from service.tags.report import report
from service.tags.schemas import AnalysedTags, TagReport
from service.tags.taggers import TaggerShop
from service.tags.tagging import Tagging
from service.trash.emptier import Emptier
from service.uploads.store import PartialUpload, UploadStore
from service.vocabularies.in_force import Vocabularies
from service.vocabularies.seen import SeenVocabularies


class _Keeper(Protocol):
    """Something that works in the background once it is started."""

    def start(self) -> None: ...


class Hub:
    """An open home. Use as a context manager; safe to call from many threads.

    Attributes:
        viewer: who asks; the owner, unless it is a hub that ``seen_by`` gave.
    """

    def __init__(
        self, settings: Settings, *, work: bool = True, metrics: Metrics | None = None
    ) -> None:
        """Open the home of some settings.

        Args:
            metrics: where questions are counted.
            work: whether to take up queued files in the background; a command that only
                asks leaves them to the next that works.

        Raises:
            HomeBusy: another process has it open.
        """
        if settings.offline:
            forbid_network()
        self.settings = settings
        self.viewer = OWNER
        self._metrics = metrics or Metrics()
        self.home = Home(settings.home)
        self._resources = contextlib.ExitStack()
        try:
            self._open(work)
        except BaseException:
            self._resources.close()
            raise

    def _open(self, work: bool) -> None:
        resources = self._resources
        resources.enter_context(self.home.opened())
        database = Database(self.settings.catalog_url or sqlite_url(self.home.catalog))
        resources.callback(database.close)
        database.migrate()
        self._types = load_tree(self.home.document_types)
        self.fields = replace(
            load_fields(self.settings.fields_file),
            broader={"document_type": above(self._types.labels)},
        )
        self.vocabularies = Vocabularies(database)
        screener = Screener(database, load_rules(self.home.root / FILE), self.fields)
        screener.open()
        self._screener = screener
        resources.callback(screener.close)
        blobs = BlobStore(self.home.blobs)
        blobs.drop_partial()
        pool = ReaderPool(
            processes=self.settings.readers,
            limits=Limits(
                memory_bytes=self.settings.reader_memory_mb * 2**20,
                wall_s=self.settings.reader_seconds,
            ),
            fit=lambda: self._board.serving.fit,
        )
        resources.callback(pool.close)
        self._bm25 = Bm25Encoder()
        index = open_index(
            self.settings,
            self.home,
            database,
            resources,
            bm25=self._bm25,
            pool=pool,
            blobs=blobs,
            fields=self.fields,
        )
        self._board, self.index = index.board, index.control
        queue, book = IngestQueue(database), JobBook(database)
        registrar = Registrar(
            database,
            blobs,
            join=self.settings.join_raw_and_jpeg,
            presets=load_presets(self.home.ingest_presets, self.fields),
        )
        later, media = later_stages(self.settings, pool, lambda: self._board.serving.fit)
        missing = Missing(database, later, index.in_use)
        tagging = self._open_tags(database, index.in_use)
        worker = IngestWorker(
            jobs=queue,
            book=book,
            missing=missing,
            registrar=registrar,
            blobs=blobs,
            pool=pool,
            encoders=index.in_use,
            store=AnalysisStore(
                database, blobs, index.in_use, later, screener, self.fields, tagging
            ),
            indexer=index.indexer,
            later=later,
            models_idle_s=self.settings.model_idle_minutes * 60,
        )
        resources.callback(worker.close)
        # Before the worker is closed, which would wait for what runs in the pool; last in is
        # first out.
        resources.callback(media.close)
        resources.callback(worker.stop_soon)
        scanner = Scanner(Ledger(database), self._place)
        walker = Walker(
            registrar=registrar,
            book=book,
            home=self.home.root,
            on_files=worker.wake,
            scan=scanner.arrivals,
        )
        resources.callback(walker.close)
        self._database, self._blobs, self._pool = database, blobs, pool
        self._media = media
        self._queue, self._worker = queue, worker
        self._registrar = registrar
        self._book = book
        self._open_documents(index.in_use)
        self._open_extraction(index.in_use)
        self.uploads = UploadStore(self.home.uploads, max_bytes=self.settings.max_upload_mb * 2**20)
        self._open_records(database, pool)
        self.jobs = IngestJobs(book=book, walker=walker, worker=worker, missing=missing)
        self.sources = Sources(
            database,
            self.home.root,
            submit=walker.submit,
            cancel=self.jobs.cancel,
            job=self.jobs.get,
        )
        if work:
            for each in self._keepers(worker, screener):
                each.start()
            walker.resume()
            index.start()
        else:
            # Nobody else will: what was saved when a process was killed must be found.
            index.apply_once()

    def _keepers(self, *first: _Keeper) -> Sequence[_Keeper]:
        return (
            *first,
            self._keeper,
            self._tagging,
            self._documents,
            self._extraction_keeper,
            self._emptier,
            self._asked,
        )

    def _open_tags(self, database: Database, models: ModelsInUse) -> Tagging:
        self._models = models
        self._shop = TaggerShop(database, self.vocabularies, models, self.home.terms)
        self.vocabularies.on_merge(follow_merge)
        self._tagging = Tagging(database, self._shop, models)
        self._resources.callback(self._tagging.close)
        return self._tagging

    def _open_documents(self, encoders: ModelsInUse) -> None:
        describer = Describer(
            self._database,
            self.fields,
            encoders,
            load_document_rules(self.home.document_rules, self.fields),
            Typer(self._types, load_learned(self._database)),
            load_filer(self._database, self.fields),
            self._screener.screen,
        )
        writer = writer_of(self.settings)
        self._documents = DocumentKeeper(
            describer,
            self._queue.is_reading,
            self._wake_extraction,
            Scribe(self._database, writer) if writer is not None else None,
        )
        self._resources.callback(self._documents.close)
        self._lessons = Lessons(
            self._database, self.fields, encoders, describer, self._documents.outdate
        )
        self.reader = DocumentReader(
            self._pool,
            OcrStage(self.settings, self._pool),
            encoders,
            describer,
            self.fields.broader["document_type"],
            writer,
        )

    def _wake_extraction(self) -> None:
        self._extraction.wake()

    def _open_extraction(self, models: ModelsInUse) -> None:
        self._extraction, self._extraction_keeper = put_extraction_together(
            self.settings,
            self.home.schemas,
            self._database,
            self._blobs,
            self._pool,
            models,
            self.reader,
            types=self._types.labels,
            is_reading=self._queue.is_reading,
        )
        self._resources.callback(self._extraction_keeper.close)

    def _open_records(self, database: Database, pool: ReaderPool) -> None:
        self._vectors = UnitVectors(database)
        self._assets = Assets(database, self.fields)
        self._previews = Previews(self.home.previews, database, pool)
        self._parts = Parts(
            database=database,
            fields=self.fields,
            blobs=self._blobs,
            previews=self._previews,
            screener=self._screener,
            vocabularies=self.vocabularies,
            tags=TagParts(
                shop=self._shop,
                models=self._models,
                on_change=self._worker.wake,
                on_lesson=self._tagging.wake,
            ),
            downloads=DownloadParts(self._blobs, pool, self.home.presets),
            extraction=self._extraction,
            duplicates=open_duplicates(
                self.settings,
                self.home,
                database,
                self._resources,
                blobs=self._blobs,
                assets=self._assets,
                media=self._media,
                look_model=lambda: self._board.serving.models.visual,
            ),
            max_bytes=self.settings.max_upload_mb * 2**20,
            trash_days=self.settings.trash_days,
            on_change=self._worker.wake,
            on_purge=self.index.forget_purged,
        )
        self._keeper = RecordKeeper(database, self.fields)
        self._resources.callback(self._keeper.close)
        self._emptier = Emptier(Desk(self._parts, MAGPIE).trash, days=self.settings.trash_days)
        self._resources.callback(self._emptier.close)
        self._asked = QueryCounter(database, enabled=self.settings.count_queries)
        self._resources.callback(self._asked.close)
        self._readiness = Readiness(
            {
                "catalog": catalog_check(database),
                "disk": disk_check(self.home.root),
                "index": lambda: self.index.status().message,
                "models": models_check(self._models_in_use, self.home.models),
                "worker": lambda: None if self._worker.alive else "Files are not taken up.",
            }
        )

    def close(self) -> None:
        """Finish what is being written and release everything."""
        self._resources.close()

    def __enter__(self) -> Hub:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def seen_by(self, viewer: Viewer) -> Hub:
        """This hub as somebody else sees it; not to be closed."""
        bound = copy.copy(self)
        bound.viewer = viewer
        bound.jobs = self.jobs.seen_by(viewer)
        bound.sources = self.sources.seen_by(viewer)
        return bound

    def watch(self) -> None:
        """Keep scanning sources, and for duplicates, when it is due, until the hub is closed."""
        schedule = Schedule(self.sources)
        self._resources.callback(schedule.close)
        schedule.start()
        self._parts.duplicates.scans.watch()

    def _place(self, source: Source) -> Place:
        if source.url.startswith(SCHEME):
            return Bucket(
                source.url,
                self._registrar,
                self._blobs,
                max_bytes=self.settings.max_upload_mb * 2**20,
            )
        return Folder(
            Path(source.url), self._registrar, in_place=source.in_place, skip=self.home.root
        )

    @property
    def desk(self) -> Desk:
        """Collections, events, status, people and keys."""
        return Desk(self._parts, self.viewer)

    @property
    def documents(self) -> Documents:
        """What documents are and say."""
        return Documents(self._database, self.fields, self.viewer)

    @property
    def engine(self) -> SearchEngine:
        """What answers the questions, for those who measure it."""
        return self._engine_of(self._board.serving)

    def _answer(
        self, serving: Serving, request: schemas.SearchRequest, example: Example | None
    ) -> schemas.SearchAnswer:
        answer = self._engine_of(serving).search(request, self.viewer, example)
        self._asked.note(request.words, self.viewer.id, found=bool(answer.hits))
        words, shown = bool(request.words), example is not None
        self._metrics.search(
            by="both" if words and shown else "words" if words else "example",
            found=bool(answer.hits),
            seconds=answer.took_ms / 1000,
        )
        return answer

    def tag_report(self, *, most: int = 20) -> TagReport:
        """The state of the tags: counts, singletons, near synonyms, and words that lack."""
        self._asked.flush()
        seen = SeenVocabularies(self._database, self.vocabularies, self.viewer)
        with self._board.lease() as serving:
            encode = serving.encoders.text().encode
            return report(self._database, self.viewer, seen.all(), encode, most=most)

    def _engine_of(self, serving: Serving) -> SearchEngine:
        return SearchEngine(
            index=serving.index, assets=self._assets, encoders=serving.encoders, bm25=self._bm25
        )

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        in_place: bool = False,
        dry_run: bool = False,
        preset: str = "",
        progress: Progress | None = None,
    ) -> schemas.Job:
        """Take in files and folders and wait until they can be found.

        What an earlier run left, or other models had read, comes first.
        """
        if not dry_run:
            for job_id in self._book.unfinished():
                follow(self.job, self.job(job_id), progress)
        job = self.start_ingest(paths, in_place=in_place, dry_run=dry_run, preset=preset)
        job = follow(self.job, job, progress)
        if not dry_run:
            self.describe_documents()
            self._extraction_keeper.catch_up()
        return job

    def learn_types(self) -> document_schemas.Examples:
        """Learn types and filing of documents from what people gave, where that is better."""
        return self._lessons.learn(self.viewer)

    def forget_types(self) -> None:
        """Take the last lesson in documents back; raises NotFound where there is none."""
        self._lessons.undo(self.viewer)

    def describe_documents(self, told: Told | None = None) -> int:
        """Describe now the documents that wait for it, and how many these were."""
        return self._documents.catch_up(told)

    def start_ingest(
        self,
        paths: Sequence[Path],
        *,
        in_place: bool = False,
        dry_run: bool = False,
        preset: str = "",
    ) -> schemas.Job:
        """Begin to take in files and folders; ``job`` tells how far it is.

        Args:
            preset: what new records are given (``service.ingest.presets``).
        """
        self._registrar.check_preset(preset)
        if dry_run:
            return self.jobs.dry_run(paths, in_place=in_place)
        return self.jobs.start(paths, in_place=in_place, preset=preset)

    def job(self, job_id: str) -> schemas.Job:
        """How far a job is; raises NotFound."""
        return self.jobs.get(job_id)

    def upload(self, stream: BinaryIO, name: str, *, preset: str = "") -> schemas.Upload:
        """Take in one file by its bytes; ``preset`` names what a new record is given.

        Raises:
            TooLarge, StorageFull: nothing is kept.
        """
        arrival, job_id = self._registrar.add_upload(
            stream,
            name=name,
            max_bytes=self.settings.max_upload_mb * 2**20,
            viewer=self.viewer,
            preset=preset,
        )
        self._worker.wake()
        return schemas.Upload(
            arrival=schemas.Arrival(
                name=arrival.name,
                status=arrival.status,
                asset_id=arrival.asset_id,
                same_bytes_as=arrival.same_bytes_as,
                reason=arrival.reason,
            ),
            # Others see it once the access rules were applied; who brings it knows it already.
            asset=self._assets.get(arrival.asset_id, OWNER),
            job_id=job_id,
        )

    def finish_upload(self, partial: PartialUpload) -> PartialUpload:
        """Take in a file that has arrived in pieces; once it is an asset, nothing happens.

        Raises:
            StorageFull: what arrived is kept, so that it can be tried again.
        """
        with self.uploads.open(partial) as stream:
            taken = self.upload(stream, partial.name)
        return self.uploads.finished(partial, taken.arrival.asset_id, taken.job_id)

    def read_again(self, asset_id: str, *, password: str | None = None) -> schemas.AssetDetail:
        """Read an asset once more, with a password where it is encrypted.

        The password is used for this reading and not kept. Raises NotFound.
        """
        self._assets.get(asset_id, self.viewer)
        try:
            self._worker.read_now(self._queue.claim_again(asset_id, self.viewer.id), password)
        finally:
            self._book.settle()
        return self._assets.get(asset_id, self.viewer)

    def search(self, request: schemas.SearchRequest) -> schemas.SearchAnswer:
        """Answer a question in words, or by an asset as example, or both."""
        with self._board.lease() as serving:
            example = self._example(request.like, serving.models) if request.like else None
            return self._answer(serving, request, example)

    def search_by_file(
        self, request: schemas.SearchRequest, path: Path, name: str
    ) -> schemas.SearchAnswer:
        """Answer a question by an example that is not in the catalog.

        Raises:
            BadRequest: the file holds no picture and no words, or cannot be read.
        """
        reading = self._pool.read(path, name=name)
        if reading.failure is not None and not reading.units:
            raise BadRequest(f"The example cannot be used: {reading.failure.reason}")
        with self._board.lease() as serving:
            encoders = serving.encoders
            units = encode([reading], text=encoders.text(), visual=encoders.visual())[0].units
            looks = [unit.look for unit in units if unit.look is not None]
            words = [unit.words for unit in units if unit.words is not None]
            if not looks and not words:
                raise BadRequest("The example holds no picture and no words; choose another file.")
            example = Example(
                look=looks[0] if looks else None, text=None if looks else _mean(words)
            )
            return self._answer(serving, request, example)

    def analyse_tags(self, path: Path, name: str) -> AnalysedTags:
        """The tags that a file would be given; nothing is kept.

        Raises:
            BadRequest: it cannot be read.
        """
        with self._models.use():
            reading = self._pool.read(path, name=name, fit=self._models.fit)
            if reading.failure is not None and not reading.units:
                raise BadRequest(f"The file cannot be tagged: {reading.failure.reason}")
            found = encode([reading], text=self._models.text(), visual=self._models.visual())[0]
            return would_be_tagged(found, name, self._shop.now())

    def similar(self, asset_id: str, *, limit: int = 20) -> schemas.SearchAnswer:
        """Assets that are like one of the catalog; raises NotFound."""
        return self.search(schemas.SearchRequest(like=asset_id, limit=limit))

    def inspect(self, *, deep: bool = False, repair: bool = False) -> list[Finding]:
        """Compare catalog, stored bytes and index, and put right what can be when asked."""
        with self._board.lease() as serving:
            faults = look(self._database.read, self.home, serving.index, deep=deep)
        found = findings(faults, index=True, repaired=repair)
        if repair and not faults.damaged:
            put_right(faults, self._database, self._blobs, self.home)
            self.jobs.refresh("missing")
            self._worker.wake()
        return found

    def readiness(self) -> schemas.Readiness:
        """Whether every part can do its work."""
        return self._readiness.now()

    def gauges(self) -> Gauges:
        """How many records, how much work and how many points there are now."""
        return gauges(self._database, self.index.status().points)

    def _models_in_use(self) -> tuple[str, ...]:
        encoders = self._board.serving.encoders
        return encoders.text_descriptor.name, encoders.visual_descriptor.name

    def asset(self, asset_id: str) -> schemas.AssetDetail:
        """A record with its values; raises NotFound."""
        return self._assets.get(asset_id, self.viewer)

    def assets(
        self,
        *,
        limit: int = 50,
        cursor: str | None = None,
        kinds: Sequence[schemas.AssetKind] = (),
        states: Sequence[schemas.AssetState] = (),
    ) -> schemas.AssetPage:
        """Some records, newest first."""
        return self.listed(
            schemas.AssetQuery(limit=limit, cursor=cursor, kinds=[*kinds], states=[*states])
        )

    def listed(self, query: schemas.AssetQuery) -> schemas.AssetPage:
        """Some records, filtered and in an order; raises BadRequest on a foreign cursor."""
        return self._assets.page(self.viewer, query)

    def edit(self, asset_id: str, patch: schemas.AssetPatch) -> schemas.AssetDetail:
        """Write down what a person says of a record; raises NotFound."""
        edits = edits_in(patch.edits, self.fields)
        if "title" in patch.model_fields_set:
            edits.append(Edit("reset" if patch.title is None else "set", "title", patch.title))
        if edits:
            self.desk.records.edit(asset_id, edits)
            self._worker.wake()
        return self._assets.get(asset_id, self.viewer)

    def trash(self, asset_id: str) -> None:
        """Put a record into the trash, where nothing finds it; raises NotFound."""
        self.desk.trash.put(asset_id)

    def restore(self, asset_id: str) -> schemas.AssetDetail:
        """Take a record out of the trash; raises NotFound."""
        self.desk.trash.restore(asset_id)
        return self._assets.get(asset_id, self.viewer)

    def collection_assets(
        self, collection_id: str, *, limit: int, cursor: str | None = None, inside: bool = False
    ) -> schemas.AssetPage:
        """Some records in a collection, newest first; ``inside`` counts those below it too.

        Raises:
            NotFound: there is no such collection.
            BadRequest: the cursor is not ours.
        """
        ids, total, following = self.desk.members.page(
            collection_id, limit=limit, cursor=cursor, inside=inside
        )
        found = self._assets.many(ids, self.viewer)
        return schemas.AssetPage(
            assets=[found[each] for each in ids if each in found],
            total=total,
            next_cursor=following,
        )

    def counts(self) -> schemas.Counts:
        """How many records there are, of each kind and in each state."""
        return self._assets.counts(self.viewer)

    def original(self, asset_id: str) -> tuple[Path, schemas.Asset]:
        """Where the bytes of an asset lie; raises NotFound."""
        row, _ = self._assets.bytes_of(asset_id, self.viewer)
        return original_of(row, self._blobs), self._assets.get(asset_id, self.viewer)

    def file_beside(self, asset_id: str, number: int) -> tuple[Path, AssetFile]:
        """Where a further file of an asset lies; raises NotFound."""
        file = self._assets.file(asset_id, number, self.viewer)
        if file.in_place:
            return present(file.origin, file.missing_at), file
        return self._blobs.find(file.sha256), file

    def thumbnail(self, asset_id: str, unit: str = "") -> Path:
        """Where the small picture of an asset, or of one unit of it, lies; raises NotFound."""
        if unit:
            return self.desk.media.thumbnail(asset_id, unit)
        _, thumbnail = self._assets.bytes_of(asset_id, self.viewer)
        if thumbnail is None:
            raise NotFound("This asset has no picture.")
        return self._blobs.find(thumbnail)

    def preview(self, asset_id: str, page: int = 1) -> Path:
        """Where a larger picture of an asset lies, or of one of its pages.

        Where none can be drawn, a picture beside it stands in for the first page, else the
        thumbnail.

        Raises:
            NotFound: there is no such asset or page, or nothing of it can be drawn.
        """
        try:
            path, asset = self.original(asset_id)
            return self._previews.of(path, asset, page)
        except NotFound:
            stand_in = self._stand_in(asset_id) if page == 1 else None
            if stand_in is None:
                raise
            return stand_in

    def _stand_in(self, asset_id: str) -> Path | None:
        """A picture for the first page of what cannot be drawn itself; raises NotFound."""
        asset = self._assets.get(asset_id, self.viewer)
        for file in asset.files:
            with contextlib.suppress(NotFound):
                path, row = self.file_beside(asset_id, file.number)
                return self._previews.of_file(path, row.sha256, row.name)
        return self.thumbnail(asset_id) if asset.thumbnail else None

    def _example(self, asset_id: str, models: SpaceModels) -> Example:
        asset = self._assets.get(asset_id, self.viewer)
        if asset.trashed_at is not None:
            raise NotFound(f"The asset {asset_id} lies in the trash; restore it first.")
        looks = self._vectors.of_content(asset.sha256, "look", models.visual)
        words = [] if looks else self._vectors.of_content(asset.sha256, "text", models.text)
        if not looks and not words:
            raise BadRequest(
                f"{asset.name} has no picture and no words to compare by"
                + (f": {asset.failure}" if asset.failure else "; it may still be waiting.")
            )
        return Example(
            look=looks[0] if looks else None,
            text=_mean(words) if words else None,
            asset_id=asset.id,
        )


def _mean(
    vectors: Sequence[np.ndarray[tuple[int], np.dtype[np.float32]]],
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    mean = np.mean(np.stack(vectors), axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)
