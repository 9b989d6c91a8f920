"""Terms and vocabularies as plain JSON, as catalogs and processes hand them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipelines.vocabulary.terms import Term, Vocabulary

_ALWAYS = ("id", "labels", "auto", "by", "beside_people")
_LISTS = ("broader", "related")


def packed(term: Term) -> dict[str, Any]:
    """A term without its line; what is empty is left out."""
    fields = asdict(term)
    del fields["line"]
    return {name: value for name, value in fields.items() if value or name in _ALWAYS}


def unpacked(content: Mapping[str, Any]) -> Term:
    """The term that ``packed`` wrote."""
    lists = {name: tuple(content.get(name, ())) for name in _LISTS}
    synonyms = {each: tuple(names) for each, names in content.get("synonyms", {}).items()}
    return Term(**{**content, **lists, "synonyms": synonyms})


def packed_vocabulary(vocabulary: Vocabulary) -> dict[str, Any]:
    """A vocabulary with all its terms."""
    return {
        "id": vocabulary.id,
        "names": dict(vocabulary.names),
        "base": vocabulary.base,
        "terms": [packed(term) for term in vocabulary.terms],
    }


def unpacked_vocabulary(content: Mapping[str, Any]) -> Vocabulary:
    """The vocabulary that ``packed_vocabulary`` wrote."""
    terms = tuple(unpacked(each) for each in content["terms"])
    return Vocabulary(content["id"], content["names"], terms, content["base"])
