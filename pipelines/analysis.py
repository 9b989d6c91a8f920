"""What Magpie learned from one file: plain data, no database, no network.

A *reading* is what a reader process takes out of the bytes (text, pictures,
metadata). An *analysis* is a reading whose units carry vectors. Both are made
of frozen dataclasses of numpy arrays, strings and numbers, so they cross a
process border by pickling and can be compared in tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pipelines.attributes import Attributes
    from pipelines.documents.structure import Structure

AssetKind = Literal["image", "video", "audio", "document", "other"]
UnitKind = Literal[
    "record", "image", "embedded_image", "page", "scene", "frame", "passage", "transcript"
]
Source = Literal["human", "embedded", "rule", "model"]

Vector = NDArray[np.float32]
"""One vector: shape (d,), float32, unit length unless its model says otherwise."""

Pixels = NDArray[np.uint8]
"""Pixels ready for the visual encoder: shape (side, side, 3), uint8, RGB."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page or picture, as fractions of its width and height.

    The origin is the top left corner; ``0 <= left < right <= 1`` and
    ``0 <= top < bottom <= 1``.
    """

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Value:
    """One metadata value and where it comes from.

    Attributes:
        name: the field, in Magpie's own words (``title``, ``creator``, ``captured_at`` ...).
        value: a JSON value.
        source: who made it.
        model: model and version where ``source`` is ``model``, rule name where ``rule``,
            the standard and property (``XMP dc:title``) where ``embedded``.
        confidence: between 0 and 1; 1 for values read rather than inferred.
        evidence: what a person can look at to check it.
    """

    name: str
    value: str | int | float | bool | tuple[str, ...]
    source: Source
    model: str = ""
    confidence: float = 1.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What tells whether two pictures are the same.

    Attributes:
        pixels: SHA-256 (hex) of the oriented RGB pixels and their size; of JPEGs above 4
            megapixels at the scale they are decoded at (see ``pipelines.fingerprint``).
        perceptual: 64-bit perceptual hash of the luminance (DCT, pHash) as 16 hex digits.
    """

    pixels: str
    perceptual: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture found in a file, made small.

    Attributes:
        width, height: in pixels after EXIF orientation, of the original.
        pixels: what the visual encoder sees; None once encoded.
        thumbnail: JPEG bytes, longest side at most ``THUMBNAIL_SIDE``.
        fingerprints: hashes of the original pixels; None for page renderings.
        text_score: how much of it looks like lines of text (see ``pipelines.text_gate``);
            None where nobody looked.
        attributes: its colours, sharpness and kind; None for parts of documents.
    """

    width: int
    height: int
    pixels: Pixels | None
    thumbnail: bytes
    fingerprints: Fingerprints | None = None
    text_score: int | None = None
    attributes: Attributes | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text that was recognised in a picture.

    Attributes:
        start, end: its characters in the text that it belongs to.
        box: the rectangle around it, in the picture or on the page of its unit.
        confidence: of the engine that read it, between 0 and 1.
    """

    start: int
    end: int
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing that a search can hit: a picture, a page, a passage, a scene.

    Attributes:
        key: unique and stable within the file (``image``, ``page:3``, ``passage:12``,
            ``embedded_image:2:0``); point ids derive from it.
        page: page number from 1, where the file has pages.
        box: where on the page, where known.
        section: the heading that the text stands under.
        text: the words of a passage or transcript; empty for plain pictures.
        char_start, char_end: span of ``text`` in the text of its page (of the file where
            there are no pages).
        start_s, end_s: seconds in a video or sound.
        picture: the picture of the unit, where it has one.
        visual, look, words: vectors in the spaces ``visual``, ``look`` and ``text``.
        confidence: how sure the model is that made the text, between 0 and 1; None for text
            that was read from the file.
        source_model: name and version of that model; empty for text read from the file.
        lines: where the lines of recognised text stand; spans count in ``text``.
    """

    key: str
    kind: UnitKind
    page: int | None = None
    box: Box | None = None
    section: str = ""
    text: str = ""
    char_start: int | None = None
    char_end: int | None = None
    start_s: float | None = None
    end_s: float | None = None
    picture: Picture | None = None
    visual: Vector | None = None
    look: Vector | None = None
    words: Vector | None = None
    confidence: float | None = None
    source_model: str = ""
    lines: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """A file that was made of another: its ``contact_sheet``, a ``proxy`` that browsers play, or
    the ``print`` that finds its copies."""

    kind: Literal["contact_sheet", "proxy", "print"]
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file, or a part of it, could not be read.

    Attributes:
        code: short and stable (``unsupported``, ``corrupt``, ``encrypted``, ``too_large``,
            ``timed_out``, ``out_of_memory``, ``crashed``, ``empty``, ``missing``).
        reason: one sentence that a person understands, with what to do next.
    """

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that the pipelines found in one file.

    A failed file has ``failure`` set, and whatever was read before it failed. ``structure`` is
    there only where it was asked for (``ReaderPool.structure``).
    """

    kind: AssetKind
    media_type: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    duration_s: float | None = None
    values: tuple[Value, ...] = ()
    units: tuple[Unit, ...] = ()
    preview: Picture | None = None
    failure: Failure | None = None
    warnings: tuple[str, ...] = field(default=())
    structure: Structure | None = None
    files: tuple[DerivedFile, ...] = ()
