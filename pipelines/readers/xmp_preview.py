"""The small preview that Adobe's programs keep in XMP."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

from PIL import Image

from models.pixels import opaque
from pipelines.metadata.xmp import Node, items, texts

_MOST_THUMBNAILS = 20


def preview_in(properties: Mapping[str, Node], most_pixels: int) -> Image.Image | None:
    """The largest of the JPEGs in ``xmp:Thumbnails``; None where there is none."""
    found = []
    for item in items(properties.get("xmp:Thumbnails"))[:_MOST_THUMBNAILS]:
        try:
            data = base64.b64decode("".join(texts(item.get("xmpGImg:image"))))
            image = Image.open(io.BytesIO(data), formats=("JPEG",))
            if image.width * image.height <= most_pixels:
                found.append(opaque(image))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            continue
    return max(found, key=lambda image: image.width * image.height, default=None)
