"""Edits of many records as people ask for them: chosen, begun, followed, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from service import schemas
from service.errors import BadRequest
from service.record.fieldset import FieldSet
from service.records.editor import Edited, RecordEditor
from service.records.wire import edited, edits_in


class BulkEdits:
    """Edits of many records, for one viewer.

    Args:
        on_change: called when the index has something to take up.
    """

    def __init__(
        self, editor: RecordEditor, fields: FieldSet, on_change: Callable[[], None]
    ) -> None:
        self._editor = editor
        self._fields = fields
        self._on_change = on_change

    def edit(self, request: schemas.BulkEdit) -> Iterator[schemas.BulkEdited]:
        """Edit, telling how far it is at the start and after every few hundred records.

        Whoever stops listening stops the edit; what is done stays, and can be undone.

        Raises:
            BadRequest: no records are meant, or an edit does not fit; nothing was changed.
        """
        edits = edits_in(request.edits, self._fields)
        asset_ids = self._chosen(request)
        return self.told(self._editor.edit_steps(asset_ids, edits, dry_run=request.dry_run))

    def undo(self, batch_id: str) -> Iterator[schemas.BulkEdited]:
        """Take an edit of many records back; raises NotFound where there is none."""
        return self.told(self._editor.undo_steps(batch_id))

    def told(self, steps: Iterable[Edited]) -> Iterator[schemas.BulkEdited]:
        """Steps for the wire; the last one, told twice, says that it is the last."""
        done = Edited()
        for done in steps:
            if done.changed and done.batch_id:
                self._on_change()
            yield edited(done).model_copy(update={"finished": False})
        yield edited(done)

    def _chosen(self, request: schemas.BulkEdit) -> list[str]:
        if request.asset_ids and request.where is not None:
            raise BadRequest("Say either where or asset_ids, not both.")
        if request.asset_ids:
            return list(dict.fromkeys(request.asset_ids))
        if not (request.where or "").strip():
            raise BadRequest("Say which records: where, such as campaign:Spring, or asset_ids.")
        return self._editor.select(request.where or "")
