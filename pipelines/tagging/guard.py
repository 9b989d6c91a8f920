"""What no machine may say about people, enforced after every model and vocabulary."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pipelines.vocabulary.terms import Auto, Term, Vocabulary, normal

PEOPLE_LIKELY = 0.1
"""From this probability on a picture is treated as showing people. On VOC 2007, pictures below
it show none."""


def auto(term: Term, vocabulary: Vocabulary) -> Auto:
    """Whether a machine may give a term: what the vocabulary says, unless it is sensitive.

    Terms on origin, belief, health, orientation, politics and feelings are never given.
    """
    return "never" if _meant("never", term, vocabulary) else term.auto


def kept_from_people(term: Term, vocabulary: Vocabulary) -> bool:
    """Whether a machine may not give a term to a picture that shows people.

    So it is with likeness to animals and with crime, and what the vocabulary says, for a term
    and all above it.
    """
    above = (vocabulary.by_id[id_] for id_ in vocabulary.broader(term.id))
    return any(each.beside_people == "never" for each in (term, *above)) or _meant(
        "beside_people", term, vocabulary
    )


def _meant(rule: str, term: Term, vocabulary: Vocabulary) -> bool:
    lineage = (term, *(vocabulary.by_id[id_] for id_ in vocabulary.broader(term.id)))
    return any(_words()[rule].search(normal(name)) for each in lineage for name in each.names())


@cache
def _words() -> dict[str, re.Pattern[str]]:
    import yaml

    text = Path(__file__).with_name("sensitive.yaml").read_text(encoding="utf-8")
    return {
        rule: re.compile(
            "(?:^| )(?:"
            + "|".join(re.escape(normal(word)) for words in kinds.values() for word in words)
            + ")(?: |$)"
        )
        for rule, kinds in yaml.safe_load(text).items()
    }
