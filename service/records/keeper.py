"""Brings all records to the fields in force, in the background, where these have changed."""

from __future__ import annotations

import hashlib
import logging
import threading

from sqlalchemy import select

from service.catalog.database import Database
from service.catalog.tables import Asset
from service.record.fieldset import FieldSet
from service.records.refresh import refresh_records
from service.records.tables import DerivedState

_log = logging.getLogger(__name__)

_NAME = "record_terms"
_VERSION = 2
"""Raise it whenever other terms are made of the same record."""

_CHUNK = 200


class RecordKeeper:
    """Goes through all records once after a change of the fields; goes on after a restart."""

    def __init__(self, database: Database, fields: FieldSet) -> None:
        self._database = database
        self._fields = fields
        self._digest = hashlib.sha256(
            f"{_VERSION} {sorted(fields.fields.items())} {sorted(fields.broader.items())}".encode()
        ).hexdigest()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="records", daemon=True)

    def start(self) -> None:
        """Begin, if there is anything to do."""
        with self._database.read() as session:
            state = session.get(DerivedState, _NAME)
        if state is None or state.digest != self._digest or state.done_to:
            self._thread.start()

    def close(self) -> None:
        """Stop soon; the next start goes on from here."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            while not self._closing.is_set() and self._next():
                pass
        except Exception:
            _log.exception("Records could not be brought to the fields; the next start tries again")

    def _next(self) -> bool:
        """Do some; whether there may be more."""
        with self._database.write() as session:
            state = session.get(DerivedState, _NAME)
            if state is None:
                state = DerivedState(name=_NAME, digest=self._digest, done_to="0")
                session.add(state)
            elif state.digest != self._digest:
                state.digest, state.done_to = self._digest, "0"
            assets = list(
                session.scalars(
                    select(Asset).where(Asset.id > state.done_to).order_by(Asset.id).limit(_CHUNK)
                )
            )
            if assets:
                refresh_records(session, assets, self._fields)
            state.done_to = assets[-1].id if assets else ""
            return bool(assets)
