"""Finds what is wrong with a vocabulary, and says on which line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.vocabulary.terms import Term, Vocabulary, normal

ID = re.compile(r"^\w[\w.-]{0,99}$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_MEDIA_TOPIC = re.compile(r"^\d{8}$")
_LONGEST_NAME = 200
MOST_TERMS = 100_000


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to put right.

    Attributes:
        line: of the file, from 1; 0 where no line is to blame.
        message: one sentence that says what to do.
        source: name of the file, or empty.
    """

    line: int
    message: str
    source: str = ""

    def __str__(self) -> str:
        place = ", ".join(filter(None, (self.source, f"line {self.line}" if self.line else "")))
        return f"{place}: {self.message}" if place else self.message


class VocabularyError(ValueError):
    """A vocabulary that cannot be used.

    Attributes:
        problems: everything that is wrong, in order of lines.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(map(str, self.problems[:20]))
        more = len(self.problems) - 20
        super().__init__(f"{shown}\n... and {more} more." if more > 0 else shown)


def check(vocabulary: Vocabulary, source: str = "") -> list[Problem]:
    """Everything that is wrong with a vocabulary, in order of lines; empty where all is well."""
    if len(vocabulary.terms) > MOST_TERMS:
        return [Problem(0, f"There are more than {MOST_TERMS:,} terms; split them.", source)]
    rules = (_ids, _names, _links, _cycles, _deprecation, _shared_names)
    found = [(line, message) for rule in rules for line, message in rule(vocabulary)]
    return sorted({Problem(line, message, source) for line, message in found})


def checked(vocabulary: Vocabulary, source: str = "") -> Vocabulary:
    """The vocabulary itself where nothing is wrong with it.

    Raises:
        VocabularyError: with every problem.
    """
    problems = check(vocabulary, source)
    if problems:
        raise VocabularyError(problems)
    return vocabulary


_Found = Iterator[tuple[int, str]]


def _ids(vocabulary: Vocabulary) -> _Found:
    first: dict[str, int] = {}
    for term in vocabulary.terms:
        if not ID.match(term.id):
            yield (
                term.line,
                f"{term.id!r} cannot be an id; use letters, digits, '_', '-' and '.', "
                "at most 100 of them.",
            )
        if term.id in first:
            where = f" (first on line {first[term.id]})" if first[term.id] else ""
            yield term.line, f"The id {term.id!r} is used twice{where}; give each term its own."
        first.setdefault(term.id, term.line)


def _names(vocabulary: Vocabulary) -> _Found:
    for term in vocabulary.terms:
        if not term.labels:
            yield term.line, f"{term.id!r} has no label; give it one in at least one language."
        for language in {*term.labels, *term.synonyms}:
            if not _LANGUAGE.match(language):
                yield term.line, f"{language!r} is no language code; write en, de, pt-BR."
        for language in term.synonyms.keys() - term.labels.keys():
            yield term.line, f"{term.id!r} has synonyms but no label in {language!r}; add one."
        for name in term.names():
            if not normal(name) or len(name) > _LONGEST_NAME:
                yield term.line, f"{term.id!r} has a name that is empty or too long: {name[:40]!r}."
        if term.media_topic and not _MEDIA_TOPIC.match(term.media_topic):
            yield (
                term.line,
                f"{term.media_topic!r} is no IPTC Media Topic; write its eight digits.",
            )


def _links(vocabulary: Vocabulary) -> _Found:
    for term in vocabulary.terms:
        linked = {
            "broader": term.broader,
            "related": term.related,
            "replaced_by": (term.replaced_by,) if term.replaced_by else (),
        }
        for kind, ids in linked.items():
            for id_ in ids:
                if id_ not in vocabulary.by_id:
                    yield (
                        term.line,
                        f"{term.id!r} names {id_!r} as {kind}, which is not in the vocabulary; "
                        "add it or take the link out.",
                    )
        for id_ in set(term.related) & {term.id, *vocabulary.broader(term.id)}:
            yield (
                term.line,
                f"{term.id!r} is related to {id_!r}, which stands above it; keep one link.",
            )


def _cycles(vocabulary: Vocabulary) -> _Found:
    for term in _on_cycles(vocabulary, lambda each: each.broader):
        yield term.line, f"{term.id!r} is broader than itself; take one of the links out."


def _deprecation(vocabulary: Vocabulary) -> _Found:
    for term in _on_cycles(
        vocabulary, lambda each: (each.replaced_by,) if each.replaced_by else ()
    ):
        yield term.line, f"{term.id!r} is replaced by itself in the end; name a term in use."


def _on_cycles(vocabulary: Vocabulary, step: Callable[[Term], tuple[str, ...]]) -> Iterator[Term]:
    """Terms that a walk along ``step`` comes back to."""
    settled: set[str] = set()
    for start in vocabulary.by_id.values():
        trail: dict[str, None] = {}
        stack: list[tuple[str, bool]] = [(start.id, False)]
        while stack:
            id_, done = stack.pop()
            if done:
                trail.pop(id_, None)
                settled.add(id_)
            elif id_ in trail:
                yield vocabulary.by_id[id_]
            elif id_ not in settled and id_ in vocabulary.by_id:
                trail[id_] = None
                stack.append((id_, True))
                stack.extend((each, False) for each in step(vocabulary.by_id[id_]))


def _shared_names(vocabulary: Vocabulary) -> _Found:
    for language in sorted({each for term in vocabulary.terms for each in term.labels}):
        owner: dict[str, Term] = {}
        for term in vocabulary.active():
            for name in term.names(language):
                other = owner.setdefault(normal(name), term)
                if other.id != term.id:
                    yield (
                        term.line,
                        f"{name!r} ({language}) names both {other.id!r} and {term.id!r}; "
                        "people would not know which: change one.",
                    )
