"""What the container of a video or sound says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipelines.analysis import Value
from pipelines.metadata.fields import embedded
from pipelines.metadata.times import iso_time

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

_TAGS = (
    ("title", "title"),
    ("creator", "artist"),
    ("creator", "author"),
    ("contributor", "album_artist"),
    ("contributor", "composer"),
    ("album", "album"),
    ("genre", "genre"),
    ("description", "description"),
    ("description", "synopsis"),
    ("comment", "comment"),
    ("keywords", "keywords"),
    ("rights", "copyright"),
    ("software", "encoder"),
    ("camera_make", "make"),
    ("camera_make", "com.apple.quicktime.make"),
    ("camera_model", "model"),
    ("camera_model", "com.apple.quicktime.model"),
)
_TIMES = (
    ("captured_at", "com.apple.quicktime.creationdate"),
    ("created_at", "creation_time"),
    ("created_at", "date"),
)
_PLACES = ("com.apple.quicktime.location.iso6709", "location")
_ISO_6709 = re.compile(r"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
_STANDARDS = {
    "mov": "QuickTime",
    "matroska": "Matroska",
    "mp3": "ID3",
    "flac": "Vorbis",
    "ogg": "Vorbis",
    "wav": "RIFF",
    "avi": "RIFF",
    "asf": "ASF",
}
_MOST_CHARS = 4_000
_NO_TIME = "1904-01-01"
_MOST_SECONDS = 1e8
_HANDLED_CHANNELS = 1_024


def facts_of(container: InputContainer, video: VideoStream | None) -> tuple[Value, ...]:
    """Properties and tags, each with the container and the tag that it comes from."""
    standard = _standard(container)
    found = [*_properties(container, video, standard), *_tags(container, video, standard)]
    seen: dict[tuple[str, object], Value] = {}
    for value in found:
        seen.setdefault((value.name, value.value), value)
    return tuple(seen.values())


def duration_of(container: InputContainer) -> float | None:
    """Seconds; None where the container does not say and it cannot be estimated."""
    seconds = (container.duration or 0) / 1_000_000
    if seconds <= 0:
        seconds = max(map(_seconds, container.streams), default=0.0)
    return round(seconds, 3) if 0 < seconds < _MOST_SECONDS else None


def shown_size(video: VideoStream) -> tuple[int, int] | None:
    """Width and height as stored, before rotation; None where unknown."""
    return (video.width, video.height) if video.width and video.height else None


def _properties(
    container: InputContainer, video: VideoStream | None, standard: str
) -> Iterator[Value]:
    if video is not None:
        if video.codec_context is not None:
            yield embedded("video_codec", video.codec_context.name, f"{standard} video stream")
        rate = video.average_rate or video.guessed_rate
        if rate:
            yield embedded("frame_rate", round(float(rate), 3), f"{standard} video stream")
    for sound in container.streams.audio[:1]:
        origin = f"{standard} audio stream"
        if sound.codec_context is None:
            continue
        yield embedded("audio_codec", sound.codec_context.name, origin)
        if 0 < sound.codec_context.channels <= _HANDLED_CHANNELS:
            yield embedded("channels", sound.codec_context.channels, origin)
        if sound.codec_context.sample_rate > 0:
            yield embedded("sample_rate_hz", sound.codec_context.sample_rate, origin)
    if container.bit_rate > 0:
        yield embedded("bit_rate", container.bit_rate, f"{standard} size and duration")


def _tags(container: InputContainer, video: VideoStream | None, standard: str) -> Iterator[Value]:
    """Tags of the file; in Ogg they hang on the stream."""
    first = video or next(iter(container.streams.audio), None)
    tags = {**_lower(first.metadata if first is not None else {}), **_lower(container.metadata)}
    for name, tag in _TAGS:
        text = tags.get(tag, "").strip()[:_MOST_CHARS]
        if text:
            yield embedded(name, text, f"{standard} {tag}")
    for name, tag in _TIMES:
        moment = iso_time(tags.get(tag, ""))
        if moment and not moment.startswith(_NO_TIME):
            yield embedded(name, moment, f"{standard} {tag}")
    for tag in _PLACES:
        match = _ISO_6709.match(tags.get(tag, ""))
        if match is not None:
            yield from _place(match, f"{standard} {tag}")
            return


def _place(match: re.Match[str], origin: str) -> Iterator[Value]:
    latitude, longitude, altitude = match.groups()
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return
    yield embedded("latitude", float(latitude), origin)
    yield embedded("longitude", float(longitude), origin)
    if altitude is not None:
        yield embedded("altitude_m", float(altitude), origin)


def _standard(container: InputContainer) -> str:
    name = container.format.name.partition(",")[0]
    return _STANDARDS.get(name, name.upper())


def _lower(tags: Mapping[str, str]) -> dict[str, str]:
    return {key.lower(): value for key, value in tags.items()}


def _seconds(stream: Stream) -> float:
    if stream.duration is None or stream.time_base is None:
        return 0.0
    return float(stream.duration * stream.time_base)
