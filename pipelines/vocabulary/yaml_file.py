"""Vocabularies in YAML, the form that people write by hand.

``terms`` maps ids to their fields. A language's value is the label, or a list of the label and
its synonyms. Where ``vocabulary`` names its own ``language``, the label in that language may be
left out if the id spells it. ``under`` names broader terms. Several texts can make up one
vocabulary; the first one has the header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipelines.vocabulary.check import Problem, VocabularyError, check
from pipelines.vocabulary.terms import AUTO, BESIDE_PEOPLE, BY, Term, Vocabulary

_TEXT_FIELDS = ("note", "auto", "by", "beside_people", "replaced_by", "media_topic")
_LIST_FIELDS = {"under": "broader", "related": "related"}
_CHOICES: Mapping[str, tuple[str, ...]] = {"auto": AUTO, "by": BY, "beside_people": BESIDE_PEOPLE}
_HEADER = ("id", "name", "language", "base")
_LANGUAGE_LENGTH = (2, 3)


@dataclass
class _Reading:
    """What was read so far."""

    header: dict[str, Any] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    source: str = ""

    def wrong(self, node: Node, message: str) -> None:
        self.problems.append(Problem(node.start_mark.line + 1, message, self.source))


def read(texts: Mapping[str, str]) -> Vocabulary:
    """The vocabulary in one or several YAML texts, checked.

    Args:
        texts: by the name that errors call them. Lines are those of the term's own text.

    Raises:
        VocabularyError: with every problem and its line.
    """
    reading = _Reading()
    for source, text in texts.items():
        reading.source = source
        _read_text(text, reading)
    if not reading.header.get("id"):
        reading.problems.append(
            Problem(0, "There is no 'vocabulary' with an 'id'; begin with vocabulary: {id: mine}.")
        )
    if reading.problems:
        raise VocabularyError(sorted(reading.problems, key=lambda each: (each.source, each)))
    header = reading.header
    vocabulary = Vocabulary(
        header["id"], header.get("name", {}), tuple(reading.terms), header.get("base", "")
    )
    problems = check(vocabulary, next(iter(texts)) if len(texts) == 1 else "")
    if problems:
        raise VocabularyError(problems)
    return vocabulary


def write(vocabulary: Vocabulary) -> str:
    """The vocabulary as one YAML text that ``read`` gives back equal."""
    header = {"id": vocabulary.id, "name": dict(vocabulary.names), "base": vocabulary.base}
    content = {
        "vocabulary": {key: value for key, value in header.items() if value},
        "terms": {term.id: _fields(term) for term in vocabulary.terms},
    }
    return str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100))


def _fields(term: Term) -> dict[str, Any]:
    names = {
        language: [label, *term.synonyms[language]] if term.synonyms.get(language) else label
        for language, label in term.labels.items()
    }
    rest = {
        "under": list(term.broader),
        "related": list(term.related),
        "note": term.note,
        "auto": term.auto if term.auto != AUTO[0] else "",
        "by": term.by if term.by != BY[0] else "",
        "beside_people": term.beside_people if term.beside_people != BESIDE_PEOPLE[0] else "",
        "replaced_by": term.replaced_by,
        "media_topic": term.media_topic,
    }
    return {**names, **{key: value for key, value in rest.items() if value}}


def _read_text(text: str, reading: _Reading) -> None:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problem = getattr(error, "problem", None) or "it cannot be read"
        reading.problems.append(Problem(line, f"This is not YAML: {problem}.", reading.source))
        return
    if not isinstance(root, MappingNode):
        reading.problems.append(
            Problem(1, "A vocabulary is a mapping with 'vocabulary' and 'terms'.", reading.source)
        )
        return
    for key, value in root.value:
        if key.value == "vocabulary" and isinstance(value, MappingNode):
            _read_header(value, reading)
    for key, value in root.value:
        if key.value == "terms" and isinstance(value, MappingNode):
            for id_, fields in value.value:
                _read_term(id_, fields, reading)
        elif key.value != "vocabulary" or not isinstance(value, MappingNode):
            reading.wrong(key, f"{key.value!r} is not known here; write 'vocabulary' or 'terms'.")


def _read_header(node: MappingNode, reading: _Reading) -> None:
    for key, value in node.value:
        if key.value not in _HEADER:
            reading.wrong(key, f"{key.value!r} is no part of 'vocabulary'; leave it out.")
        elif key.value == "name":
            pairs = value.value if isinstance(value, MappingNode) else [(None, value)]
            reading.header["name"] = {
                each.value if each is not None else "en": str(name.value) for each, name in pairs
            }
        else:
            reading.header[key.value] = _text(value, reading)


def _read_term(key: Node, node: Node, reading: _Reading) -> None:
    if not isinstance(node, MappingNode):
        reading.wrong(key, f"{key.value!r} needs fields in braces, such as {{de: Hund}}.")
        return
    labels: dict[str, str] = {}
    synonyms: dict[str, tuple[str, ...]] = {}
    fields: dict[str, Any] = {}
    own = reading.header.get("language", "")
    for name, value in node.value:
        word = str(name.value)
        if word in _LIST_FIELDS:
            fields[_LIST_FIELDS[word]] = _list(value, reading)
        elif word in _TEXT_FIELDS:
            fields[word] = _text(value, reading)
            if word in _CHOICES and fields[word] not in _CHOICES[word]:
                choices = ", ".join(_CHOICES[word])
                reading.wrong(value, f"{word} is {fields[word]!r}; choose one of {choices}.")
        elif len(word.partition("-")[0]) in _LANGUAGE_LENGTH:
            names = _list(value, reading)
            if names:
                labels[word], *rest = names
                synonyms |= {word: tuple(rest)} if rest else {}
        else:
            reading.wrong(name, f"{word!r} is no field of a term and no language; check it.")
    if own and own not in labels:
        labels = {own: str(key.value).replace("_", " "), **labels}
    reading.terms.append(
        Term(str(key.value), labels, synonyms, line=key.start_mark.line + 1, **fields)
    )


def _text(node: Node, reading: _Reading) -> str:
    if not isinstance(node, ScalarNode):
        reading.wrong(node, "Here stands a list or mapping where one value belongs.")
        return ""
    return str(node.value).strip()


def _list(node: Node, reading: _Reading) -> tuple[str, ...]:
    nodes: Sequence[Node] = node.value if isinstance(node, SequenceNode) else [node]
    return tuple(text for each in nodes if (text := _text(each, reading)))
