"""Pictures placed on a PDF page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium
from PIL import Image
from pypdfium2 import PdfImage, PdfiumError, PdfMatrix

from models.pixels import opaque
from pipelines.analysis import Box
from pipelines.pictures import decode_size
from pipelines.readers.pdf_text import quad_box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_LEAST_SIDE = 64
_LEAST_AREA = 0.005
_MOST_OBJECTS = 20_000
_MOST_DEPTH = 3
_UNIT_SQUARE = ((0, 0), (1, 0), (0, 1), (1, 1))


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A picture on a page, not decoded yet.

    Attributes:
        size: width and height in pixels, as stored.
        box: where it stands on the page as shown.
    """

    size: tuple[int, int]
    box: Box
    image: Any
    upright: bool

    def load(self) -> Image.Image | None:
        """Decode to RGB; None where that fails."""
        try:
            stored = self._stored_jpeg() if self.upright else None
            return stored or opaque(self.image.get_bitmap(render=True).to_pil())
        except (PdfiumError, OSError, ValueError, ZeroDivisionError):
            return None

    def _stored_jpeg(self) -> Image.Image | None:
        """The JPEG itself where the page shows it unchanged: faster, and equal to the photo."""
        if self.image.get_filters() != ["DCTDecode"] or _has_mask(self.image):
            return None
        photo = Image.open(io.BytesIO(bytes(self.image.get_data())), formats=("JPEG",))
        if photo.mode not in {"RGB", "L"}:
            return None
        target = decode_size(*photo.size)
        if target is not None:
            photo.draft("RGB", target)
        return photo.convert("RGB")


def placed_pictures(page: PdfPage, most_pixels: int) -> Iterator[PlacedPicture]:
    """Pictures of a page that are large enough to be looked at, in drawing order."""
    for raw, matrix in _image_objects(page, page, PdfMatrix(), _MOST_DEPTH):
        corners = [matrix.on_point(x, y) for x, y in _UNIT_SQUARE]
        box = quad_box(page, corners)
        image = PdfImage(raw, page=page)
        width, height = image.get_px_size()
        if box is None or min(width, height) < _LEAST_SIDE or width * height > most_pixels:
            continue
        if (box.right - box.left) * (box.bottom - box.top) < _LEAST_AREA:
            continue
        upright = matrix.b == matrix.c == 0 and matrix.a > 0 and matrix.d > 0
        yield PlacedPicture((width, height), box, image, upright and not page.get_rotation())


def _image_objects(
    page: Any, container: Any, matrix: PdfMatrix, depth: int
) -> Iterator[tuple[Any, PdfMatrix]]:
    """Image objects with the matrix that places the unit square, forms gone through.

    Works on raw handles: a helper object for each of thousands of letters takes longer than
    reading the text.
    """
    is_page = container is page
    count = (pdfium.FPDFPage_CountObjects if is_page else pdfium.FPDFFormObj_CountObjects)(
        container
    )
    get = pdfium.FPDFPage_GetObject if is_page else pdfium.FPDFFormObj_GetObject
    for index in range(min(count, _MOST_OBJECTS)):
        found = get(container, index)
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield found, _matrix_of(found).multiply(matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth > 0:
            yield from _image_objects(page, found, _matrix_of(found).multiply(matrix), depth - 1)


def _matrix_of(found: Any) -> PdfMatrix:
    raw = pdfium.FS_MATRIX()
    return PdfMatrix.from_raw(raw) if pdfium.FPDFPageObj_GetMatrix(found, raw) else PdfMatrix()


def _has_mask(image: PdfImage) -> bool:
    """Whether parts of the picture are transparent."""
    return bool(pdfium.FPDFPageObj_HasTransparency(image))
