"""A contact sheet: the scenes of a video side by side, each with its second."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from pipelines.analysis import DerivedFile, Unit
from pipelines.video.clock import clock

_COLUMNS = 5
_CELL = (256, 144)
_GAP = 6
_LABEL = 20
_MOST = 100
_QUALITY = 82


def contact_sheet(scenes: Sequence[Unit]) -> DerivedFile | None:
    """A JPEG of up to 100 scenes, evenly chosen where there are more; None without pictures."""
    shown = [scene for scene in scenes if scene.picture is not None]
    if not shown:
        return None
    if len(shown) > _MOST:
        shown = [shown[number * len(shown) // _MOST] for number in range(_MOST)]
    columns = min(_COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    wide, tall = _CELL[0] + _GAP, _CELL[1] + _LABEL + _GAP
    sheet = Image.new("RGB", (columns * wide + _GAP, rows * tall + _GAP), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size=13)
    for number, scene in enumerate(shown):
        left = _GAP + number % columns * wide
        top = _GAP + number // columns * tall
        _paste(sheet, scene, left, top)
        label = clock(scene.start_s or 0.0)
        draw.text((left + 2, top + _CELL[1] + 3), label, fill="black", font=font)
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=_QUALITY)
    return DerivedFile("contact_sheet", "image/jpeg", buffer.getvalue())


def _paste(sheet: Image.Image, scene: Unit, left: int, top: int) -> None:
    """A scene in the middle of its cell."""
    assert scene.picture is not None
    with Image.open(io.BytesIO(scene.picture.thumbnail)) as opened:
        image = opened.convert("RGB")
    image.thumbnail(_CELL)
    inset = ((_CELL[0] - image.width) // 2, (_CELL[1] - image.height) // 2)
    sheet.paste(image, (left + inset[0], top + inset[1]))
