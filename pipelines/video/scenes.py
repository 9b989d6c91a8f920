"""The scenes of a video: units with their seconds and a sharp frame each.

Units of kind ``scene`` are keyed ``scenes:MS`` by the milliseconds of their frame, so that the
frame can be found again. Long scenes have up to two further frames, units of kind ``frame``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from itertools import islice, pairwise

from PIL import Image

from pipelines.analysis import Analysis, Picture, Unit
from pipelines.close_up import keys_wanted
from pipelines.pictures import make_picture
from pipelines.readers.base import InputFile
from pipelines.video.clock import clock
from pipelines.video.contact_sheet import contact_sheet
from pipelines.video.container import Bounded, moving_pictures, open_media, refuse_huge_frames
from pipelines.video.frames import decoded, prepare, upright
from pipelines.video.keys import PREFIX, key_at, second_of
from pipelines.video.shots import shot_starts
from pipelines.video.walk import Candidate, Walk, walk

_MOST_SCENES = 300
_LONG_S, _VERY_LONG_S = 10.0, 30.0
_MARGIN_S = 0.2
_ALIKE_BITS = 6
_CLOSE_UP_BYTES = 1024 * 1024 * 1024
_CLOSE_UP_PACKETS = 1_000
_IN_PART = "Only the first {} of the video could be looked at in the time allowed."

Stretch = tuple[float, float]


def read_scenes(file: InputFile) -> Iterator[Analysis]:
    """Yield a part for each scene of a video, then one with its contact sheet.

    In a long video short shots share a scene, so that there are at most 300.

    Raises:
        Unreadable: it cannot be opened, or its frames are too large.
    """
    seen = walk(file)
    if seen is None or not seen.candidates:
        return
    scenes = [units for stretch in stretches(seen) if (units := _units(stretch, seen.candidates))]
    for units in scenes:
        yield Analysis("video", file.media_type, units=units)
    sheet = contact_sheet([units[0] for units in scenes])
    said = () if seen.complete else (_IN_PART.format(clock(seen.end_s)),)
    yield Analysis("video", file.media_type, files=(sheet,) if sheet else (), warnings=said)


def stretches(seen: Walk) -> list[Stretch]:
    """Start and end of each scene in seconds, without gaps."""
    least = seen.end_s / _MOST_SCENES
    starts = [0.0]
    for start in shot_starts(seen.signatures):
        if start - starts[-1] >= least:
            starts.append(start)
    return [*pairwise([*starts, max(seen.end_s, starts[-1])])]


def frames_again(file: InputFile) -> Iterator[Analysis]:
    """Yield the frames of wanted units (``frames_wanted``) with many pixels."""
    with file.path.open("rb") as stream:
        source = Bounded(stream, file.limits.wall_s / 2, _CLOSE_UP_BYTES)
        with closing(open_media(source)) as container:
            video = moving_pictures(container)
            if video is None:
                return
            refuse_huge_frames(video, file.limits.pixels)
            prepare(container, video)
            from av import FFmpegError

            begin = container.start_time or 0
            for at in frames_wanted():
                with suppress(FFmpegError):
                    container.seek(int(at * 1_000_000) + begin)
                    frames = decoded(container, video, source.is_over, _CLOSE_UP_PACKETS)
                    wanted = (f for f in frames if (f.time or 0) >= at + begin / 1e6 - 0.001)
                    for frame in islice(wanted, 1):
                        image = upright(frame, video)
                        unit = Unit(
                            key_at(at), "scene", start_s=at, picture=make_picture(image, image.size)
                        )
                        yield Analysis("video", file.media_type, units=(unit,))


def frames_wanted() -> list[float]:
    """Seconds of the frames that a second reading is for; none in a first reading."""
    seconds = (second_of(key) for key in keys_wanted(PREFIX))
    return sorted(second for second in seconds if second is not None)


def _units(scene: Stretch, candidates: Sequence[Candidate]) -> tuple[Unit, ...]:
    """The scene with the best of its frames, then its further frames."""
    start, end = (round(each, 3) for each in scene)
    chosen = [(frame, _picture(frame)) for frame in _frames(scene, candidates)]
    if not chosen:
        return ()
    chosen.sort(key=lambda each: -each[0].sharpness)
    units = [_unit(*chosen[0], start_s=start, end_s=end)]
    for frame, picture in sorted(chosen[1:], key=lambda each: each[0].at_s):
        if not any(_alike(picture, unit.picture) for unit in units):
            further = _unit(frame, picture, start_s=round(frame.at_s, 3), end_s=end)
            units.append(replace(further, kind="frame"))
    return tuple(units)


def _frames(scene: Stretch, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sharpest frame of each third (half, whole) of a scene, away from its ends."""
    start, end = scene
    length = end - start
    parts = 1 if length < _LONG_S else 2 if length < _VERY_LONG_S else 3
    within = [each for each in candidates if start <= each.at_s < end]
    inner = [each for each in within if start + _MARGIN_S <= each.at_s <= end - _MARGIN_S]
    chosen = []
    for number in range(parts):
        first, last = start + length * number / parts, start + length * (number + 1) / parts
        for group in (inner, within):
            of_part = [each for each in group if first <= each.at_s < last]
            if of_part:
                chosen.append(max(of_part, key=lambda each: each.sharpness))
                break
    return chosen


def _unit(frame: Candidate, picture: Picture, *, start_s: float, end_s: float) -> Unit:
    return Unit(key=key_at(frame.at_s), kind="scene", start_s=start_s, end_s=end_s, picture=picture)


def _picture(frame: Candidate) -> Picture:
    with Image.open(io.BytesIO(frame.jpeg)) as image:
        return make_picture(image.convert("RGB"), (frame.width, frame.height))


def _alike(one: Picture, other: Picture | None) -> bool:
    """Whether two frames show the same, by their perceptual hashes."""
    if other is None or one.fingerprints is None or other.fingerprints is None:
        return False
    bits = int(one.fingerprints.perceptual, 16) ^ int(other.fingerprints.perceptual, 16)
    return bits.bit_count() <= _ALIKE_BITS
