"""Which terms the captions of a photo mention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.vocabulary.terms import Vocabulary, normal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LONGEST = 3


def mentioned(
    captions: Sequence[Sequence[str]], vocabulary: Vocabulary, ids: Sequence[str]
) -> NDArray[np.bool_]:
    """Whether any caption of a photo names a term or a narrower one: shape (photos, terms).

    Args:
        captions: of each photo.
        vocabulary: whose English names are looked for, in singular and plural; those with a
            word in brackets are passed over, since captions would mean something else.
        ids: terms, one a column.
    """
    import numpy as np

    column = {id_: number for number, id_ in enumerate(ids)}
    by_name: dict[str, set[int]] = {}
    for term in vocabulary.active():
        meant = {column[id_] for id_ in (term.id, *vocabulary.broader(term.id)) if id_ in column}
        for name in term.names("en"):
            if "(" not in name:
                for form in (name, f"{name}s", f"{name}es"):
                    by_name.setdefault(normal(form), set()).update(meant)
    found = np.zeros((len(captions), len(ids)), dtype=np.bool_)
    for row, texts in enumerate(captions):
        for text in texts:
            words = normal(text).split()
            for length in range(1, _LONGEST + 1):
                for start in range(len(words) - length + 1):
                    found[row, list(by_name.get(" ".join(words[start : start + length]), ()))] = (
                        True
                    )
    return found
