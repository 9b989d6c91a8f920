"""Analyses as rows of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from pipelines.analysis import Analysis, Unit
from service.catalog.tables import now


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Hashes of the small pictures of an analysis: of the whole, and of each unit."""

    preview: str | None
    units: Sequence[str | None]


def content_row(
    sha256: str, analysis: Analysis, thumbnails: Thumbnails, stage_key: str
) -> dict[str, object]:
    failure = analysis.failure
    return {
        "sha256": sha256,
        "stage_key": stage_key,
        "kind": analysis.kind,
        "media_type": analysis.media_type,
        "width": analysis.width,
        "height": analysis.height,
        "pages": analysis.pages,
        "duration_s": analysis.duration_s,
        "thumbnail": thumbnails.preview or next((each for each in thumbnails.units if each), None),
        "failure_code": failure.code if failure else None,
        "failure_reason": failure.reason if failure else None,
        "warnings": list(analysis.warnings),
        "read_at": now(),
    }


def unit_row(sha256: str, unit: Unit, thumbnail: str | None) -> dict[str, object]:
    picture = unit.picture
    prints = picture.fingerprints if picture else None
    return {
        "sha256": sha256,
        "key": unit.key,
        "kind": unit.kind,
        "page": unit.page,
        "box": list(astuple(unit.box)) if unit.box else None,
        "section": unit.section,
        "text": unit.text,
        "char_start": unit.char_start,
        "char_end": unit.char_end,
        "start_s": unit.start_s,
        "end_s": unit.end_s,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "thumbnail": thumbnail,
        "pixels": prints.pixels if prints else None,
        "perceptual": prints.perceptual if prints else None,
        "model": unit.source_model,
        "confidence": unit.confidence,
        "lines": [
            [line.start, line.end, *astuple(line.box), line.confidence] for line in unit.lines
        ],
    }
