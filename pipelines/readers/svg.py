"""SVG: its texts, and a picture drawn by resvg from a tree made safe.

Nothing in it is run, fetched or opened: see ``svg_safe``.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from PIL import Image

from pipelines.analysis import Analysis, Unit, Value
from pipelines.colour import to_srgb
from pipelines.metadata.fields import embedded
from pipelines.metadata.reconcile import reconcile
from pipelines.metadata.xmp import properties_in
from pipelines.metadata.xmp_fields import property_values
from pipelines.passages import passages
from pipelines.pictures import make_picture
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.svg_safe import local, make_inert, parse_svg

MEDIA_TYPES = frozenset({"image/svg+xml"})

_MOST_BYTES = 32 * 1024 * 1024
_SIDE = 640
_DEFAULT_SIZE = (300.0, 150.0)
"""Size of a picture that names none (CSS Images 3, 5.1)."""

_LENGTH = re.compile(r"\s*([+]?[\d.]+(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
}
_NOT_DRAWN = "The drawing is too complex, or damaged; only its text was read."
_NEEDS_RESVG = "The drawing was not rendered; install resvg-py and read the file again."


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield the texts first, then the picture as unit ``image``."""
    if file.path.stat().st_size > _MOST_BYTES:
        raise Unreadable("too_large", "The SVG is larger than 32 MB; save a PNG or PDF copy.")
    root = parse_svg(file.path.read_bytes())
    size = _size(root)
    yield Analysis(
        kind="image",
        media_type=file.media_type,
        width=max(1, round(size[0])),
        height=max(1, round(size[1])),
        values=_values(root),
        units=tuple(passages(_text(root)[: file.limits.text_chars])),
    )
    image, warning = _drawn(root, size, file.limits.pixels)
    if image is None:
        yield Analysis("image", file.media_type, warnings=(warning,))
        return
    picture = make_picture(image, (max(1, round(size[0])), max(1, round(size[1]))))
    yield Analysis(
        "image", file.media_type, units=(Unit(key="image", kind="image", picture=picture),)
    )


def _drawn(
    root: Element, size: tuple[float, float], most_pixels: int
) -> tuple[Image.Image | None, str]:
    """The picture, longest side ``_SIDE``; or None and why."""
    try:
        from resvg_py import svg_to_bytes
    except ModuleNotFoundError:
        return None, _NEEDS_RESVG
    if not make_inert(root, most_pixels):
        return None, _NOT_DRAWN
    wide = size[0] >= size[1]
    try:
        png = svg_to_bytes(
            svg_string=tostring(root, encoding="unicode"),
            width=_SIDE if wide else None,
            height=None if wide else _SIDE,
            dpi=96,
            # Looking for fonts takes longer than most drawings.
            skip_system_fonts=not any(local(element) == "text" for element in root.iter()),
        )
        image = Image.open(io.BytesIO(png), formats=("PNG",))
        image.load()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        # A panic in Rust is no Exception.
        return None, _NOT_DRAWN
    return to_srgb(image)[0], ""


def _size(root: Element) -> tuple[float, float]:
    """Width and height in CSS pixels, from the attributes or the view box."""
    box = [_number(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    view = (box[2], box[3]) if len(box) == 4 and box[2] > 0 and box[3] > 0 else None
    width, height = _pixels(root.get("width", "")), _pixels(root.get("height", ""))
    if width and height:
        return width, height
    across, down = view or _DEFAULT_SIZE
    if width or height:
        scale = width / across if width else height / down
        return across * scale, down * scale
    return across, down


def _pixels(text: str) -> float:
    """A length in pixels; 0 where it is absent, relative or no length."""
    match = _LENGTH.fullmatch(text)
    return _number(match.group(1)) * _PIXELS[match.group(2)] if match else 0.0


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number < 1e9 else 0.0


def _values(root: Element) -> tuple[Value, ...]:
    found = []
    for child in root:
        name = {"title": "title", "desc": "description"}.get(local(child))
        text = " ".join("".join(child.itertext()).split()) if name else ""
        if name and text:
            found.append(embedded(name, text, f"SVG {local(child)}"))
    with contextlib.suppress(ValueError):
        found += property_values(properties_in(root))
    return reconcile(found)


def _text(root: Element) -> str:
    """The texts that the drawing shows, one a line."""
    lines = (" ".join("".join(e.itertext()).split()) for e in root.iter() if local(e) == "text")
    return "\n".join(line for line in lines if line)
