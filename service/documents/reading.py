"""Looks at files and texts that are not in the catalog, and keeps nothing of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.writing import Writer
from pipelines.analysis import Analysis, Unit
from pipelines.documents.types.tree import Answer
from pipelines.passages import passages
from pipelines.pool import ReaderPool
from service.documents import schemas
from service.documents.describer import Describer
from service.documents.facts import facts_of
from service.documents.shapes import Tree, summary_of, type_of_answer
from service.documents.writing import ask
from service.errors import BadRequest
from service.generations.in_use import ModelsInUse
from service.ingest.ocr_stage import OcrStage

_MOST_PICTURES = 8
"""Pictures of one file in which text is recognised while somebody waits."""

_MOST_PASSAGES = 5_000


class DocumentReader:
    """Types and summarises files while somebody waits. Thread safe."""

    def __init__(
        self,
        pool: ReaderPool,
        ocr: OcrStage,
        encoders: ModelsInUse,
        describer: Describer,
        tree: Tree,
        writer: Writer | None = None,
    ) -> None:
        self._pool = pool
        self._ocr = ocr
        self._encoders = encoders
        self._describer = describer
        self._tree = tree
        self._writer = writer

    def classify(self, path: Path, name: str) -> schemas.Classified:
        """What a file is; raises BadRequest where it holds no text or cannot be read."""
        return _classified(self.summarise(path, name))

    def classify_text(self, text: str) -> schemas.Classified:
        """What a text is; raises BadRequest where it holds no words."""
        return _classified(self.summarise_text(text))

    def summarise(self, path: Path, name: str, *, written: bool = False) -> schemas.DocumentSummary:
        """What a file is and says.

        Args:
            written: whether the language model is to write a summary, too.

        Raises:
            BadRequest: it has no text or cannot be read, or no language model is set.
        """
        writer = self._writing(written)
        return self._summary(self.read(path, name), name, writer)

    def summarise_text(self, text: str, *, written: bool = False) -> schemas.DocumentSummary:
        """What a text is and says; as ``summarise``."""
        units = tuple(passages(text))
        document = Analysis("document", "text/plain", units=units)
        return self._summary(document, "The text", self._writing(written))

    def type_of(self, analysis: Analysis) -> Answer:
        """What a document is that was read."""
        with self._encoders.use():
            return self._describer.typer.type_of(analysis, self._encoders.text()).answer

    def read(self, path: Path, name: str) -> Analysis:
        """A file with the words in its first pictures; raises BadRequest if it cannot be read."""
        analysis = self._pool.read(path, name=name)
        failure = analysis.failure
        if failure is not None and not analysis.units:
            raise BadRequest(f"{name} cannot be read: {failure.reason}")
        if not self._ocr.enabled:
            return analysis
        targets = self._ocr.targets(analysis)[:_MOST_PICTURES]
        if not targets:
            return analysis
        found = self._ocr.run(path, name, targets)
        return replace(analysis, units=(*analysis.units, *found.units))

    def _writing(self, wanted: bool) -> Writer | None:
        if not wanted:
            return None
        if self._writer is None:
            raise BadRequest(
                "No language model is set; set MAGPIE_WRITER_URL and MAGPIE_WRITER_MODEL, or "
                "MAGPIE_WRITER_FOLDER, or ask without a written summary."
            )
        return self._writer

    def _summary(
        self, analysis: Analysis, name: str, writer: Writer | None = None
    ) -> schemas.DocumentSummary:
        units = [unit for unit in analysis.units if _has_words(unit)]
        if not units:
            raise BadRequest(f"{name} holds no text; choose a file with words in it.")
        document = replace(analysis, units=tuple(units[:_MOST_PASSAGES]))
        facts = facts_of(document)
        facts["complete"] = facts["complete"] and len(units) <= _MOST_PASSAGES
        with self._encoders.use():
            typed = self._describer.typer.type_of(document, self._encoders.text())
        kind = type_of_answer(typed.answer, typed.evidence, self._tree)
        made = summary_of(facts, kind, analysis.pages)
        if writer is not None:
            answer = ask(writer, document)
            made.written = schemas.WrittenSummary(
                text=answer.text, model=writer.name, reason=answer.reason
            )
        return made


def _has_words(unit: Unit) -> bool:
    return unit.kind == "passage" and any(map(str.isalnum, unit.text))


def _classified(made: schemas.DocumentSummary) -> schemas.Classified:
    return schemas.Classified.model_validate(made.model_dump())
