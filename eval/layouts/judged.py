"""The layout of judged questions: a corpus, questions, and which documents answer them.

``corpus.jsonl`` with rows ``{"id": ..., "title": ..., "text": ...}`` (the title may lack)
and ``queries.jsonl`` with ``{"id": ..., "text": ..., "relevant": ...}``, where ``relevant``
is the id of a document, a list of ids, or grades by id. In several languages the files are
called ``corpus.en.jsonl``, ``queries.en.jsonl`` and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.layouts import rows


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the documents that answer it (grade 1 or more)."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class JudgedCorpus:
    """Documents, and the questions that at least one of them answers."""

    documents: Sequence[Document]
    questions: Sequence[Question]


def read(data: Path, language: str | None = None) -> JudgedCorpus:
    """The corpus of a folder in this layout.

    Args:
        data: the folder.
        language: picks among ``corpus.LANGUAGE.jsonl``; needed where there are several.

    Raises:
        EvalError: the folder has another layout, or not this language.
    """
    rows.folder(data)
    corpus_path, queries_path = _paths(data, language)
    documents = [
        Document(
            str(rows.value(row, "id", corpus_path)),
            str(row.get("title") or ""),
            str(rows.value(row, "text", corpus_path)),
        )
        for row in rows.read(corpus_path)
    ]
    ids = {document.id for document in documents}
    questions = [
        Question(
            str(rows.value(row, "text", queries_path)),
            _relevant(rows.value(row, "relevant", queries_path)) & ids,
        )
        for row in rows.read(queries_path)
    ]
    answerable = [question for question in questions if question.relevant]
    if not answerable:
        raise EvalError(f"No question of {queries_path} is answered by a document of the corpus.")
    return JudgedCorpus(documents, answerable)


def _paths(data: Path, language: str | None) -> tuple[Path, Path]:
    if language is None and (data / "corpus.jsonl").is_file():
        corpus = data / "corpus.jsonl"
    else:
        there = {path.name.split(".")[1]: path for path in sorted(data.glob("corpus.*.jsonl"))}
        if not there:
            raise EvalError(f"{data} has no corpus.jsonl; it needs one, and queries.jsonl.")
        chosen = language or (next(iter(there)) if len(there) == 1 else None)
        if chosen not in there:
            raise EvalError(f"{data} holds {', '.join(there)}; choose one with --lang.")
        corpus = there[chosen]
    queries = data / corpus.name.replace("corpus", "queries", 1)
    if not queries.is_file():
        raise EvalError(f"{data} has no {queries.name}; it needs one beside {corpus.name}.")
    return corpus, queries


def _relevant(value: Any) -> frozenset[str]:
    if isinstance(value, dict):
        return frozenset(str(id_) for id_, grade in value.items() if grade >= 1)
    if isinstance(value, list):
        return frozenset(str(id_) for id_ in value)
    return frozenset({str(value)})
