r"""Vocabularies as CSV, for spreadsheets.

Columns: ``id``; ``label_en``, ``synonyms_en`` and so on by language; ``broader``, ``related``,
``note``, ``auto``, ``by``, ``beside_people``, ``replaced_by``, ``media_topic``. Several values
in a cell are divided by ``|``; a ``|`` or ``\`` of its own is written ``\|`` or ``\\``.
"""

from __future__ import annotations

import csv
import io
import re

from pipelines.vocabulary.check import Problem, VocabularyError, checked
from pipelines.vocabulary.terms import AUTO, BESIDE_PEOPLE, BY, Term, Vocabulary

_PLAIN = ("note", "auto", "by", "beside_people", "replaced_by", "media_topic")
_LISTS = ("broader", "related")
_CHOICES: dict[str, tuple[str, ...]] = {"auto": AUTO, "by": BY, "beside_people": BESIDE_PEOPLE}
_BY_LANGUAGE = re.compile(r"^(label|synonyms)_([A-Za-z0-9-]+)$")


def read(
    text: str, id_: str, names: dict[str, str] | None = None, base: str = "", source: str = ""
) -> Vocabulary:
    """The vocabulary in a CSV text, checked; commas or semicolons divide the columns.

    Args:
        text: with a first line of column names.
        id_, names, base: of the vocabulary, which CSV has no place for.
        source: what errors call the text.

    Raises:
        VocabularyError: with every problem and its line.
    """
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    divider = ";" if header.count(";") > header.count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    problems: list[Problem] = []
    terms: list[Term] = []
    try:
        columns = [name.strip() for name in next(rows, [])]
        problems += _unknown(columns, source)
        line = rows.line_num + 1
        for cells in rows:
            if any(cells) and not problems[:1]:
                _row(dict(zip(columns, cells, strict=False)), line, terms, problems, source)
            line = rows.line_num + 1
    except csv.Error as error:
        problems.append(Problem(rows.line_num, f"This is not CSV: {error}.", source))
    if problems:
        raise VocabularyError(sorted(problems))
    return checked(Vocabulary(id_, names or {}, tuple(terms), base), source)


def write(vocabulary: Vocabulary) -> str:
    """The terms as CSV that ``read`` gives back equal."""
    languages = sorted({name for term in vocabulary.terms for name in term.labels})
    columns = [
        "id",
        *(f"{kind}_{language}" for language in languages for kind in ("label", "synonyms")),
        *_LISTS,
        *_PLAIN,
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for term in vocabulary.terms:
        names = [
            cell
            for each in languages
            for cell in (term.labels.get(each, ""), _joined(term.synonyms.get(each, ())))
        ]
        lists = [_joined(getattr(term, name)) for name in _LISTS]
        writer.writerow([term.id, *names, *lists, *(getattr(term, name) for name in _PLAIN)])
    return out.getvalue()


def _unknown(columns: list[str], source: str) -> list[Problem]:
    if "id" not in columns:
        return [Problem(1, "There is no column 'id'; the first line names the columns.", source)]
    known = {"id", *_LISTS, *_PLAIN}
    return [
        Problem(1, f"The column {name!r} is not known; take it out or correct it.", source)
        for name in columns
        if name and name not in known and not _BY_LANGUAGE.match(name)
    ]


def _row(
    cells: dict[str, str], line: int, terms: list[Term], problems: list[Problem], source: str
) -> None:
    labels, synonyms = {}, {}
    for column, cell in cells.items():
        found = _BY_LANGUAGE.match(column)
        if found and cell:
            kind, language = found.groups()
            if kind == "label":
                labels[language] = cell
            else:
                synonyms[language] = _split(cell)
    fields: dict[str, str] = {name: cells[name] for name in _PLAIN if cells.get(name)}
    for name, choices in _CHOICES.items():
        if fields.get(name, choices[0]) not in choices:
            message = f"{name} is {fields[name]!r}; choose one of {', '.join(choices)}."
            problems.append(Problem(line, message, source))
    lists = {name: _split(cells.get(name, "")) for name in _LISTS}
    terms.append(Term(cells.get("id", ""), labels, synonyms, **lists, **fields, line=line))  # type: ignore[arg-type]


def _joined(values: tuple[str, ...]) -> str:
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def _split(cell: str) -> tuple[str, ...]:
    parts, current, escaped = [], "", False
    for sign in cell:
        if escaped:
            current, escaped = current + sign, False
        elif sign == "\\":
            escaped = True
        elif sign == "|":
            parts.append(current)
            current = ""
        else:
            current += sign
    return tuple(part for part in (*parts, current) if part)
