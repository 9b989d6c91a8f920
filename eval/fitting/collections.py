"""Questions with known answers, made from texts that nobody judged.

A text answers the sentence that its author wrote to sum it up: a docstring its first
line, an article its headline or first paragraph, four captions of a photo the fifth.
"""

from __future__ import annotations

import ast
import importlib.util
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows
from eval.layouts.judged import Document, Question

_PACKAGES = ("numpy", "scipy", "skimage")
_LEAST_WORDS, _MOST_WORDS = 40, 200
_QUESTION_WORDS = range(4, 41)


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and questions; ``family`` marks collections made from the same texts.

    Attributes:
        named: whether files are to be called after the titles of the documents.
    """

    family: str
    documents: Sequence[Document]
    questions: Sequence[Question]
    named: bool = False


def collections(folders: Sequence[Path], *, documents: int, questions: int) -> list[Collection]:
    """Collections from installed packages and from folders with articles or captions.

    Args:
        folders: each with ``articles.jsonl`` or ``train_captions.jsonl``.
        documents, questions: at most so many each.

    Raises:
        EvalError: a folder has another layout.
    """
    found = [_collection("docstrings", _docstrings(), documents, questions)]
    for folder in folders:
        rows.folder(folder)
        if (articles := folder / "articles.jsonl").is_file():
            texts = list(_articles(articles))
            headlines = [(title, "\n\n".join(body)) for title, body in texts]
            found.append(_collection("articles", headlines, documents, questions))
            firsts = [(body[0], "\n\n".join(body[1:]), title) for title, body in texts]
            found.append(_collection("articles", firsts, documents, questions, named=True))
        elif (captions := folder / "train_captions.jsonl").is_file():
            found.append(_collection("captions", _captions(captions), documents, questions))
        else:
            raise EvalError(
                f"{folder} has neither articles.jsonl nor train_captions.jsonl; name another."
            )
    return found


def _collection(
    family: str,
    pairs: Sequence[tuple[str, ...]],
    documents: int,
    questions: int,
    *,
    named: bool = False,
) -> Collection:
    """From (question, text) or (question, text, title), each question once."""
    unique = list({pair[0]: pair for pair in pairs}.values())
    random.Random(0).shuffle(unique)
    chosen = unique[:documents]
    return Collection(
        family,
        [
            Document(str(number), pair[2] if len(pair) > 2 else "", pair[1])
            for number, pair in enumerate(chosen)
        ],
        [
            Question(pair[0], frozenset({str(number)}))
            for number, pair in enumerate(chosen[:questions])
        ],
        named,
    )


def _docstrings() -> list[tuple[str, ...]]:
    """(first line, the rest) of docstrings in the source of installed packages."""
    found: list[tuple[str, ...]] = []
    for package in _PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise EvalError(f"{package} is not installed; run `pip install {package}`.")
        for path in sorted(Path(spec.origin).parent.rglob("*.py")):
            if "test" not in path.as_posix():
                found += list(_docstrings_of(path))
    return found


def _docstrings_of(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        first, _, rest = (ast.get_docstring(node) or "").partition("\n\n")
        summary = " ".join(first.split())
        words = rest.split(" ")
        if (
            len(summary.split()) in _QUESTION_WORDS
            and "(" not in summary
            and len(words) >= _LEAST_WORDS
        ):
            # What follows is mostly tables of parameters.
            yield summary, " ".join(words[:_MOST_WORDS])


def _articles(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Headline and paragraphs of articles that have at least three."""
    for row in rows.read(path):
        title = str(rows.value(row, "title", path))
        text = str(rows.value(row, "text", path)).removeprefix(title)
        paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
        if len(paragraphs) >= 3:
            yield title, paragraphs


def _captions(path: Path) -> list[tuple[str, ...]]:
    """(one caption, the others) of photos."""
    found: list[tuple[str, ...]] = []
    for row in rows.read(path):
        first, *others = rows.value(row, "captions", path)
        if others:
            found.append((str(first), " ".join(others)))
    return found
