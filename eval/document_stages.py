"""What the stages of a document cost beside reading it, in milliseconds a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.analysis import Analysis

_SCHEMA = "contract"


def costs(files: Sequence[Path], pages: int, rounds: int) -> dict[str, float]:
    """Each of some files typed, looked through for fields and summarised; its best round counts.

    The vectors of the passages are there before, as in an ingest; fields are those of the
    schema that has most.
    """
    documents = _read(files)
    stages = _stages(documents)
    best = {(name, number): float("inf") for name in stages for number in range(len(documents))}
    for _ in range(rounds):
        for number, document in enumerate(documents):
            for name, stage in stages.items():
                start = time.perf_counter()
                stage(document)
                best[name, number] = min(best[name, number], time.perf_counter() - start)
    return {
        name: 1000 * sum(best[name, number] for number in range(len(documents))) / pages
        for name in stages
    }


def _read(files: Sequence[Path]) -> list[Analysis]:
    from models.load import load_text
    from models.registry import TEXT_DEFAULT
    from pipelines.reading import read_file

    encoder = load_text(TEXT_DEFAULT)
    made = []
    for path in files:
        analysis = read_file(path)
        words = encoder.encode([unit.text for unit in analysis.units if unit.text.strip()][:3])
        rest = iter(words)
        units = tuple(
            replace(unit, words=next(rest, None)) if unit.text.strip() else unit
            for unit in analysis.units
        )
        made.append(replace(analysis, units=units))
    return made


def _stages(documents: Sequence[Analysis]) -> Mapping[str, Callable[[Analysis], object]]:
    from models.load import load_text
    from models.registry import TEXT_DEFAULT
    from pipelines.documents.fields.extract import extract
    from pipelines.documents.fields.schema import schema
    from pipelines.documents.fields.trained import trained
    from pipelines.documents.pages import view_of
    from pipelines.documents.summary.levels import summaries
    from pipelines.documents.summary.sentences import sentences_of
    from pipelines.documents.types.classify import describe
    from pipelines.documents.types.labels import known_labels
    from pipelines.documents.types.tree import TreeClassifier

    encoder = load_text(TEXT_DEFAULT)
    classifier = TreeClassifier(known_labels("types"), encoder)
    wanted, rankers = schema(_SCHEMA), trained(_SCHEMA).rankers
    stages: dict[str, Callable[[Analysis], object]] = {
        "type": lambda each: classifier.classify(describe(each, view_of(each), encoder)),
        "fields": lambda each: extract(view_of(each), wanted, rankers),
        "summary": lambda each: summaries(sentences_of(each.units)),
    }
    for stage in stages.values():
        for document in documents[:1]:
            stage(document)
    return stages
