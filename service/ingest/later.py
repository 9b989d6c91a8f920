"""The worker of later stages: one item at a time, when nothing else is to be read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from models.errors import ModelError
from pipelines.analyse import encode
from pipelines.analysis import Analysis
from pipelines.readers.base import NOTHING
from service.generations.in_use import ModelsInUse
from service.ingest.queue import IngestQueue
from service.ingest.stages import CannotRun, LaterStage
from service.ingest.store import AnalysisStore
from service.ingest.work import Work

_log = logging.getLogger(__name__)


class LaterWorker:
    """Runs the later stages that are switched on."""

    def __init__(
        self,
        *,
        stages: Sequence[LaterStage],
        jobs: IngestQueue,
        store: AnalysisStore,
        encoders: ModelsInUse,
        path_of: Callable[[Work], Path],
        closing: Callable[[], bool],
    ) -> None:
        self._stages = {stage.name: stage for stage in stages if stage.enabled}
        self._jobs = jobs
        self._store = store
        self._encoders = encoders
        self._path_of = path_of
        self._closing = closing

    @property
    def names(self) -> set[str]:
        """Names of the stages that run."""
        return set(self._stages)

    def step(self) -> bool:
        """Work one item off; whether there was one."""
        works = self._jobs.claim(1, self._stages) if self._stages else []
        for work in works:
            try:
                self._run(work, self._stages[work.stage])
            except Exception as error:
                # What is cut off on closing is handed back then.
                if not self._closing():
                    self._failed(work, error)
        return bool(works)

    def _run(self, work: Work, stage: LaterStage) -> None:
        targets = self._jobs.targets(work, stage.key)
        if not targets:
            # Another record of the same bytes has had it, or the file has changed.
            self._jobs.finish(work)
            return
        found = stage.run(self._path_of(work), work.name, targets)
        with self._encoders.use():
            if found.units:
                found = self._with_vectors(found)
            self._store.save_later(work, stage, found)

    def _with_vectors(self, found: Analysis) -> Analysis:
        return encode([found], text=self._encoders.text(), visual=self._encoders.visual())[0]

    def _failed(self, work: Work, error: Exception) -> None:
        _log.warning("The stage %s failed on %s", work.stage, work.asset_id, exc_info=error)
        reason = f"The stage {work.stage} failed: {error}"
        if isinstance(error, CannotRun):
            stage = self._stages[work.stage]
            self._store.save_later(work, stage, replace(NOTHING, warnings=(reason,)))
        elif isinstance(error, ModelError):
            # Waiting changes nothing; what is missing is queued at the next start.
            self._jobs.give_up(work, "stage", reason)
        else:
            self._jobs.postpone(work, "stage", reason)
