"""Whether sentences in the search box become the filters that they ask for, and no others.

``eval/sentences`` holds two sets, written before the parser: ``seen`` was looked at while it was
built, ``unseen`` was not. ``exact_match`` is the share of sentences with filters whose filters are
exactly those expected, ``invented`` how many of the plain sentences got one; figures without a
suffix are of the unseen set. ``words_match`` compares what is left to be searched.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.registry import Figures

_FOLDER = Path(__file__).parent.parent / "sentences"
TODAY = date(2026, 5, 20)
"""The day on which the sentences are said."""

_NAMES = {
    "creator": ("Ann Smith", "Jörg Müller", "Studio Nord"),
    "campaign": ("Spring 2026", "Back to School", "Sommerfest"),
    "collection": ("Press", "Logos", "Messe 2025"),
    "product_line": ("Aurora", "Trailrunner"),
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A sentence, the filters in it, and what is left to be searched."""

    text: str
    language: str
    filters: frozenset[str]
    words: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data", type=Path, default=_FOLDER, metavar="DIR", help="default: the sets that ship"
    )
    parser.add_argument(
        "--show", action="store_true", help="print what is wrong; of the unseen set only counts"
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    seen, unseen = (read(options.data / f"{name}.yaml") for name in ("seen", "unseen"))
    if options.show:
        for sentence in seen:
            _explain(sentence)
    return {**_figures(unseen, ""), **_figures(seen, "_seen")}


def read(path: Path) -> list[Expected]:
    """The sentences of a set; raises EvalError."""
    import yaml

    try:
        rows: Sequence[Mapping[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        return [
            Expected(
                row["text"], row["language"], frozenset(row["filters"]), str(row["words"] or "")
            )
            for row in rows
        ]
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise EvalError(f"{path} holds no sentences: {error}.") from error


def _figures(sentences: Sequence[Expected], suffix: str) -> dict[str, float]:
    asked = [each for each in sentences if each.filters]
    plain = [each for each in sentences if not each.filters]
    found = {each.text: _parsed(each) for each in sentences}
    right = [found[each.text][0] == each.filters for each in asked]
    german = [found[each.text][0] == each.filters for each in asked if each.language == "de"]
    extra = [found[each.text][0] - each.filters for each in asked]
    words = [_plain(found[each.text][1]) == _plain(each.words) for each in asked]
    return {
        f"sentences{suffix}": len(sentences),
        f"exact_match{suffix}": round(sum(right) / len(right), 4),
        f"exact_match_de{suffix}": round(sum(german) / len(german), 4),
        f"wrong_filters{suffix}": sum(map(len, extra)),
        f"invented{suffix}": sum(bool(found[each.text][0]) for each in plain),
        f"plain{suffix}": len(plain),
        f"words_match{suffix}": round(sum(words) / len(words), 4),
    }


def _parsed(sentence: Expected) -> tuple[frozenset[str], str]:
    from service.sentence.found import Names
    from service.sentence.parse import parse

    found = parse(sentence.text, TODAY, Names(dict(_NAMES)))
    return frozenset(found.conditions), found.words


def _plain(words: str) -> list[str]:
    """Words without case, punctuation and function words."""
    from service.sentence.lexicon import lexicon

    found = re.findall(r"[\w'’-]+", words.lower())
    return [word for word in found if word not in lexicon().fillers]


def _explain(sentence: Expected) -> None:
    filters, words = _parsed(sentence)
    if filters != sentence.filters:
        print(
            f"{sentence.text}\n   missing {sorted(sentence.filters - filters)}"
            f"  wrong {sorted(filters - sentence.filters)}",
            file=sys.stderr,
        )
    elif sentence.filters and _plain(words) != _plain(sentence.words):
        print(f"{sentence.text}\n   words {words!r}, not {sentence.words!r}", file=sys.stderr)
