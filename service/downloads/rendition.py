"""Makes one rendition of one asset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from pipelines.pool import ReaderPool
from pipelines.renditions.draw import draw, side_needed
from pipelines.renditions.recipe import MEDIA_TYPES, SUFFIXES, Credits
from pipelines.renditions.rewrite import REWRITABLE, CannotRewrite, rewrite
from service.downloads.presets import Preset
from service.errors import BadRequest, TooLarge

MOST_REWRITTEN_BYTES = 256 * 1024 * 1024
"""Largest file that is read into memory for other credits."""

_PICTURE = "image"
_CHUNK = 1 << 20
_RESERVED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_MOST_NAME = 180


@dataclass(frozen=True, slots=True)
class Source:
    """What a rendition is made of.

    Attributes:
        path: where the bytes lie.
        size: in bytes.
        width, height: of the upright picture in pixels; None where it is none.
        credits: what the record says about it.
    """

    path: Path
    name: str
    kind: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    credits: Credits


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file to hand out: its ``data``, or where it lies unchanged."""

    name: str
    media_type: str
    data: bytes | Path

    def chunks(self) -> Iterator[bytes]:
        """The bytes, some at a time."""
        if isinstance(self.data, bytes):
            yield self.data
            return
        with self.data.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def make_rendition(source: Source, preset: Preset, pool: ReaderPool) -> Rendition:
    """Make a rendition; pictures of any readable type can be converted.

    Raises:
        BadRequest: no such rendition can be made of this file, and what to do.
        TooLarge: the file is too large for it.
    """
    recipe = preset.recipe
    if recipe is None:
        return Rendition(_safe(source.name), source.media_type, source.path)
    if recipe.format != "original":
        return _drawn(source, preset, pool)
    if source.media_type not in REWRITABLE:
        return _as_it_is(source, preset)
    if source.size > MOST_REWRITTEN_BYTES:
        raise TooLarge(
            f"{source.name} is too large to write credits into; download it with “untouched”."
        )
    try:
        data = rewrite(source.path.read_bytes(), source.media_type, recipe, source.credits)
    except CannotRewrite as error:
        raise BadRequest(f"{source.name}: {error}") from error
    return Rendition(_safe(source.name), source.media_type, data)


def _as_it_is(source: Source, preset: Preset) -> Rendition:
    """A file that nothing can be written into; refused where it may tell a place."""
    recipe = preset.recipe
    assert recipe is not None
    tells = source.kind in {"image", "video"} and (recipe.strip_location or recipe.strip_device)
    if tells:
        raise BadRequest(
            f"Where {source.name} was taken cannot be removed from files of type "
            f"{source.media_type}; choose a preset that converts it, or “untouched”."
        )
    return Rendition(_safe(source.name), source.media_type, source.path)


def _drawn(source: Source, preset: Preset, pool: ReaderPool) -> Rendition:
    recipe = preset.recipe
    assert recipe is not None
    if source.kind != _PICTURE or not source.width or not source.height:
        raise BadRequest(
            f"{source.name} is no picture; download it with the preset “untouched” or “original”."
        )
    side = side_needed(recipe, (source.width, source.height))
    seen = pool.close_ups(source.path, {_PICTURE}, side=side, name=source.name)
    pixels = seen.units[0].picture.pixels if seen.units and seen.units[0].picture else None
    if pixels is None:
        why = seen.failure.reason if seen.failure else "The picture is too large to convert."
        raise BadRequest(f"{source.name}: {why}")
    data, _ = draw(pixels, recipe, source.credits)
    stem = f"{PurePath(source.name).stem}_{preset.name}"
    return Rendition(_safe(stem, SUFFIXES[recipe.format]), MEDIA_TYPES[recipe.format], data)


def _safe(name: str, suffix: str = "") -> str:
    """A name that every file system takes."""
    cleaned = _RESERVED.sub("_", name).strip(". ") or "file"
    if not suffix:
        suffix = PurePath(cleaned).suffix[:20]
        cleaned = cleaned.removesuffix(suffix)
    while len((cleaned + suffix).encode("utf-8")) > _MOST_NAME:
        cleaned = cleaned[:-1]
    return cleaned + suffix
