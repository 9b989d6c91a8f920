"""XMP sidecars: small files beside a photo that hold what people said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pipelines.analysis import Value
from pipelines.metadata.reconcile import BETWEEN_ORIGINS, ORDER_SIDECAR, reconcile
from pipelines.metadata.xmp import MOST_BYTES
from pipelines.metadata.xmp_fields import xmp_values

_SUFFIXES = (".xmp", ".XMP")
_RAW_NAMES = (
    "3fr arw cr2 cr3 crw dcr dng erf fff iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl "
    "sr2 srf srw x3f"
)
RAW_EXTENSIONS = frozenset(f".{name}" for name in _RAW_NAMES.split())
"""Suffixes of raw photos, in small letters."""


def sidecar_for(path: Path) -> Path | None:
    """The sidecar of a file: ``photo.jpg.xmp``, else ``photo.xmp``; None where there is none.

    Where a raw photo of the same name stands beside it, ``photo.xmp`` belongs to the raw
    photo alone: programs write the metadata of the others into the files themselves.
    """
    if path.suffix in _SUFFIXES:
        return None
    own = _first_file(path.with_name(path.name + suffix) for suffix in _SUFFIXES)
    shared = own or _first_file(path.with_suffix(suffix) for suffix in _SUFFIXES)
    if own is not None or shared is None or path.suffix.lower() in RAW_EXTENSIONS:
        return shared
    raws = (path.with_suffix(each) for name in RAW_EXTENSIONS for each in (name, name.upper()))
    return shared if _first_file(raws) is None else None


def _first_file(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def read_sidecar(path: Path) -> tuple[Value, ...]:
    """The values of a sidecar; none where it is damaged or too large.

    ``evidence`` names the sidecar. The file is XML of at most 32 MiB and declares no entities,
    so it may be read outside of a reader process.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        packet = stream.read(MOST_BYTES + 1)
    try:
        values = list(xmp_values(packet))
    except ValueError:
        return ()
    return reconcile(replace(value, evidence=path.name) for value in values)


def with_sidecar(embedded: Iterable[Value], sidecar: Iterable[Value]) -> tuple[Value, ...]:
    """The values of a file and its sidecar in one order.

    The sidecar counts more, because it is what a person changes where the file may not be
    touched; keywords of both are joined.
    """
    own = list(embedded)
    values = [*sidecar, *(value for value in own if not _is_union(value, own))]
    return reconcile(values, ORDER_SIDECAR)


def _is_union(value: Value, values: list[Value]) -> bool:
    """Whether a value joins those of several standards, which are listed beside it."""
    origins = set(value.model.split(BETWEEN_ORIGINS))
    beside = {
        origin
        for other in values
        if other.name == value.name and other is not value
        for origin in other.model.split(BETWEEN_ORIGINS)
    }
    return len(origins) > 1 and origins <= beside
