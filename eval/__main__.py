"""``python -m eval TASK --data DIR --json OUT``: measure Magpie on a folder of data.

Prints a table and writes one flat JSON object of numbers. Exit codes: 0 done, 1 the data
do not fit or something failed, 2 a command that was not understood.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.errors import EvalError
from eval.registry import Figures, Task, tasks


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one task; the exit code."""
    known = tasks()
    options = _parser(known).parse_args(arguments)
    try:
        _check_json(options.json)
        figures = known[options.task].run(options)
    except Exception as error:
        message = _expected_message(error)
        if message is None:
            raise
        print(f"eval {options.task}: {message}", file=sys.stderr)
        return 1
    _show(options.task, figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


def _parser(known: dict[str, Task]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Measures how good and how fast Magpie is, on your data or ours.",
    )
    commands = parser.add_subparsers(dest="task", metavar="TASK", required=True)
    for name, task in known.items():
        command = commands.add_parser(name, help=task.summary, description=task.summary)
        task.add_arguments(command)
        command.add_argument(
            "--json", type=Path, metavar="OUT", help="file to write the figures to"
        )
    return parser


def _check_json(path: Path | None) -> None:
    if path is not None and not path.absolute().parent.is_dir():
        raise EvalError(f"{path.parent} is not a folder; name a place for the figures that exists.")


def _expected_message(error: Exception) -> str | None:
    """What to tell people about an error that is no fault of the program."""
    from models.errors import ModelError
    from service.errors import MagpieError
    from service.index.base import IndexUnavailable

    if isinstance(error, EvalError | MagpieError | ModelError | IndexUnavailable):
        return str(error)
    return None


def _show(name: str, figures: Figures) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=name, show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column(justify="right")
    for key, value in figures.items():
        table.add_row(key, f"{value:,}" if isinstance(value, int) else f"{value:,.4g}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
