"""A ZIP of many renditions, made while it is sent: no temporary copy, bounded memory."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from service.downloads.rendition import Rendition
from service.errors import MagpieError

_log = logging.getLogger(__name__)

_CHUNK = 1 << 20
_PACKED = frozenset({"text/plain", "text/csv", "application/json", "image/svg+xml", "image/bmp"})
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Item:
    """One asset of a bundle; ``make`` raises MagpieError where it cannot be handed out."""

    asset_id: str
    name: str
    make: Callable[[], Rendition]


@dataclass(slots=True)
class Outcome:
    """What became of the items: names in the ZIP by asset, and why others are not in it."""

    names: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def bundle(
    items: Iterable[Item], sheets: Callable[[Outcome], Iterable[tuple[str, str]]]
) -> Iterator[bytes]:
    """The bytes of a ZIP.

    Args:
        items: made one after the other, as the receiver takes them.
        sheets: names and texts of files that come last, given what became of the items.
    """
    outcome = Outcome()
    taken: set[str] = set()
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:
        for item in items:
            try:
                made = item.make()
            except (MagpieError, OSError) as error:
                outcome.problems[item.asset_id] = str(error)
                continue
            except Exception:
                # One odd file must not cost the others.
                _log.exception("A rendition of %s failed", item.asset_id)
                outcome.problems[item.asset_id] = "It could not be made; the log says more."
                continue
            name = outcome.names[item.asset_id] = _unique(made.name, taken)
            # A file that breaks off here breaks the download off: better than half of it inside.
            yield from _add(archive, sink, name, made)
        for name, text in sheets(outcome):
            archive.writestr(_entry(_unique(name, taken), zipfile.ZIP_DEFLATED), text)
            yield sink.take()
    yield sink.take()


def _add(archive: zipfile.ZipFile, sink: _Sink, name: str, made: Rendition) -> Iterator[bytes]:
    packing = zipfile.ZIP_DEFLATED if made.media_type in _PACKED else zipfile.ZIP_STORED
    source = made.data.open("rb") if isinstance(made.data, Path) else io.BytesIO(made.data)
    with source, archive.open(_entry(name, packing), "w", force_zip64=True) as entry:
        while chunk := source.read(_CHUNK):
            entry.write(chunk)
            yield sink.take()
    yield sink.take()


def _entry(name: str, packing: int) -> zipfile.ZipInfo:
    # A fixed day: the same selection gives the same bytes.
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = packing
    entry.external_attr = 0o644 << 16
    return entry


def _unique(name: str, taken: set[str]) -> str:
    """The name, numbered where one that differs by case only is in the ZIP already."""
    path, number = PurePath(name), 1
    while name.casefold() in taken:
        number += 1
        name = f"{path.stem} ({number}){path.suffix}"
    taken.add(name.casefold())
    return name


class _Sink(io.RawIOBase):
    """Collects what a ZIP writes until it is taken away; cannot be searched back in."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = bytes(data)  # type: ignore[call-overload]
        self._waiting += view
        return len(view)

    def take(self) -> bytes:
        """What was written since it was last asked."""
        waiting = bytes(self._waiting)
        self._waiting.clear()
        return waiting
