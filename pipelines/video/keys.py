"""Keys of the units of a video.

They begin with the name of the stage that finds scenes, so that these take the poster's place.
"""

from __future__ import annotations

PREFIX = "scenes:"
POSTER = "scenes:poster"


def key_at(seconds: float) -> str:
    """The key of the unit with the frame at some second: it says which, to the millisecond."""
    return f"{PREFIX}{round(seconds * 1000)}"


def second_of(key: str) -> float | None:
    """The second of the frame of a unit; None where its key does not say."""
    said = key.removeprefix(PREFIX)
    return int(said) / 1000 if said != key and said.isdecimal() else None
