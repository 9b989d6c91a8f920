"""Names in scanned forms and what was filled in, against links that people drew.

- ``pair_f1``, ``pair_precision``, ``pair_recall``: pairs of a name and its whole answer, from
  pictures through our text recognition. Both sides have to be alike (ratio of matching letters
  and digits at least .8, which forgives slips of the recognition).
- ``pair_f1_given_words``: the same from the lines that people read: what the recognition costs.
- ``recall_with_colon``, ``recall_without_colon``: over the given lines, by whether the name ends
  with a colon. Names without one are not told apart from other text, which is what limits most.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eval.registry import Figures

if TYPE_CHECKING:
    from eval.layouts.forms import Form
    from pipelines.documents.tables.pairs import Pair

_ALIKE = 0.8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with annotations/ and images/ of forms",
    )
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="cores to use; 0: all")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from eval import field_views
    from eval.layouts import forms
    from models.ocr.load import load_ocr
    from pipelines.documents.pages import rows_of, view_of
    from pipelines.documents.tables.pairs import pairs_in

    known = forms.read(options.data)
    print(f"Reading {len(known):,} forms ...", file=sys.stderr)
    engine = partial(load_ocr, "rapidocr", options.threads)
    read = field_views.analyses([each.path for each in known], engine)
    ours = [pairs_in(view_of(analysis).rows) for analysis in read]
    given = [pairs_in(rows_of(each.lines)) for each in known]
    recall, precision, f1 = _scores(known, ours)
    return {
        "forms": len(known),
        "pairs": sum(len(each.pairs) for each in known),
        "pair_f1": f1,
        "pair_precision": precision,
        "pair_recall": recall,
        "pair_f1_given_words": _scores(known, given)[2],
        "recall_with_colon": _recall(known, given, colon=True),
        "recall_without_colon": _recall(known, given, colon=False),
    }


def _scores(known: Sequence[Form], found: Sequence[Sequence[Pair]]) -> tuple[float, float, float]:
    hits = sum(len(_hits(form.pairs, pairs)) for form, pairs in zip(known, found, strict=True))
    wanted, given = sum(len(each.pairs) for each in known), sum(map(len, found))
    return (
        round(hits / max(1, wanted), 4),
        round(hits / max(1, given), 4),
        round(2 * hits / max(1, wanted + given), 4),
    )


def _recall(known: Sequence[Form], found: Sequence[Sequence[Pair]], *, colon: bool) -> float:
    hits = wanted = 0
    for form, pairs in zip(known, found, strict=True):
        chosen = [each for each in form.pairs if each[0].rstrip().endswith(":") == colon]
        wanted += len(chosen)
        hits += len(_hits(chosen, pairs))
    return round(hits / max(1, wanted), 4)


def _hits(wanted: Sequence[tuple[str, str]], found: Sequence[Pair]) -> list[Pair]:
    """Found pairs that are wanted; each wanted one counts once."""
    left, hits = list(wanted), []
    for pair in found:
        for name, value in left:
            if _alike(name, pair.name) and _alike(value, pair.value):
                left.remove((name, value))
                hits.append(pair)
                break
    return hits


def _alike(first: str, second: str) -> bool:
    from difflib import SequenceMatcher

    from pipelines.documents.fields.same import letters

    one, other = letters(first), letters(second)
    if one == other:
        return True
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
