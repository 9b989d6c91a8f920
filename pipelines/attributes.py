"""What pixels alone say about a picture: colours, sharpness, exposure, photo or graphic."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.text_gate import TEXT_SCORE, text_score

if TYPE_CHECKING:
    from PIL.Image import Image

Kind = Literal["photo", "graphic", "screenshot", "document"]
Floats = NDArray[np.float32]

PALETTE: dict[str, tuple[str, ...]] = {
    "black": ("#000000", "#1c1c1e", "#2b2b2d", "#3c3c3e", "#464648"),
    "white": ("#ffffff", "#f2f2f2", "#e6e8ea", "#d8dadc", "#cccdd0"),
    "grey": ("#808080", "#666869", "#98999c"),
    "red": ("#d01818", "#e03030", "#a81020"),
    "maroon": ("#5c1020", "#701a2a"),
    "orange_colour": ("#f08020", "#e86820", "#f59a40"),
    "yellow": ("#f5d820", "#f0e050", "#e8c010"),
    "olive": ("#6b6b30", "#80803c", "#5a5a38"),
    "green": ("#208030", "#40a048", "#105028", "#70b860", "#2a4a35"),
    "turquoise": ("#20a0a0", "#40c8c0", "#107078"),
    "light_blue": ("#90c0e8", "#b0d4f0"),
    "blue": ("#2050c0", "#3070d0", "#4880b8", "#5a7aa0"),
    "navy_blue": ("#141c3c", "#1c2850", "#26304c"),
    "purple": ("#602080", "#7840a0", "#503060", "#8a5a90"),
    "pink": ("#f080a8", "#e85090", "#f4b0c4", "#d87090"),
    "brown": ("#603818", "#7a4a28", "#4a3020", "#8c6038"),
    "beige": ("#d8c4a0", "#c8ac88", "#e0d0b8"),
    "cream": ("#f4ecd8",),
    "peach": ("#f4c0a0",),
    "gold": ("#c8a040",),
}
"""Ids of colours in the general vocabulary, and sRGB examples of each, written for Magpie."""

_SIDE = 96
_MOST_COLOURS = 5
_LEAST_SHARE = 0.04
_SAME = 0.08
_EVEN_BORDER = 0.6
_LEAST_THING = 0.02

_WEIGHTS = np.array([0.4, 1.0, 1.0], dtype=np.float32)
"""Light and shade change the lightness of a thing, not its name."""

_COLOURLESS = ("black", "white", "grey")
_PREFER_COLOUR = 1.5
"""Of two names as near, people say the colour rather than grey."""

_DARK, _BRIGHT = 12, 243
_FLAT = 2
_FLAT_SHARE = 0.7
_NEAR = 6

_EDGE, _LEAST_EDGE = 7, 24
_STRONGEST = 0.95


@dataclass(frozen=True, slots=True)
class Colour:
    """A dominant colour.

    Attributes:
        name: an id of ``PALETTE``.
        hex: the median of the pixels that go by the name, as ``#rrggbb``.
        share: of the thing shown; of the whole picture where it has no plain background.
    """

    name: str
    hex: str
    share: float


@dataclass(frozen=True, slots=True)
class Attributes:
    """What was measured.

    Attributes:
        colours: the most of first.
        background: hex of a plain background; empty where there is none.
        sharpness: 0 (nothing but soft edges) to 1, from the strongest edges at 480 pixels.
        brightness: mean luminance, 0 to 1.
        clipped: share of pixels that are as good as black or white.
        has_text: whether lines of text are likely.
        kind: photo, graphic, screenshot or document.
    """

    colours: tuple[Colour, ...]
    background: str
    sharpness: float
    brightness: float
    clipped: float
    has_text: bool
    kind: Kind


def measure(image: Image, text: int | None = None) -> Attributes:
    """Measure an upright RGB picture; 480 pixels on the longer side are enough.

    Args:
        text: its ``text_score``, where it is known already.
    """
    grey = np.asarray(image.convert("L"), dtype=np.int16)
    colours, background = dominant_colours(image)
    score = text_score(image) if text is None else text
    return Attributes(
        colours=colours,
        background=background,
        sharpness=_sharpness(grey),
        brightness=float(grey.mean() / 255),
        clipped=float(((grey <= _DARK) | (grey >= _BRIGHT)).mean()),
        has_text=score >= TEXT_SCORE,
        kind=_kind(grey, image, score, background),
    )


def dominant_colours(image: Image) -> tuple[tuple[Colour, ...], str]:
    """Colours of the thing shown, the most of first, and the plain background it stands on.

    Every pixel takes the nearest name in the space OKLab (Ottosson 2020), in which distances
    resemble those that people see.
    """
    small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    pixels = np.asarray(small, dtype=np.uint8)
    shades = oklab(pixels.reshape(-1, 3))
    background, thing = _background(pixels, shades.reshape(*pixels.shape[:2], 3))
    kept = thing.ravel()
    nearest = _nearest(shades[kept])
    rgb = pixels.reshape(-1, 3)[kept]
    found = []
    for place, count in enumerate(np.bincount(nearest)):
        if count and count >= _LEAST_SHARE * len(nearest):
            middle = np.median(rgb[nearest == place], axis=0)
            share = float(count / len(nearest))
            found.append(Colour(list(PALETTE)[place], _hex(middle), share))
    found.sort(key=lambda colour: -colour.share)
    return tuple(found[:_MOST_COLOURS]), background


def oklab(rgb: NDArray[np.uint8]) -> Floats:
    """Colours in OKLab: (n, 3) of sRGB to (n, 3)."""
    cones = np.cbrt(_LINEAR[rgb] @ _TO_CONES.T)
    return np.asarray(cones @ _TO_LAB.T, dtype=np.float32)


def _to_linear() -> Floats:
    part = np.arange(256, dtype=np.float32) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


_LINEAR = _to_linear()
"""Light of each of the 256 values of sRGB."""


_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=np.float32,
)


def _nearest(shades: Floats) -> NDArray[np.intp]:
    """Place in ``PALETTE`` of the name nearest to each shade: (n, 3) to (n,)."""
    examples, owners, reluctance = _examples()
    weighted = shades * _WEIGHTS
    distance = (weighted**2).sum(axis=1)[:, None] - 2 * weighted @ examples.T
    distance += (examples**2).sum(axis=1)
    distance *= reluctance
    return np.asarray(owners[distance.argmin(axis=1)])


@cache
def _examples() -> tuple[Floats, NDArray[np.intp], Floats]:
    """Shades of the palette, weighted; the place of the name of each; how little it is said."""
    counts = [len(examples) for examples in PALETTE.values()]
    values = [example for examples in PALETTE.values() for example in examples]
    rgb = np.array([list(bytes.fromhex(value[1:])) for value in values], dtype=np.uint8)
    owners = np.repeat(np.arange(len(PALETTE)), counts)
    dull = [_PREFER_COLOUR if name in _COLOURLESS else 1.0 for name in PALETTE]
    return oklab(rgb) * _WEIGHTS, owners, np.array(dull, dtype=np.float32)[owners]


def _background(pixels: NDArray[np.uint8], shades: Floats) -> tuple[str, NDArray[np.bool_]]:
    """The colour of an even border, if it is one, and where the picture differs from it."""
    edges = (shades[0], shades[-1], shades[:, 0], shades[:, -1])
    border = np.concatenate(edges)
    middle = np.median(border, axis=0)
    even = (np.linalg.norm(border - middle, axis=1) < _SAME).mean()
    thing = np.linalg.norm(shades - middle, axis=2) >= _SAME
    if even < _EVEN_BORDER or thing.mean() < _LEAST_THING:
        return "", np.ones(shades.shape[:2], dtype=bool)
    edges_rgb = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return _hex(np.median(edges_rgb, axis=0)), thing


def _hex(rgb: NDArray[np.floating]) -> str:
    return "#" + "".join(f"{round(float(part)):02x}" for part in rgb)


def _sharpness(grey: NDArray[np.int16]) -> float:
    """Share of a strong edge that falls into its steepest pixel: 1 if sharp, near 0 if soft."""
    if min(grey.shape) < _EDGE + 1:
        return 0.0
    step = np.abs(np.diff(grey, axis=1))
    width = step.shape[1] - _EDGE + 1
    steepest = np.max([step[:, start : start + width] for start in range(_EDGE)], axis=0)
    wide = np.abs(grey[:, _EDGE:] - grey[:, :-_EDGE])
    spread = np.bincount(wide.ravel(), minlength=256).cumsum()
    strong = wide >= max(_LEAST_EDGE, int(np.searchsorted(spread, _STRONGEST * spread[-1])))
    return float(np.clip(steepest[strong] / wide[strong], 0, 1).mean()) if strong.any() else 0.0


def _kind(grey: NDArray[np.int16], image: Image, score: int, background: str) -> Kind:
    """Flat areas tell drawings from photos; text on bright paper makes a document."""
    if score >= 4 * TEXT_SCORE and (grey > 150).mean() > 0.6:
        saturation = np.asarray(image.convert("HSV"))[..., 1]
        if (saturation < 40).mean() > 0.85:
            return "document"
    if _flatness(grey, background) < _FLAT_SHARE:
        return "photo"
    return "screenshot" if score >= 4 * TEXT_SCORE else "graphic"


def _flatness(grey: NDArray[np.int16], background: str) -> float:
    """Share of neighbouring pixels that are the same, a plain background not counted."""
    flat = np.abs(np.diff(grey, axis=1)) < _FLAT
    if background:
        red, green, blue = bytes.fromhex(background[1:])
        behind = np.abs(grey[:, 1:] - (0.299 * red + 0.587 * green + 0.114 * blue)) < _NEAR
        flat = flat[~behind]
    return float(flat.mean()) if flat.size else 1.0
