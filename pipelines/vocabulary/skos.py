"""Vocabularies as SKOS in Turtle (W3C Recommendation, 2009), as other systems exchange them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pipelines.vocabulary.check import Problem, VocabularyError, check
from pipelines.vocabulary.terms import AUTO, BESIDE_PEOPLE, BY, Term, Vocabulary

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

OWN = "urn:magpie:ns:"
"""Of the properties that SKOS does not have: auto, by, besidePeople."""

MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"

_CHOICES = {
    "auto": ("auto", AUTO),
    "by": ("by", BY),
    "beside_people": ("besidePeople", BESIDE_PEOPLE),
}
_MATCHES = ("exactMatch", "closeMatch", "broadMatch")
_NO_LANGUAGE = "en"
_BASE = "urn:magpie:vocabulary:"


def write(vocabulary: Vocabulary) -> str:
    """The vocabulary as Turtle that ``read`` gives back equal, terms in order of their ids."""
    from rdflib import RDF, Graph, Literal, Namespace, URIRef
    from rdflib.namespace import DCTERMS, OWL, SKOS

    base = vocabulary.base or f"{_BASE}{vocabulary.id}:"
    own = Namespace(OWN)
    graph = Graph()
    graph.bind("magpie", own)
    graph.bind("skos", SKOS)
    scheme = URIRef(base.rstrip(":/#") or base)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.identifier, Literal(vocabulary.id)))
    for language, name in vocabulary.names.items():
        graph.add((scheme, DCTERMS.title, Literal(name, lang=language)))

    def address(id_: str) -> URIRef:
        return URIRef(base + quote(id_, safe=""))

    for term in vocabulary.terms:
        node = address(term.id)
        graph.add((node, RDF.type, SKOS.Concept))
        graph.add((node, SKOS.inScheme, scheme))
        for language, label in term.labels.items():
            graph.add((node, SKOS.prefLabel, Literal(label, lang=language)))
        for language, synonyms in term.synonyms.items():
            for name in synonyms:
                graph.add((node, SKOS.altLabel, Literal(name, lang=language)))
        for parent in term.broader:
            graph.add((node, SKOS.broader, address(parent)))
        for other in term.related:
            graph.add((node, SKOS.related, address(other)))
        if term.note:
            graph.add((node, SKOS.scopeNote, Literal(term.note)))
        if term.replaced_by:
            graph.add((node, OWL.deprecated, Literal(True)))
            graph.add((node, DCTERMS.isReplacedBy, address(term.replaced_by)))
        if term.media_topic:
            graph.add((node, SKOS.closeMatch, URIRef(MEDIA_TOPICS + term.media_topic)))
        for field, (name, choices) in _CHOICES.items():
            value = getattr(term, field)
            if value != choices[0]:
                graph.add((node, own[name], Literal(value)))
    return str(graph.serialize(format="turtle"))


def read(text: str, id_: str = "", source: str = "") -> Vocabulary:
    """The vocabulary in a Turtle text, checked. Synonyms come in order of the alphabet.

    Args:
        text: with one ``skos:ConceptScheme`` or none.
        id_: of the vocabulary, where the text names none.
        source: what errors call the text.

    Raises:
        VocabularyError: with every problem and its line.
    """
    from rdflib import RDF, Graph, URIRef
    from rdflib.namespace import DCTERMS, SKOS

    graph = Graph()
    try:
        graph.parse(data=text, format="turtle")
    except Exception as error:
        # The parser has errors of many kinds, and mentions the line in most.
        line = getattr(error, "lines", None)
        number = int(line) + 1 if isinstance(line, int) else 0
        raise VocabularyError([Problem(number, "This is not Turtle.", source)]) from error
    concepts = sorted(
        node for node in set(graph.subjects(RDF.type, SKOS.Concept)) if isinstance(node, URIRef)
    )
    base = _common_base([str(node) for node in concepts])
    lines = _Lines(text, base)
    terms, problems = [], []
    for node in concepts:
        term = _term(graph, node, base, lines)
        terms.append(term)
        problems += [
            Problem(term.line, f"{name} is {value!r}; choose one of {', '.join(choices)}.", source)
            for field, (name, choices) in _CHOICES.items()
            if (value := getattr(term, field)) not in choices
        ]
    scheme = next(iter(graph.subjects(RDF.type, SKOS.ConceptScheme)), None)
    titles = {
        getattr(title, "language", None) or _NO_LANGUAGE: str(title)
        for title in (graph.objects(scheme, DCTERMS.title) if scheme else ())
    }
    found = graph.value(scheme, DCTERMS.identifier) if scheme else None
    name = str(found) if found else id_
    kept = "" if base == f"{_BASE}{name}:" else base
    vocabulary = Vocabulary(name, titles, tuple(terms), kept)
    problems += check(vocabulary, source)
    if not name:
        problems.append(Problem(0, "The vocabulary has no name; give it an id.", source))
    if problems:
        raise VocabularyError(sorted(problems))
    return vocabulary


def _term(graph: Graph, node: Any, base: str, lines: _Lines) -> Term:
    from rdflib import URIRef
    from rdflib.namespace import DCTERMS, SKOS

    def ids(predicate: Node) -> tuple[str, ...]:
        return tuple(sorted(_id(str(other), base) for other in graph.objects(node, predicate)))

    synonyms: dict[str, list[str]] = {}
    for name in sorted(graph.objects(node, SKOS.altLabel), key=str):
        synonyms.setdefault(getattr(name, "language", None) or _NO_LANGUAGE, []).append(str(name))
    labels = {
        getattr(label, "language", None) or _NO_LANGUAGE: str(label)
        for label in sorted(graph.objects(node, SKOS.prefLabel), key=repr)
    }
    narrower_of = tuple(_id(str(parent), base) for parent in graph.subjects(SKOS.narrower, node))
    choices: dict[str, Any] = {
        field: str(value)
        for field, (name, _) in _CHOICES.items()
        if (value := graph.value(node, URIRef(OWN + name))) is not None
    }
    note = graph.value(node, SKOS.scopeNote)
    return Term(
        id=_id(str(node), base),
        labels=labels,
        synonyms={language: tuple(names) for language, names in synonyms.items()},
        broader=tuple(sorted({*ids(SKOS.broader), *narrower_of})),
        related=ids(SKOS.related),
        note=str(note) if note else "",
        replaced_by=next(iter(ids(DCTERMS.isReplacedBy)), ""),
        media_topic=next(iter(_topics(graph, node, SKOS)), ""),
        line=lines.of(str(node)),
        **choices,
    )


def _topics(graph: Graph, node: Node, skos: Any) -> Iterator[str]:
    for name in _MATCHES:
        for other in sorted(map(str, graph.objects(node, skos[name]))):
            if other.startswith(MEDIA_TOPICS):
                yield other.removeprefix(MEDIA_TOPICS)


def _common_base(addresses: list[str]) -> str:
    """What all addresses begin with, up to the last ``/``, ``#`` or ``:``."""
    if not addresses:
        return ""
    first, last = min(addresses), max(addresses)
    length = next((i for i, (a, b) in enumerate(zip(first, last)) if a != b), len(first))  # noqa: B905
    return re.sub(r"[^/#:]*$", "", first[:length])


def _id(address: str, base: str) -> str:
    name = unquote(address.removeprefix(base)) if base else unquote(address)
    return re.sub(r"[^\w.-]", "_", name)


class _Lines:
    """On which line a Turtle text first speaks of an address as its subject."""

    def __init__(self, text: str, base: str) -> None:
        self._base = base
        self._found: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            match = re.match(r"(?:<([^>]*)>|[\w-]*:(\S+))\s", line + " ")
            if match:
                name = match.group(1) or match.group(2).replace("\\", "")
                self._found.setdefault(name, number)

    def of(self, address: str) -> int:
        return self._found.get(address) or self._found.get(address.removeprefix(self._base), 0)
