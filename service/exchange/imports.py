"""Metadata from CSV files, written into records as one piece of work that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service import schemas
from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.record.csv_import import Plan, name_key, plan_import
from service.record.csv_sheet import Sheet, read_sheet
from service.record.fieldset import FieldSet
from service.records.bulk import BulkEdits
from service.records.editor import RecordEditor

_CHUNK = 500
_MOST_TOLD = 100
"""Rows of each kind of trouble that the report names; it counts them all."""


class Imports:
    """Imports metadata into the records that one viewer sees."""

    def __init__(
        self,
        database: Database,
        editor: RecordEditor,
        bulk: BulkEdits,
        fields: FieldSet,
        viewer: Viewer,
    ) -> None:
        self._database = database
        self._editor = editor
        self._bulk = bulk
        self._fields = fields
        self._viewer = viewer

    def csv(
        self,
        data: bytes,
        *,
        columns: Mapping[str, str] | None = None,
        clear_empty: bool = False,
        dry_run: bool = False,
    ) -> Iterator[schemas.Imported]:
        """Import a CSV file, telling how far it is; see ``BulkEdits.edit``.

        Args:
            columns: of a column's title, the field that it means; see ``read_sheet``.
            clear_empty: an empty cell empties the field; otherwise it leaves it alone.

        Raises:
            InvalidFile: it cannot be understood; nothing was changed.
        """
        self._viewer.require("write")
        sheet = read_sheet(data, self._fields, columns)
        with self._database.read() as session:
            plan = plan_import(
                sheet,
                self._fields,
                ids=self._known_ids(session, sheet),
                by_name=self._named(session, sheet),
                clear_empty=clear_empty,
            )
        said = {change.asset_id: change.contents for change in plan.changes}
        steps = self._bulk.told(self._editor.say_steps(said, dry_run=dry_run))
        return (_imported(step, plan) for step in steps)

    def _known_ids(self, session: Session, sheet: Sheet) -> set[str]:
        wanted = list({row.id for row in sheet.rows if row.id})
        found: set[str] = set()
        for start in range(0, len(wanted), _CHUNK):
            chosen = Asset.id.in_(wanted[start : start + _CHUNK])
            found.update(session.scalars(select(Asset.id).where(chosen, *self._seen())))
        return found

    def _named(self, session: Session, sheet: Sheet) -> dict[str, list[str]]:
        """Assets of the file names in a sheet. Databases fold letters each in their own way,
        so all names are looked at."""
        found: dict[str, list[str]] = {
            name_key(row.file_name): [] for row in sheet.rows if row.file_name and not row.id
        }
        if found:
            rows = session.execute(
                select(Asset.id, Asset.name).where(*self._seen()).execution_options(yield_per=5_000)
            )
            for asset_id, name in rows:
                ids = found.get(name_key(name))
                if ids is not None:
                    ids.append(asset_id)
        return found

    def _seen(self) -> Sequence[ColumnElement[bool]]:
        return (Asset.trashed_at.is_(None), *seen_assets(self._viewer))


def _imported(step: schemas.BulkEdited, plan: Plan) -> schemas.Imported:
    return schemas.Imported(
        **dict(step),
        unmatched=len(plan.unmatched),
        ambiguous=len(plan.ambiguous),
        faults=len(plan.faults),
        ignored_columns=list(plan.ignored),
        remarks=[*_first(_remarks(plan))],
    )


def _remarks(plan: Plan) -> Iterable[Iterator[str]]:
    yield (f"Line {fault.line}, {fault.column}: {fault.reason}" for fault in plan.faults)
    yield (f"Line {line}: no asset is “{said}”." for line, said in plan.unmatched)
    yield (
        f"Line {line}: “{said}” is more than one asset, or stands in an earlier line; give the id."
        for line, said in plan.ambiguous
    )


def _first(kinds: Iterable[Iterator[str]]) -> Iterator[str]:
    for remarks in kinds:
        yield from (remark for remark, _ in zip(remarks, range(_MOST_TOLD), strict=False))
