"""Files inside files (attachments, embedded documents), read by the reader of their type."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipelines.analysis import Analysis, Unit
from pipelines.readers.base import NOTHING, InputFile, join


class Attachments:
    """Reads what is inside one file, within the limits of number and depth."""

    def __init__(self, file: InputFile) -> None:
        self._file = file
        self._count = 0
        self._warned = False

    def read(
        self, data: bytes, name: str, media_type_hint: str | None = None
    ) -> Iterator[Analysis]:
        """Yield one part: the units of a file inside.

        Their keys begin with ``attachment:N/`` and their sections with the name of the file.
        Page numbers are told in the section, since ``page`` counts in the outer file. A file
        that cannot be read gives a warning.
        """
        file = self._file
        number, self._count = self._count, self._count + 1
        if number >= file.limits.attachments or file.depth >= file.limits.depth:
            if not self._warned:
                self._warned = True
                yield self._part(warnings=(self._left_out(number),))
            return
        found = _read(data, name, file, media_type_hint)
        units = tuple(_inner(unit, number, name) for unit in found.units)
        warnings = tuple(f"{name}: {warning}" for warning in found.warnings)
        if found.failure is not None:
            warnings = (*warnings, f"{name} could not be read: {found.failure.reason}")
        if units or warnings:
            yield self._part(units, warnings)

    def _part(self, units: tuple[Unit, ...] = (), warnings: tuple[str, ...] = ()) -> Analysis:
        return Analysis(
            kind="document", media_type=self._file.media_type, units=units, warnings=warnings
        )

    def _left_out(self, number: int) -> str:
        if number >= self._file.limits.attachments:
            return f"Only the first {number} files inside were read."
        return f"Files inside more than {self._file.limits.depth} others were left out."


def _read(data: bytes, name: str, file: InputFile, hint: str | None) -> Analysis:
    from pipelines.reading import read_parts

    with tempfile.TemporaryDirectory(prefix="magpie-") as folder:
        path = Path(folder, "attachment")
        path.write_bytes(data)
        parts = read_parts(
            path,
            name=name,
            media_type_hint=hint,
            password=file.password,
            limits=file.limits,
            depth=file.depth + 1,
        )
        return join(parts, NOTHING)


def _inner(unit: Unit, number: int, name: str) -> Unit:
    where = name if unit.page is None else f"{name}, page {unit.page}"
    return replace(
        unit,
        key=f"attachment:{number}/{unit.key}",
        kind="embedded_image" if unit.kind in {"image", "page"} else unit.kind,
        page=None,
        box=None,
        section=f"{where}: {unit.section}" if unit.section else where,
    )
