"""What a vocabulary is: terms with labels in several languages, in a hierarchy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Auto = Literal["always", "suggest", "never"]
"""Whether a machine may give the term: by itself, only for a person to accept, or not at all."""

By = Literal["network", "pixels", "words"]
"""What may speak for the term: everything; measured pixels and words; words alone."""

BesidePeople = Literal["as_usual", "never"]
"""Whether a machine may give the term to a picture that shows people."""

AUTO: tuple[Auto, ...] = ("always", "suggest", "never")
BY: tuple[By, ...] = ("network", "pixels", "words")
BESIDE_PEOPLE: tuple[BesidePeople, ...] = ("as_usual", "never")

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a vocabulary.

    Attributes:
        id: unique in its vocabulary; letters, digits, ``_``, ``-`` and ``.``.
        labels: the preferred word by language (``en``, ``de`` ...).
        synonyms: further words by language.
        broader: ids of the terms that this one is a kind of.
        related: ids of terms that are worth knowing beside this one.
        note: when to use it, for people.
        auto: whether a machine may give it.
        by: what may speak for it.
        beside_people: whether a machine may give it to a picture that shows people.
        replaced_by: id of the term to use instead; empty unless this one is deprecated.
        media_topic: eight digits of the IPTC Media Topic that fits (cv.iptc.org/newscodes/
            mediatopic), or empty.
        line: where it stands in the file it came from; 0 where there is none.
    """

    id: str
    labels: Mapping[str, str]
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    note: str = ""
    auto: Auto = "always"
    by: By = "network"
    beside_people: BesidePeople = "as_usual"
    replaced_by: str = ""
    media_topic: str = ""
    line: int = field(default=0, compare=False)

    def names(self, language: str | None = None) -> tuple[str, ...]:
        """Label and synonyms, the label first, in one language or in all."""
        languages = [language] if language else [*self.labels, *self.synonyms]
        found = [
            name
            for each in dict.fromkeys(languages)
            for name in (self.labels.get(each, ""), *self.synonyms.get(each, ()))
            if name
        ]
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Vocabulary:
    """Terms that belong together.

    Attributes:
        id: short, such as ``general``.
        names: what people call it, by language.
        terms: in the order of their file.
        base: what stands before a term's id in its SKOS address.
    """

    id: str
    names: Mapping[str, str]
    terms: tuple[Term, ...]
    base: str = ""

    @cached_property
    def by_id(self) -> Mapping[str, Term]:
        """Terms by id."""
        return {term.id: term for term in self.terms}

    @cached_property
    def _narrower(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for term in self.terms:
            for parent in term.broader:
                found.setdefault(parent, []).append(term.id)
        return {parent: tuple(children) for parent, children in found.items()}

    def active(self) -> Iterator[Term]:
        """Terms that are in use: not deprecated."""
        return (term for term in self.terms if not term.replaced_by)

    def broader(self, id_: str) -> tuple[str, ...]:
        """Ids of all terms above one, nearest first, without itself."""
        return self._closure(id_, lambda each: self.by_id[each].broader)

    def narrower(self, id_: str) -> tuple[str, ...]:
        """Ids of all terms below one, nearest first, without itself."""
        return self._closure(id_, lambda each: self._narrower.get(each, ()))

    def current(self, id_: str) -> str | None:
        """The id to use for one that may be deprecated; None where there is no such term."""
        seen: set[str] = set()
        while id_ in self.by_id and id_ not in seen:
            seen.add(id_)
            if not self.by_id[id_].replaced_by:
                return id_
            id_ = self.by_id[id_].replaced_by
        return None

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        # Labels before synonyms: where two terms share a word, it belongs to the one it names.
        for labels_only in (True, False):
            for term in self.terms:
                names = term.labels.values() if labels_only else term.names()
                for name in names:
                    found.setdefault(normal(name), term.id)
        return found

    def find(self, name: str) -> Term | None:
        """The term in use that goes by a name in any language; capitals and dashes do not count."""
        id_ = self._by_name.get(normal(name))
        current = self.current(id_) if id_ is not None else None
        return self.by_id[current] if current is not None else None

    @property
    def names_in_use(self) -> Mapping[str, str]:
        """Ids of terms by normal form of their names."""
        return self._by_name

    def _closure(self, id_: str, step: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        front = [id_]
        while front:
            front = [
                each
                for known in front
                for each in step(known)
                if each in self.by_id and each != id_ and each not in found
            ]
            found.update(dict.fromkeys(front))
        return tuple(found)


def normal(name: str) -> str:
    """The form under which names are compared: ``Tee-Shirt``, ``TEE_SHIRT`` -> ``tee shirt``."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _NOT_WORDS.sub(" ", folded).strip()
