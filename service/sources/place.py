"""What a scan needs of a place, whether a folder or a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from service.ingest.arrivals import Arrival


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a listing.

    Attributes:
        origin: its path, or its address in a bucket.
        change: differs whenever the file does.
        size: in bytes.
        modified_ns: when it was changed last, in nanoseconds since 1970.
        etag: of an object in a bucket.
    """

    origin: str
    change: str
    size: int = 0
    modified_ns: int = 0
    etag: str = ""


class Place(Protocol):
    """Where files come from."""

    def check(self, *, has_files: bool) -> None:
        """Raises MagpieError where the place cannot be read.

        Args:
            has_files: whether there were files before, so that an empty place is suspicious.
        """

    def listed(self, after: str, on_problem: Callable[[str], None]) -> Iterator[Entry]:
        """Every file whose origin comes after one, in the order of the code points; streamed."""

    def take(self, entries: Sequence[Entry], job_id: str) -> list[Arrival]:
        """Take in some files; each arrival names its origin."""

    def is_gone(self, origin: str) -> bool:
        """Whether a file that is not listed any more is surely not there."""
