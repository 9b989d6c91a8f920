"""The tree of document types of a home: ours, and what ``document_types.yaml`` adds or changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipelines.documents.types.labels import Label, LabelError, known_labels, parse_labels
from service.errors import MagpieError

_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Tree:
    """Labels, and a digest that changes with them."""

    labels: tuple[Label, ...]
    digest: str


def load_tree(path: Path) -> Tree:
    """The tree of a home.

    A label of the file takes the place of ours with the same name; ``under`` may name one of
    ours.

    Raises:
        MagpieError: the file cannot be understood.
    """
    ours = known_labels("types")
    try:
        if path.stat().st_size > _LONGEST:
            raise MagpieError(f"{path} is over {_LONGEST:,} bytes; describe fewer types.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Tree(ours, _digest(""))
    except (OSError, UnicodeDecodeError) as error:
        raise MagpieError(f"{path} cannot be read; save it as a text file in UTF-8.") from error
    try:
        theirs = parse_labels(text, known=ours)
    except LabelError as error:
        raise MagpieError(f"{path} cannot be used: {error}") from error
    changed = {label.name for label in theirs}
    kept = tuple(label for label in ours if label.name not in changed)
    return Tree((*kept, *theirs), _digest(text))


def _digest(theirs: str) -> str:
    ours = "\n".join(map(repr, known_labels("types")))
    return hashlib.sha256(f"{ours}\n{theirs}".encode()).hexdigest()
