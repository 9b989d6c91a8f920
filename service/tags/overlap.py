"""Terms of several vocabularies that go by one name: only one of them is said of an asset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipelines.tagging.signals import Tag as Found
from pipelines.vocabulary.terms import Vocabulary, normal
from service.tags.rows import Key

_Name = tuple[str, str]
"""Language, and normal form of a name: ``gift`` is another word in German."""


def one_of_each(
    found: Mapping[str, Sequence[Found]],
    vocabularies: Mapping[str, Vocabulary],
    decided: Iterable[Key] = (),
) -> Iterator[tuple[str, Found]]:
    """What machines found, without what another vocabulary says by the same name.

    What is given comes before what is only suggested, then the order of the vocabularies counts.

    Args:
        found: by vocabulary, those of the house first.
        vocabularies: by id.
        decided: terms of which something is said anyway; nothing else goes by their names.
    """
    taken: dict[_Name, set[str]] = {}
    for key in decided:
        _take(taken, key, vocabularies)
    tags = [(id_, tag) for id_, each in found.items() for tag in each]
    for id_, tag in sorted(tags, key=lambda each: not each[1].given):
        names = _names((id_, tag.term), vocabularies)
        if all(taken.get(name, {id_}) == {id_} for name in names):
            _take(taken, (id_, tag.term), vocabularies)
            yield id_, tag


def _take(taken: dict[_Name, set[str]], key: Key, vocabularies: Mapping[str, Vocabulary]) -> None:
    for name in _names(key, vocabularies):
        taken.setdefault(name, set()).add(key[0])


def _names(key: Key, vocabularies: Mapping[str, Vocabulary]) -> Iterator[_Name]:
    vocabulary = vocabularies.get(key[0])
    term = vocabulary.by_id.get(key[1]) if vocabulary is not None else None
    if term is not None:
        for language in {*term.labels, *term.synonyms}:
            for name in term.names(language):
                yield language, normal(name)
