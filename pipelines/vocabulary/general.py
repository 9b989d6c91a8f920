"""The vocabulary that Magpie comes with, written for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.vocabulary import yaml_file
from pipelines.vocabulary.terms import Vocabulary

_FOLDER = Path(__file__).with_name("data")


@cache
def general() -> Vocabulary:
    """People, animals, food, things, places, activities, products, documents, style, colours."""
    files = sorted(_FOLDER.glob("*.yaml"))
    return yaml_file.read({path.name: path.read_text(encoding="utf-8") for path in files})
