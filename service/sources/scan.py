"""Scanning a source: its listing beside what was seen before, both in one order.

Only what is new or has changed is opened or fetched, and memory holds one chunk of either
list. What a killed scan has dealt with, the next one passes over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from service.errors import MagpieError
from service.ingest.arrivals import Arrival
from service.ingest.chunks import chunks
from service.sources.ledger import Ledger, Seen
from service.sources.place import Entry, Place
from service.sources.tables import Source

_CHUNK = 64
_PAGE = 500
_NOTE_S = 2.0
"""So often the cursor of a scan that finds nothing new is written down."""


class Scanner:
    """Scans sources.

    Args:
        place_of: opens the folder or bucket of a source.
    """

    def __init__(self, ledger: Ledger, place_of: Callable[[Source], Place]) -> None:
        self._ledger = ledger
        self._place_of = place_of

    def arrivals(
        self, source_id: str, job_id: str, on_problem: Callable[[str], None]
    ) -> Iterator[Arrival]:
        """Take in what is new or changed, from where an unfinished scan stopped.

        Raises:
            MagpieError: the place cannot be read; what was dealt with stays so.
        """
        source = self._ledger.get(source_id)
        if source is None:
            return
        try:
            place = self._place_of(source)
            had_files = bool(self._ledger.seen_after(source_id, ""))
            place.check(has_files=had_files)
            yield from self._scan(source, place, job_id, on_problem)
            # A disk that went away meanwhile takes no record with it.
            place.check(has_files=had_files)
            self._ledger.finish(source_id, job_id)
        except MagpieError as error:
            self._ledger.fail(source_id, error.message)
            raise

    def _scan(
        self, source: Source, place: Place, job_id: str, on_problem: Callable[[str], None]
    ) -> Iterator[Arrival]:
        after = source.cursor or ""
        seen = _Seen(self._ledger, source.id, after)
        step = _Step(after, begun=after)
        noted = time.monotonic()
        listing = place.listed(after, on_problem)
        for chunk in chunks(listing, _CHUNK, name=lambda entry: entry.origin):
            step = _Step(chunk[-1].origin, begun=step.cursor)
            unchanged = list(self._compare(source.id, chunk, seen, place, step))
            taken = place.take(step.fresh, job_id) if step.fresh else []
            step.note(taken)
            if step.found or time.monotonic() - noted >= _NOTE_S:
                if not step.write(self._ledger, source.id):
                    return
                noted = time.monotonic()
            yield from unchanged
            yield from taken
        step = _Step(step.cursor, begun=step.cursor)
        for old in seen.before(None):
            self._miss(source.id, old, place, step)
        step.write(self._ledger, source.id)

    def _compare(
        self, source_id: str, chunk: Sequence[Entry], seen: _Seen, place: Place, step: _Step
    ) -> Iterator[Arrival]:
        """Sort a chunk of the listing into what is as it was, and what is to be taken in."""
        for entry in chunk:
            for old in seen.before(entry.origin):
                self._miss(source_id, old, place, step)
            known = seen.take(entry.origin)
            if known is not None and known.change == entry.change and not known.gone:
                yield Arrival(entry.origin, "unchanged", origin=entry.origin)
            else:
                step.fresh.append(entry)

    def _miss(self, source_id: str, old: Seen, place: Place, step: _Step) -> None:
        if not old.gone and place.is_gone(old.origin):
            step.gone.append(old.origin)
            if len(step.gone) >= _PAGE:
                self._ledger.note(source_id, cursor=step.begun, taken={}, gone=step.gone)
                step.gone.clear()


@dataclass(slots=True)
class _Step:
    """A chunk of the listing: how far it goes, and what is to be written down of it."""

    cursor: str
    begun: str = ""
    fresh: list[Entry] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    changes: dict[str, str] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)

    @property
    def found(self) -> bool:
        return bool(self.gone or self.changes or self.moved)

    def note(self, taken: Sequence[Arrival]) -> None:
        """Note what became of the files; what could not be read is tried by the next scan."""
        sound = {each.origin for each in taken if each.asset_id}
        self.changes = {each.origin: each.change for each in self.fresh if each.origin in sound}
        self.moved = [each.moved_from for each in taken if each.moved_from]

    def write(self, ledger: Ledger, source_id: str) -> bool:
        return ledger.note(
            source_id, cursor=self.cursor, taken=self.changes, moved=self.moved, gone=self.gone
        )


class _Seen:
    """What was seen before, in order, some at a time."""

    def __init__(self, ledger: Ledger, source_id: str, after: str) -> None:
        self._ledger = ledger
        self._source_id = source_id
        self._rows = self._all(after)
        self._next = next(self._rows, None)

    def before(self, origin: str | None) -> Iterator[Seen]:
        """What comes before a file and was passed over; all that is left for None."""
        while self._next is not None and (origin is None or self._next.origin < origin):
            yield self._next
            self._next = next(self._rows, None)

    def take(self, origin: str) -> Seen | None:
        """A file as it was seen, if it was."""
        if self._next is None or self._next.origin != origin:
            return None
        found = self._next
        self._next = next(self._rows, None)
        return found

    def _all(self, after: str) -> Iterator[Seen]:
        while rows := self._ledger.seen_after(self._source_id, after, _PAGE):
            yield from rows
            after = rows[-1].origin
