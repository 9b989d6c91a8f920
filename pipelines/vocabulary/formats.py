"""The formats that vocabularies are exchanged in, by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal, get_args

from pipelines.vocabulary import csv_file, skos, yaml_file
from pipelines.vocabulary.check import Problem, VocabularyError
from pipelines.vocabulary.terms import Vocabulary

Format = Literal["yaml", "ttl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)

MEDIA_TYPES: Mapping[Format, str] = {
    "yaml": "application/yaml",
    "ttl": "text/turtle",
    "csv": "text/csv",
}

_ENDINGS: Mapping[str, Format] = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".ttl": "ttl",
    ".turtle": "ttl",
    ".csv": "csv",
}


def format_of(file_name: str) -> Format | None:
    """The format that the ending of a file name tells, if it does."""
    return _ENDINGS.get(PurePath(file_name).suffix.lower())


def read(data: bytes, format_: Format, id_: str = "", source: str = "") -> Vocabulary:
    """The vocabulary in a file, checked.

    Args:
        id_: of the vocabulary, where the file names none.
        source: what errors call the file.

    Raises:
        VocabularyError: with every problem and its line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "This is not UTF-8 text; save the file as UTF-8."
        raise VocabularyError([Problem(line, message, source)]) from error
    if format_ == "csv":
        if not id_:
            raise VocabularyError(
                [Problem(0, "A CSV file does not name its vocabulary; give an id.")]
            )
        return csv_file.read(text, id_, source=source)
    if format_ == "ttl":
        return skos.read(text, id_, source)
    return yaml_file.read({source: text})


def write(vocabulary: Vocabulary, format_: Format) -> str:
    """The vocabulary as ``read`` gives it back equal; CSV has no place for its id and names."""
    writers = {"yaml": yaml_file.write, "ttl": skos.write, "csv": csv_file.write}
    return writers[format_](vocabulary)
