"""Terms that are named in keywords, file names and text that was read in a picture."""

from __future__ import annotations

import re

from pipelines.tagging.signals import Evidence, Signal, Signals
from pipelines.vocabulary.terms import Vocabulary, normal

TRUST: dict[Signal, float] = {"keywords": 0.95, "name": 0.55, "words": 0.3}
"""How often a named term fits. Chosen, not measured: keywords were written to describe;
names of files often do, but not often enough to be believed alone; words in a picture seldom
say what it shows."""

DOCUMENT_WORDS = 0.6
"""The same for a kind of document, which is known by its words."""

_LONGEST = 4
_MOST_WORDS = 2000
_SHORTEST_NAME = 3
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_SUFFIX = re.compile(r"\.\w{1,5}$")


def named(signals: Signals, vocabulary: Vocabulary) -> dict[str, list[Evidence]]:
    """Evidence by term id."""
    path = _CAMEL.sub(" ", _SUFFIX.sub("", signals.path))
    found: dict[str, list[Evidence]] = {}
    for keyword in signals.keywords:
        # A keyword is a name as a whole; words inside a longer one may mean something else.
        term = vocabulary.find(keyword)
        if term is not None:
            _add(found, term.id, Evidence("keywords", TRUST["keywords"], keyword, signals.second))
    for id_, name in _inside(path, vocabulary).items():
        _add(found, id_, Evidence("name", TRUST["name"], name, signals.second))
    for id_, name in _inside(signals.words, vocabulary).items():
        kind = vocabulary.by_id[id_].by == "words"
        trust = DOCUMENT_WORDS if kind else TRUST["words"]
        _add(found, id_, Evidence("words", trust, name, signals.second))
    return found


def _add(found: dict[str, list[Evidence]], id_: str, evidence: Evidence) -> None:
    known = found.setdefault(id_, [])
    if all(each.signal != evidence.signal for each in known):
        known.append(evidence)


def _inside(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Terms named in a text, and the name: where names overlap, the longest counts."""
    words = normal(text).split()[:_MOST_WORDS]
    found: dict[str, str] = {}
    start = 0
    while start < len(words):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            name = " ".join(words[start : start + length])
            id_ = vocabulary.names_in_use.get(name) if len(name) >= _SHORTEST_NAME else None
            current = vocabulary.current(id_) if id_ is not None else None
            if current is not None:
                found.setdefault(current, name)
                start += length - 1
                break
        start += 1
    return found
