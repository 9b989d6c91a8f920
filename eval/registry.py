"""The tasks of ``python -m eval``: each module of ``eval.tasks`` is one.

``retrieval_text.py`` is the task ``retrieval-text``. A module has

- a docstring whose first line says what the task measures,
- ``add_arguments(parser)``, its own options,
- ``run(options)``, which returns the figures.

All are imported to list them, so they import models, pipelines and service inside ``run``.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval import tasks as _modules

Figures = Mapping[str, float]
"""Names and numbers; a figure that does not apply is left out."""


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement.

    Attributes:
        summary: one line for ``--help``.
        add_arguments: adds the task's own options.
        run: measures.
    """

    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Figures]


def tasks() -> dict[str, Task]:
    """All tasks by name, in alphabetical order."""
    return {
        module.name.replace("_", "-"): _task(module.name)
        for module in sorted(pkgutil.iter_modules(_modules.__path__), key=lambda each: each.name)
    }


def _task(name: str) -> Task:
    module = importlib.import_module(f"eval.tasks.{name}")
    summary = (module.__doc__ or "").partition("\n")[0]
    return Task(summary, module.add_arguments, module.run)
