"""What the address bar asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from service.schemas import AssetKind, AssetState

FIRST_LIMIT = 24
"""Answers on a page that nobody asked for more on."""

MOST = 200


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the address of the search page carries it.

    Attributes:
        words: what was typed.
        kind: only this kind of asset.
        like: id of an asset to find alike ones of.
        example: key of a file that was handed in as an example (``service.web.examples``).
        state: only records in this state; for browsing, not for searching.
        cursor: where a list of records goes on.
        limit: how many answers at most.
    """

    words: str = ""
    kind: AssetKind | None = None
    like: str | None = None
    example: str | None = None
    state: AssetState | None = None
    cursor: str | None = None
    limit: int = FIRST_LIMIT

    @property
    def asks(self) -> bool:
        """Whether there is anything to search by; if not, the page lists records."""
        return bool(self.words or self.like or self.example)

    @property
    def address(self) -> str:
        """The address that asks this."""
        fields = {
            "q": self.words,
            "like": self.like,
            "example": self.example,
            "kind": self.kind,
            "state": self.state,
            "cursor": self.cursor,
            "limit": self.limit if self.limit != FIRST_LIMIT else None,
        }
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"/?{query}" if query else "/"

    def but(self, **changes: Any) -> Question:
        """The same question with some parts changed, from its first answer on."""
        return replace(self, **{"limit": FIRST_LIMIT, "cursor": None, **changes})
