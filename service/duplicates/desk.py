"""Everything about duplicates that one viewer may do, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.access.viewer import Viewer
from service.blobs import BlobStore
from service.catalog.assets import Assets
from service.catalog.database import Database
from service.duplicates import schemas
from service.duplicates.groups import Groups
from service.duplicates.report import as_csv, gather
from service.duplicates.resolving import Resolver
from service.duplicates.scans import Scans
from service.duplicates.tables import DuplicateRun
from service.errors import NotFound
from service.merging.merge import Merges
from service.record.fieldset import FieldSet


@dataclass(frozen=True, slots=True)
class DuplicateParts:
    """What duplicates need beside the catalog.

    Attributes:
        assets: shows records.
        blobs: holds their small pictures.
        forget: removes what scans keep of some content, by its hash.
        protected: paths of collections of which nothing is merged away.
    """

    scans: Scans
    assets: Assets
    blobs: BlobStore
    forget: Callable[[str], None]
    protected: Sequence[str]


class Duplicates:
    """Scans, groups and their clean-up, for one viewer.

    A scan goes over everything, and tells how much there is: it is for admins.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        parts: DuplicateParts,
        viewer: Viewer,
        merges: Merges,
    ) -> None:
        self._scans = parts.scans
        self._assets = parts.assets
        self._blobs = parts.blobs
        self._viewer = viewer
        self._groups = Groups(
            database, fields, viewer, assets=parts.assets, protected=parts.protected
        )
        self._resolver = Resolver(database, self._groups, merges, viewer, protected=parts.protected)

    def scan(self) -> schemas.Run:
        """Begin a scan, or join the one that is going on."""
        self._viewer.require("admin")
        return self.run(self._scans.start())

    def run(self, run_id: str) -> schemas.Run:
        """How far a scan is; raises NotFound."""
        self._viewer.require("admin")
        return self._shape(self._scans.get(run_id))

    def runs(self) -> schemas.RunList:
        """The last scans, newest first."""
        self._viewer.require("admin")
        return schemas.RunList(runs=[self._shape(each) for each in self._scans.latest()])

    def cancel(self, run_id: str) -> schemas.Run:
        """Stop a scan; what it found stays. Raises NotFound."""
        self._viewer.require("admin")
        self._scans.cancel(run_id)
        return self.run(run_id)

    def page(self, query: schemas.GroupQuery) -> schemas.GroupPage:
        """As ``Groups.page``."""
        return self._groups.page(query)

    def show(self, group_id: str) -> schemas.GroupDetail:
        """A group with its evidence and what a merge would leave; raises NotFound."""
        group, links = self._groups.get(group_id)
        return schemas.GroupDetail(
            **group.model_dump(), links=list(links), refused=self._resolver.refused(group_id)
        )

    def report(self, query: schemas.ReportQuery) -> str:
        """All groups as one file: a page, JSON or CSV."""
        report = gather(query, self.page, self.show)
        if query.format == "json":
            return report.model_dump_json(indent=2)
        if query.format == "csv":
            return as_csv(report)
        from service.duplicates.report_page import catalog_page

        return catalog_page(report, self._thumbnail)

    def _thumbnail(self, asset_id: str) -> bytes | None:
        try:
            _, sha256 = self._assets.bytes_of(asset_id, self._viewer)
            return self._blobs.find(sha256).read_bytes() if sha256 else None
        except (NotFound, OSError):
            # Purged meanwhile, or lost.
            return None

    def choose(self, group_id: str, choice: schemas.Choice) -> schemas.Group:
        """As ``Groups.choose``."""
        return self._groups.choose(group_id, choice)

    def dismiss(self, group_id: str, dismissal: schemas.Dismissal) -> schemas.Group:
        """As ``Groups.dismiss``."""
        return self._groups.dismiss(group_id, dismissal)

    def resolve(self, request: schemas.ResolveRequest) -> schemas.Resolution:
        """As ``Resolver.resolve``."""
        return self._resolver.resolve(request)

    def undo(self, id_: str) -> schemas.Undone:
        """As ``Resolver.undo``."""
        return self._resolver.undo(id_)

    def _shape(self, run: DuplicateRun) -> schemas.Run:
        step = self._scans.step(run.id) if run.state == "running" else None
        return schemas.Run(
            id=run.id,
            state=run.state,  # type: ignore[arg-type]
            scheduled=run.scheduled,
            step=step.words if step else "",
            done=step.done if step else 0,
            total=step.total if step else 0,
            contents=run.contents,
            compared=run.compared,
            links=run.links,
            groups=run.groups,
            new_groups=run.new_groups,
            notes=run.notes,
            reason=run.reason,
            created_at=run.created_at,
            finished_at=run.finished_at,
        )
