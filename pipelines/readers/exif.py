"""The EXIF values that every photo record shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from pipelines.analysis import Value

_ORIENTATION = 0x0112
_TEXTS = (
    (ExifTags.Base.ImageDescription, "description"),
    (ExifTags.Base.Artist, "creator"),
    (ExifTags.Base.Copyright, "rights"),
    (ExifTags.Base.Make, "camera_make"),
    (ExifTags.Base.Model, "camera_model"),
)


def orientation_of(exif: Image.Exif) -> int:
    """EXIF orientation, 1 to 8; 1 where it is absent or makes no sense."""
    value = exif.get(_ORIENTATION)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def exif_values(exif: Image.Exif) -> Iterator[Value]:
    """Values of the record that EXIF carries: texts, camera, capture time and place."""
    for tag, name in _TEXTS:
        text = _text(exif.get(tag))
        if text:
            yield Value(name, text, "embedded", model=f"EXIF {tag.name}")
    details = exif.get_ifd(ExifTags.IFD.Exif)
    captured = capture_time(
        _text(details.get(ExifTags.Base.DateTimeOriginal)),
        _text(details.get(ExifTags.Base.OffsetTimeOriginal)),
    )
    if captured:
        yield Value("captured_at", captured, "embedded", model="EXIF DateTimeOriginal")
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    if latitude is not None and longitude is not None:
        yield Value("latitude", latitude, "embedded", model="EXIF GPSLatitude")
        yield Value("longitude", longitude, "embedded", model="EXIF GPSLongitude")


def capture_time(text: str, offset: str = "") -> str:
    """EXIF ``2011:05:01 12:00:00`` (and ``+02:00``) as ISO 8601; empty if it is no time."""
    try:
        moment = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")
        zone = datetime.strptime(offset, "%z").tzinfo if offset else None
    except ValueError:
        return ""
    return moment.replace(tzinfo=zone).isoformat()


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.replace("\x00", " ").strip() if isinstance(value, str) else ""


def _degrees(
    gps: Mapping[int, Any], tag: int, reference: int, negative: str, most: int
) -> float | None:
    """Degrees, minutes and seconds as a signed number; None where they make no sense."""
    try:
        degrees, minutes, seconds = (float(part) for part in gps[tag])
        value = degrees + minutes / 60 + seconds / 3600
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    if not 0 <= value <= most:
        return None
    return round(-value if _text(gps.get(reference)).upper() == negative else value, 7)
