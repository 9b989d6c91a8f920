"""Places in a list, as opaque words that a client hands back to go on."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from service.errors import BadRequest


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last record of a page, in the order newest first."""

    created_at: datetime
    id: str

    def encode(self) -> str:
        """URL-safe words for this place."""
        text = f"{self.created_at.isoformat()}|{self.id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, words: str) -> Cursor:
        """The place that ``encode`` wrote; raises BadRequest on anything else."""
        try:
            padded = words + "=" * (-len(words) % 4)
            time, _, asset_id = (
                base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition("|")
            )
            created_at = datetime.fromisoformat(time)
            if created_at.tzinfo is None or not asset_id:
                raise ValueError("not a place")
        except (ValueError, binascii.Error) as error:
            raise BadRequest(
                "The cursor is not one that this server gave out; start again without it."
            ) from error
        return cls(created_at, asset_id)
