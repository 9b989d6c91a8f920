"""PowerPoint presentations (pptx): a slide is a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.analysis import Analysis, Box, Unit
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile
from pipelines.readers.elements import slide_elements, write
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.readers.office import embedded_files, properties, thumbnail
from pipelines.readers.zipped import open_archive

if TYPE_CHECKING:
    from pptx.slide import Slide

MEDIA_TYPES = frozenset(
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation"}
)

_MOST_DEPTH = 10


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then one part a slide, then files inside."""
    from pptx import Presentation

    with open_archive(file) as archive:
        presentation = Presentation(str(file.path))
        slides = list(presentation.slides)
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            pages=len(slides),
            values=tuple(properties(archive)),
            preview=thumbnail(archive, file.limits.pixels),
        )
        texts = dict(slide_elements(file.path))
        size = (presentation.slide_width or 1, presentation.slide_height or 1)
        flow, pictures = Flow(file.limits), EmbeddedPictures(file)
        for number, slide in enumerate(slides[: file.limits.pages], start=1):
            write(flow, texts.get(number, ()), deepest_heading=0)
            _charts(slide, flow)
            _notes(slide, flow)
            units = flow.take(number)
            yield Analysis(
                kind="document",
                media_type=file.media_type,
                units=(*units, *_pictures(slide, number, size, pictures)),
                warnings=(*flow.warnings(), *_hidden(slide, number)),
            )
        inside = Attachments(file)
        for embedded in embedded_files(archive):
            yield from inside.read(archive.read(embedded), embedded.rpartition("/")[2])


def _hidden(slide: Slide, number: int) -> tuple[str, ...]:
    is_hidden = slide._element.get("show") in {"0", "false"}
    return (f"Slide {number} is hidden in the presentation.",) if is_hidden else ()


def _notes(slide: Slide, flow: Flow) -> None:
    if not slide.has_notes_slide:
        return
    frame = slide.notes_slide.notes_text_frame
    if frame is not None and frame.text.strip():
        flow.begin("speaker notes")
        flow.paragraph(frame.text)


def _charts(slide: Slide, flow: Flow) -> None:
    """Titles and categories of charts, which ``unstructured`` leaves out."""
    for shape in _shapes(slide.shapes, _MOST_DEPTH):
        if not getattr(shape, "has_chart", False):
            continue
        chart = shape.chart
        if chart.has_title and chart.chart_title.has_text_frame:
            flow.paragraph(chart.chart_title.text_frame.text)
        for plot in chart.plots:
            flow.row(["", *(str(label) for label in plot.categories)])
            for series in plot.series:
                flow.row([series.name, *("" if v is None else f"{v:g}" for v in series.values)])
            flow.end_table()


def _pictures(
    slide: Slide, number: int, size: tuple[int, int], pictures: EmbeddedPictures
) -> Iterator[Unit]:
    from dataclasses import replace

    title = slide.shapes.title
    section = " ".join(title.text_frame.text.split()) if title is not None else ""
    for shape in _shapes(slide.shapes, _MOST_DEPTH):
        data = _image_of(shape)
        unit = pictures.unit(data, page=number, section=section) if data else None
        if unit is not None:
            yield replace(unit, box=_box(shape, size))


def _image_of(shape: Any) -> bytes | None:
    """The image file of a picture shape; linked ones and damaged ones have none."""
    try:
        return bytes(shape.image.blob)
    except (AttributeError, KeyError, ValueError):
        return None


def _box(shape: Any, size: tuple[int, int]) -> Box | None:
    """Where a shape stands on the slide; None inside groups, which have a scale of their own."""
    if type(shape._parent).__name__ != "SlideShapes" or None in (shape.left, shape.width):
        return None
    edges = (
        shape.left / size[0],
        shape.top / size[1],
        (shape.left + shape.width) / size[0],
        (shape.top + shape.height) / size[1],
    )
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in edges)
    return Box(left, top, right, bottom) if left < right and top < bottom else None


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        elif depth > 0:
            yield from _shapes(inner, depth - 1)
