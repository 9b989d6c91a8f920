"""The rankers that Magpie brings, and how rankers are kept in files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.licences import Policy
from pipelines.documents.fields.ranker import Ranker

_FOLDER = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class Trained:
    """Rankers of a schema and where they come from.

    Attributes:
        rankers: by field.
        source: the examples they were trained on, for a reader.
        licence: of these examples.
        commercial: ``yes``, ``no`` or ``unclear``.
        seen: fingerprints of the documents trained on (see ``fingerprint``).
    """

    rankers: Mapping[str, Ranker]
    source: str = ""
    licence: str = ""
    commercial: str = "yes"
    seen: frozenset[str] = frozenset()

    @property
    def version(self) -> str:
        """Changes whenever values may change."""
        return hashlib.sha256(to_json(self).encode()).hexdigest()[:12]


@cache
def trained(schema: str, policy: Policy = "any") -> Trained:
    """Our rankers of a schema; none where there are none or the policy forbids them."""
    path = _FOLDER / f"{schema}.json"
    if not path.is_file():
        return Trained({})
    made = from_json(path.read_text(encoding="utf-8"))
    return made if policy == "any" or made.commercial == "yes" else Trained({})


def fingerprint(text: str) -> str:
    """Tells whether a document was trained on, by its letters and digits."""
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()[:16]


def to_json(made: Trained) -> str:
    """Rankers as a file keeps them."""
    content: dict[str, Any] = {
        "source": made.source,
        "licence": made.licence,
        "commercial": made.commercial,
        "rankers": {
            name: {
                "none": each.none,
                "sharpness": each.sharpness,
                "threshold": each.threshold,
                "known": dict(sorted(each.known.items())),
                "agreement": each.agreement,
                "weights": dict(sorted(each.weights.items())),
            }
            for name, each in made.rankers.items()
        },
        "seen": sorted(made.seen),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def from_json(text: str) -> Trained:
    """The rankers of a file."""
    made = json.loads(text)
    rankers = {
        name: Ranker(
            each["weights"],
            each["none"],
            each["sharpness"],
            each["threshold"],
            each["known"],
            each.get("agreement", []),
        )
        for name, each in made["rankers"].items()
    }
    return Trained(
        rankers, made["source"], made["licence"], made["commercial"], frozenset(made["seen"])
    )
