"""Whether two pictures are the same picture, and what was done to it: the proof.

Local features must agree on one plausible map, and the pictures, laid on one another by it, must
show the same. Shots of one scene at two moments pass the first test and fail the second: people
and leaves have moved. Thresholds were chosen on generated edits of photos of ``flickr8k/images``
that are not in ``neardup_images``, on look-alike pairs of every other photo of
``flickr8k/train`` and ``fashion_products``, and on frames of ``videos``. The bound of small
pictures without many features (``_MOST_DIFFERENCE``) saw all of ``fashion_products``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.duplicates.comparison import Colours, Comparison, compare
from pipelines.duplicates.edits import LEAST_OVERLAY, Edit, Frames, edits_of, frames
from pipelines.duplicates.geometry import Affine, Alignment, align, in_pixels, in_units, inverse
from pipelines.duplicates.links import LinkKind
from pipelines.duplicates.local_features import SIDE
from pipelines.duplicates.prints import ImagePrint

HASH_BITS = 8
"""Perceptual hashes that differ in at most so many bits propose that pictures are the same."""

_LEAST_MATCHES = 15
_FEW_FEATURES = 40
_LEAST_AGREEMENT = 0.72
_SURE_AGREEMENT = 0.92
_SURE_CHANGED = 0.02
_OUTSIDE_OVERLAY = 0.96
_MOST_OVERLAY = 0.4
_WHOLE_AGREEMENT = 0.92
_MOST_DIFFERENCE = 6.0
_TINY_SIDE = 200
_SURE_MATCHES = 40
_POINTS_LISTED = 20
_SIMILAR_MATCHES = 20
_SIMILAR_AGREEMENT = 0.4
_LEAST_SHOWN = 0.3
_LEAST_PART = 0.35
_MOSTLY_SHOWN = 0.8

LoadPicture = Callable[[], Image.Image]
"""Gives a picture of 400 pixels or more on its longest side, or what there is of it."""


@dataclass(frozen=True, slots=True)
class ImageEvidence:
    """How two pictures resemble each other.

    Attributes:
        hash_bits: bits in which the perceptual hashes differ, at the best of eight turns.
        matches: local features that agree on the map; 0 where the whole frames were compared.
        map: from the first picture to the second, both from 0 to 1 across and down, as two
            rows of three numbers; of the mirrored first picture where ``mirrored``.
        mirrored: whether it is.
        shown_of_first, shown_of_second: which share of each picture the other shows.
        agreement: share of the compared blocks that correlate.
        changed: share of what both show that shows something else.
        difference: mean difference of brightness and colour in grey levels, 0 to 255.
        edits: what tells them apart.
        points: some of the matched points, across and down in the first picture, then in the
            second, from 0 to 1.
    """

    hash_bits: int
    matches: int
    map: tuple[tuple[float, float, float], tuple[float, float, float]] | None = None
    mirrored: bool = False
    shown_of_first: float = 1.0
    shown_of_second: float = 1.0
    agreement: float = 1.0
    changed: float = 0.0
    difference: float = 0.0
    edits: tuple[Edit, ...] = ()
    points: tuple[tuple[float, float, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two pictures have to do with each other; ``score`` is above 0 and at most 1."""

    kind: LinkKind
    score: float
    evidence: ImageEvidence


def verify(
    first: ImagePrint, second: ImagePrint, load_first: LoadPicture, load_second: LoadPicture
) -> Verdict | None:
    """Compare two pictures; None where they are different ones.

    Args:
        first, second: their prints.
        load_first, load_second: called only where the prints say that it is worth it.

    Raises:
        ModuleNotFoundError: OpenCV is not installed (extra ``duplicates``).
    """
    turn, bits = nearest_turn(first, second)
    if first.pixels and first.pixels == second.pixels:
        return Verdict("same_pixels", 1.0, ImageEvidence(bits, 0))
    if first.features is None or second.features is None:
        return None
    found = align(first.features, second.features)
    if found is not None and len(found.first) >= _LEAST_MATCHES:
        across = in_units(found.map, first.features.size, second.features.size)
        one, other = _colours(load_first()), _colours(load_second())
        verdict = _judged(one, other, across, found.mirrored, bits, found)
        tiny = max(*_size(one), *_size(other)) <= _TINY_SIDE
        unsure = tiny and len(found.first) < _SURE_MATCHES
        return verdict if not unsure or _is_sure(verdict) else None
    few = min(len(first.features.points), len(second.features.points)) < _FEW_FEATURES
    if bits > HASH_BITS or not few:
        return None
    one, other = _colours(load_first()), _colours(load_second())
    mirrored, quarters = divmod(turn, len(_QUARTERS))
    verdict = _judged(one, other, np.array(_QUARTERS[quarters]), mirrored == 1, bits, None)
    return verdict if _is_sure(verdict) else None


def nearest_turn(first: ImagePrint, second: ImagePrint) -> tuple[int, int]:
    """How to show the first picture (``TURNS``) so that its hash is nearest, and the bits left."""
    bits = np.bitwise_count(first.hashes ^ second.hashes[0])
    turn = int(bits.argmin())
    return turn, int(bits[turn])


def _judged(
    one: Colours,
    other: Colours,
    across: Affine,
    mirrored: bool,
    bits: int,
    found: Alignment | None,
) -> Verdict | None:
    if mirrored:
        one = np.ascontiguousarray(one[:, ::-1])
    affine = in_pixels(across, _size(one), _size(other))
    covers = frames(one, other, affine)
    # The picture that the other shows more of is the frame that both are laid into.
    swapped = covers.shown_of_second > covers.shown_of_first
    compared = compare(other, one, inverse(affine)) if swapped else compare(one, other, affine)
    if compared is None:
        return None
    matches = 0 if found is None else len(found.first)
    kind = _kind(compared, covers, matches)
    if kind is None:
        return None
    edits = edits_of(affine, mirrored, covers, compared, swapped=swapped)
    if kind == "reencoded" and edits:
        kind = "edited"
    evidence = ImageEvidence(
        hash_bits=bits,
        matches=matches,
        map=(_rounded(across[0]), _rounded(across[1])),
        mirrored=mirrored,
        shown_of_first=round(covers.shown_of_first, 3),
        shown_of_second=round(covers.shown_of_second, 3),
        agreement=round(compared.agreement, 3),
        changed=round(compared.changed_share, 4),
        difference=round(compared.difference, 1),
        edits=edits,
        points=() if found is None else _listed(found),
    )
    return Verdict(kind, round(max(compared.agreement - compared.changed_share, 0.05), 3), evidence)


def _kind(compared: Comparison, covers: Frames, matches: int) -> LinkKind | None:
    if shows_the_same(compared):
        shown = max(covers.shown_of_first, covers.shown_of_second)
        if shown < _LEAST_SHOWN:
            return None
        if shown < _MOSTLY_SHOWN and compared.agreement < _SURE_AGREEMENT:
            return "similar"
        return "placed" if _is_part(covers) else "reencoded"
    alike = matches >= _SIMILAR_MATCHES and compared.agreement >= _SIMILAR_AGREEMENT
    return "similar" if alike else None


def shows_the_same(compared: Comparison) -> bool:
    """Whether two pictures laid on one another are one picture, an overlay aside."""
    agreement, changed = compared.agreement, compared.changed_share
    if changed <= LEAST_OVERLAY:
        return agreement >= _LEAST_AGREEMENT
    if changed <= _SURE_CHANGED and agreement >= _SURE_AGREEMENT:
        return True
    return changed <= _MOST_OVERLAY and compared.agreement_elsewhere >= _OUTSIDE_OVERLAY


def _is_part(covers: Frames) -> bool:
    """Whether one picture is a small part of a larger view that shows other things, too."""
    sides = (
        (covers.shown_of_first, covers.plain_around_first),
        (covers.shown_of_second, covers.plain_around_second),
    )
    return any(shown < _LEAST_PART and not plain for shown, plain in sides)


def _is_sure(verdict: Verdict | None) -> bool:
    """Whether pictures agree so well in tone and colour that few local features are enough.

    Small packshots of one shape in several colours agree in everything else.
    """
    if verdict is None:
        return False
    found = verdict.evidence
    return (
        found.agreement >= _WHOLE_AGREEMENT
        and found.changed <= LEAST_OVERLAY
        and found.difference <= _MOST_DIFFERENCE
    )


_QUARTERS = (
    ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ((0.0, 1.0, 0.0), (-1.0, 0.0, 1.0)),
    ((-1.0, 0.0, 1.0), (0.0, -1.0, 1.0)),
    ((0.0, -1.0, 1.0), (1.0, 0.0, 0.0)),
)
"""Maps of the unit square that turn it by 0 to 3 quarters against the clock."""


def _listed(found: Alignment) -> tuple[tuple[float, float, float, float], ...]:
    """Some matched points, spread over their list, as shares of width and height."""
    count = len(found.first)
    rows = np.linspace(0, count - 1, min(_POINTS_LISTED, count)).astype(int)
    sizes = np.array([*found.first_size, *found.second_size])
    pairs = np.concatenate([found.first[rows], found.second[rows]], axis=1)
    listed = np.round((pairs + 0.5) / sizes, 4).tolist()
    return tuple((a, b, c, d) for a, b, c, d in listed)


def _size(image: Colours) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def _rounded(row: NDArray[np.float64]) -> tuple[float, float, float]:
    a, b, c = (round(float(value), 5) for value in row)
    return a, b, c


def _colours(image: Image.Image) -> Colours:
    scale = SIDE / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BOX)
    return np.asarray(image.convert("RGB"))
