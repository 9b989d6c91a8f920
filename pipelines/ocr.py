"""Text in pictures: a later stage, run when a file can already be found.

The first reading says of every picture how much it looks like text. Those that look enough
like it are read again closely, recognised, put into reading order and cut into passages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from models.errors import ModelError
from models.ocr.base import Line, OcrEngine
from pipelines.analysis import Analysis, Box, Pixels, TextLine, Unit
from pipelines.layout import PageText, page_text
from pipelines.limits import Limits
from pipelines.passages import count_words, passages
from pipelines.readers.base import join
from pipelines.text_gate import TEXT_SCORE

CloseUps = Callable[[Sequence[str]], Analysis]
"""Given keys of units, their pictures as ``pipelines.pool.ReaderPool.close_ups`` gives them."""

KEY_PREFIX = "ocr:"

_KINDS = frozenset({"image", "page", "embedded_image"})
_LEAST_SIDES = (32, 96)
_PAGE_WORDS = 5
_AT_ONCE = 4
_SURE = 0.75
_SURE_LETTERS = 3
_LETTER = re.compile(r"[^\W_]")
_NOT_READ = "The text in {} could not be recognised: its picture could not be read again."


def wants_ocr(analysis: Analysis) -> tuple[str, ...]:
    """Keys of the units whose pictures deserve OCR, in the order of the units. Cheap.

    These are pictures that look like text (see ``pipelines.text_gate``), pages that have text
    of their own left out. In a long scan whose later pages were not drawn, for the limit on
    pictures, these pages too.
    """
    words = _words_on_pages(analysis)
    done = {unit.key.removeprefix(KEY_PREFIX).rpartition(":")[0] for unit in _recognised(analysis)}
    wanted = [
        unit.key
        for unit in analysis.units
        if unit.key not in done
        and _looks_like_text(unit)
        and not (unit.kind == "page" and words.get(unit.page, 0) >= _PAGE_WORDS)
    ]
    return (*wanted, *(key for key in _pages_not_drawn(analysis, wanted) if key not in done))


def recognise_text(
    analysis: Analysis, close_ups: CloseUps, engine: OcrEngine, keys: Sequence[str] | None = None
) -> Analysis:
    """The analysis with the text in its pictures as further units; see ``recognise_parts``."""
    return join(recognise_parts(analysis, close_ups, engine, keys), analysis)


def recognise_parts(
    analysis: Analysis, close_ups: CloseUps, engine: OcrEngine, keys: Sequence[str] | None = None
) -> Iterator[Analysis]:
    """Yield one part a picture, with what its text says, so that a long scan fills up by pages.

    Args:
        analysis: of the first reading; where ``keys`` are given, its units do not matter.
        close_ups: reads pictures of the same file again.
        engine: recognises their text.
        keys: which units; those that ``wants_ocr`` names if not given.

    Returns:
        Parts with units of kind ``passage``, without vectors, keys ``ocr:KEY:N`` for the unit
        KEY. Their spans count in the text of the picture, rows on lines and an empty line
        between paragraphs. Boxes are on the page where that of the picture is known, else in
        the picture. A picture without text gives a part without units, one that cannot be
        read a warning.
    """
    left = iter(wants_ocr(analysis) if keys is None else keys)
    while some := list(islice(left, _AT_ONCE)):
        seen = {unit.key: unit for unit in close_ups(some).units}
        for key in some:
            unit = seen.pop(key, None)
            pixels = unit.picture.pixels if unit is not None and unit.picture is not None else None
            units: tuple[Unit, ...] = ()
            warnings: tuple[str, ...] = ()
            if unit is None or pixels is None:
                warnings = (_NOT_READ.format(_name(key)),)
            else:
                try:
                    units = _units(unit, pixels, engine)
                except ModelError as error:
                    warnings = (f"The text in {_name(key)} could not be recognised: {error}",)
            yield Analysis(analysis.kind, analysis.media_type, units=units, warnings=warnings)


def _looks_like_text(unit: Unit) -> bool:
    picture = unit.picture
    if unit.kind not in _KINDS or picture is None or picture.text_score is None:
        return False
    sides = sorted((picture.width, picture.height))
    large_enough = unit.kind == "page" or (
        sides[0] >= _LEAST_SIDES[0] and sides[1] >= _LEAST_SIDES[1]
    )
    return large_enough and picture.text_score >= TEXT_SCORE


def _words_on_pages(analysis: Analysis) -> dict[int | None, int]:
    """Words of the file's own text by page."""
    words: dict[int | None, int] = {}
    for unit in analysis.units:
        if unit.kind == "passage" and not unit.source_model:
            words[unit.page] = words.get(unit.page, 0) + count_words(unit.text)
    return words


def _recognised(analysis: Analysis) -> Iterator[Unit]:
    return (unit for unit in analysis.units if unit.key.startswith(KEY_PREFIX))


def _pages_not_drawn(analysis: Analysis, wanted: Sequence[str]) -> Iterator[str]:
    """Keys of pages after the last that was drawn, where most of those drawn are scans."""
    drawn = [unit.page for unit in analysis.units if unit.kind == "page" and unit.page]
    with_units = {unit.page for unit in analysis.units}
    if not drawn or analysis.pages is None or 2 * len(wanted) < len(with_units):
        return
    for number in range(max(drawn) + 1, min(analysis.pages, Limits().pages) + 1):
        if number not in with_units:
            yield f"page:{number}"


def _units(parent: Unit, pixels: Pixels, engine: OcrEngine) -> tuple[Unit, ...]:
    lines = engine.recognise(pixels)
    if not any(map(_is_sure, lines)):
        return ()
    height, width = pixels.shape[:2]
    page = page_text(lines, width, height)
    return tuple(
        _unit(passage, number, page, parent, engine.name)
        for number, passage in enumerate(passages(page.text, page=parent.page))
    )


def _is_sure(line: Line) -> bool:
    """Whether a line is no accident of leaves or stones that look like a letter."""
    return line.confidence >= _SURE and len(_LETTER.findall(line.text)) >= _SURE_LETTERS


def _unit(passage: Unit, number: int, page: PageText, parent: Unit, model: str) -> Unit:
    assert passage.char_start is not None and passage.char_end is not None
    lines = tuple(_lines_within(page.lines, passage.char_start, passage.char_end, parent.box))
    letters = sum(line.end - line.start for line in lines)
    return replace(
        passage,
        key=f"{KEY_PREFIX}{parent.key}:{number}",
        section=parent.section,
        box=_around([line.box for line in lines]),
        confidence=sum(line.confidence * (line.end - line.start) for line in lines) / letters,
        source_model=model,
        lines=lines,
    )


def _lines_within(
    lines: Sequence[TextLine], start: int, end: int, place: Box | None
) -> Iterator[TextLine]:
    """Lines of a passage, cut to it and counted from its start; boxes moved onto the page."""
    for line in lines:
        if line.start < end and line.end > start:
            yield TextLine(
                start=max(line.start, start) - start,
                end=min(line.end, end) - start,
                box=_on_page(line.box, place),
                confidence=line.confidence,
            )


def _on_page(box: Box, place: Box | None) -> Box:
    """A box within a picture that itself stands at ``place``."""
    if place is None:
        return box
    width, height = place.right - place.left, place.bottom - place.top
    return Box(
        left=place.left + box.left * width,
        top=place.top + box.top * height,
        right=place.left + box.right * width,
        bottom=place.top + box.bottom * height,
    )


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.right for box in boxes),
        bottom=max(box.bottom for box in boxes),
    )


def _name(key: str) -> str:
    """How a person calls a unit: ``page 3``, or simply the picture."""
    kind, _, place = key.rpartition("/")[2].partition(":")
    return f"page {place}" if kind == "page" else "a picture"
