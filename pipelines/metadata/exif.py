"""EXIF (CIPA DC-008, Exif 3.0): what camera, photographer and satellites wrote."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from pipelines.analysis import Value
from pipelines.metadata.fields import embedded, one_or_all
from pipelines.metadata.ifd import Directory, Tiff, decode_text
from pipelines.metadata.times import clock, iso_time

EXIF_IFD = 0x8769
GPS_IFD = 0x8825
_ORIENTATION = 0x0112
_SIGNIFICANT = 7

_MAIN_TEXTS = (
    (0x010E, "description", "ImageDescription"),
    (0x010D, "title", "DocumentName"),
    (0x010F, "camera_make", "Make"),
    (0x0110, "camera_model", "Model"),
    (0x0131, "software", "Software"),
    (0xC62F, "camera_serial", "CameraSerialNumber"),
)
_PHOTO_TEXTS = (
    (0xA430, "camera_owner", "CameraOwnerName"),
    (0xA431, "camera_serial", "BodySerialNumber"),
    (0xA433, "lens_make", "LensMake"),
    (0xA434, "lens_model", "LensModel"),
    (0xA435, "lens_serial", "LensSerialNumber"),
    (0xA436, "title", "ImageTitle"),
    (0xA437, "creator", "Photographer"),
)
_WINDOWS_TEXTS = (
    (0x9C9B, "title", "XPTitle"),
    (0x9C9C, "comment", "XPComment"),
    (0x9C9D, "creator", "XPAuthor"),
    (0x9C9F, "headline", "XPSubject"),
)
_WINDOWS_KEYWORDS = 0x9C9E
_TIMES = (
    ("captured_at", "DateTimeOriginal", EXIF_IFD, 0x9003, 0x9011, 0x9291),
    ("created_at", "DateTimeDigitized", EXIF_IFD, 0x9004, 0x9012, 0x9292),
    ("modified_at", "DateTime", 0, 0x0132, 0x9010, 0x9290),
)
_NUMBERS = (
    (0x829A, "exposure_time_s", "ExposureTime"),
    (0x829D, "f_number", "FNumber"),
    (0x920A, "focal_length_mm", "FocalLength"),
    (0xA405, "focal_length_35mm", "FocalLengthIn35mmFilm"),
    (0x9204, "exposure_bias_ev", "ExposureBiasValue"),
)
_INTEGERS = frozenset({0xA405})
_CHOICES: tuple[tuple[int, str, str, dict[int, str]], ...] = (
    (
        0x8822,
        "exposure_program",
        "ExposureProgram",
        dict(
            enumerate(
                (
                    "manual",
                    "normal program",
                    "aperture priority",
                    "shutter priority",
                    "creative program",
                    "action program",
                    "portrait mode",
                    "landscape mode",
                    "bulb",
                ),
                start=1,
            )
        ),
    ),
    (
        0x9207,
        "metering_mode",
        "MeteringMode",
        dict(
            enumerate(
                ("average", "centre-weighted average", "spot", "multi-spot", "pattern", "partial"),
                start=1,
            )
        )
        | {255: "other"},
    ),
    (0xA403, "white_balance", "WhiteBalance", {0: "auto", 1: "manual"}),
    (0xA001, "colour_space", "ColorSpace", {1: "sRGB", 2: "Adobe RGB", 65535: "uncalibrated"}),
)
_CAMERA_DEFAULTS = re.compile(
    r"(?:\w+ )*digital (?:still )?camera|sony dsc|dcim\w*|default|untitled|image|picture", re.I
)


def exif_values(tiff: Tiff) -> Iterator[Value]:
    """Values of the main picture of a block of EXIF; thumbnails and maker notes are left out."""
    main = tiff.first()
    yield from directory_values(main, main.directory(EXIF_IFD), main.directory(GPS_IFD))


def directory_values(main: Directory, photo: Directory, gps: Directory) -> Iterator[Value]:
    """Values of the three directories of a photo: picture, exposure, place."""
    yield from _texts(main, _MAIN_TEXTS)
    yield from _people(main)
    yield from _windows(main)
    yield from _texts(photo, _PHOTO_TEXTS)
    yield from _comment(photo)
    for name, property_, ifd, tag, offset_tag, fraction_tag in _TIMES:
        text = (photo if ifd else main).text(tag)
        time = iso_time(text, photo.text(offset_tag), photo.text(fraction_tag))
        if time:
            yield embedded(name, time, f"EXIF {property_}")
    yield from _exposure(photo)
    yield from _picture(main)
    yield from _place(gps)


def orientation_of(tiff: Tiff) -> int:
    """EXIF orientation, 1 to 8; 1 where it is absent or makes no sense."""
    value = tiff.first().integer(_ORIENTATION)
    return value if value is not None and 1 <= value <= 8 else 1


def is_camera_default(description: str) -> bool:
    """Whether a description is what a camera writes into every photo."""
    return _CAMERA_DEFAULTS.fullmatch(description) is not None


def rounded(number: float) -> float:
    """A measured number without the noise of its binary form."""
    return float(f"{number:.{_SIGNIFICANT}g}")


def _texts(directory: Directory, table: tuple[tuple[int, str, str], ...]) -> Iterator[Value]:
    for tag, name, property_ in table:
        text = directory.text(tag)
        if text:
            yield embedded(name, text, f"EXIF {property_}")


def _people(main: Directory) -> Iterator[Value]:
    """Artist and copyright.

    Several artists stand apart by semicolons (MWG guidelines 2.0, 5.7); the copyright of the
    photographer and that of the editor by a zero byte.
    """
    artists = [name.strip(' "') for name in main.text(0x013B).split(";")]
    if any(artists):
        yield embedded("creator", one_or_all([a for a in artists if a]), "EXIF Artist")
    rights = [decode_text(part) for part in main.raw(0x8298).split(b"\0")[:2]]
    if any(rights):
        yield embedded("rights", "; ".join(filter(None, rights)), "EXIF Copyright")


def _windows(main: Directory) -> Iterator[Value]:
    """What Windows Explorer writes, in UTF-16."""
    for tag, name, property_ in _WINDOWS_TEXTS:
        text = _utf_16(main.raw(tag), "<")
        if text:
            yield embedded(name, text, f"EXIF {property_}")
    words = [word.strip() for word in _utf_16(main.raw(_WINDOWS_KEYWORDS), "<").split(";")]
    if any(words):
        yield embedded("keywords", tuple(filter(None, words)), "EXIF XPKeywords")
    rating = main.integer(0x4746)
    if rating is not None and 0 <= rating <= 5:
        yield embedded("rating", rating, "EXIF Rating")


def _comment(photo: Directory) -> Iterator[Value]:
    """The user comment, behind eight bytes that name its character set."""
    data = photo.raw(0x9286)
    kind, body = data[:8], data[8:]
    if kind.startswith(b"UNICODE"):
        text = _utf_16(body, photo.order)
    elif kind.startswith(b"JIS"):
        text = body.decode("iso2022_jp", "replace").replace("\0", "").strip()
    else:
        text = decode_text(body.partition(b"\0")[0])
    if text and text.isprintable():
        yield embedded("comment", text, "EXIF UserComment")


def _exposure(photo: Directory) -> Iterator[Value]:
    for tag, name, property_ in _NUMBERS:
        number = photo.number(tag)
        if number is not None:
            value = int(number) if tag in _INTEGERS else rounded(number)
            yield embedded(name, value, f"EXIF {property_}")
    sensitivity = photo.integer(0x8827)
    if sensitivity:
        yield embedded("iso", sensitivity, "EXIF PhotographicSensitivity")
    flash = photo.integer(0x9209)
    if flash is not None:
        yield embedded("flash_fired", bool(flash & 1), "EXIF Flash")
    for tag, name, property_, words in _CHOICES:
        choice = words.get(photo.integer(tag) if tag in photo else None)  # type: ignore[arg-type]
        if choice:
            yield embedded(name, choice, f"EXIF {property_}")


def _picture(main: Directory) -> Iterator[Value]:
    orientation = main.integer(_ORIENTATION)
    if orientation is not None and 1 <= orientation <= 8:
        yield embedded("orientation", orientation, "EXIF Orientation")
    yield from resolution(main.number(0x011A), main.number(0x011B), main.integer(0x0128), "EXIF ")


def resolution(
    across: float | None, down: float | None, unit: int | None, prefix: str
) -> Iterator[Value]:
    """Pixels an inch; the vertical ones where they differ.

    Args:
        across, down: pixels a unit.
        unit: 2 for inches (the default), 3 for centimetres; any other gives no resolution.
        prefix: the standard, with the space or colon before its property.
    """
    scale = {None: 1.0, 2: 1.0, 3: 2.54}.get(unit)
    if scale is None or not across or across < 0:
        return
    yield embedded("resolution_dpi", rounded(across * scale), f"{prefix}XResolution")
    if down and down > 0 and down != across:
        yield embedded("resolution_y_dpi", rounded(down * scale), f"{prefix}YResolution")


def _place(gps: Directory) -> Iterator[Value]:
    latitude, longitude = _degrees(gps, 2, 1, "S", 90), _degrees(gps, 4, 3, "W", 180)
    if latitude is not None and longitude is not None:
        yield embedded("latitude", latitude, "EXIF GPSLatitude")
        yield embedded("longitude", longitude, "EXIF GPSLongitude")
    altitude = gps.number(6)
    if altitude is not None:
        below = gps.integer(5) == 1
        yield embedded("altitude_m", rounded(-altitude if below else altitude), "EXIF GPSAltitude")
    direction = gps.number(17)
    if direction is not None and 0 <= direction <= 360:
        yield embedded("direction_deg", rounded(direction), "EXIF GPSImgDirection")
    hours = gps.numbers(7)
    moment = clock(*hours) if len(hours) == 3 else ""
    time = iso_time(f"{gps.text(29)} {moment}", "Z") if moment else ""
    if time.endswith("+00:00"):
        yield embedded("gps_time", time, "EXIF GPSTimeStamp")


def _degrees(gps: Directory, tag: int, reference: int, negative: str, most: int) -> float | None:
    """Degrees, minutes and seconds as a signed number; None where they make no sense."""
    parts = [0.0 if math.isnan(part) else part for part in gps.numbers(tag)]
    if not 1 <= len(parts) <= 3 or math.isnan(gps.numbers(tag)[0]):
        return None
    value = sum(part / divisor for part, divisor in zip(parts, (1.0, 60.0, 3600.0), strict=False))
    if not 0 <= value <= most:
        return None
    return round(-value if gps.text(reference).upper() == negative else value, 7)


def _utf_16(data: bytes, order: str) -> str:
    encoding = "utf-16-le" if order == "<" else "utf-16-be"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    text = data[: len(data) // 2 * 2].decode(encoding, "replace")
    return text.partition("\0")[0].strip()
