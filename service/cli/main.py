"""The command ``magpie``: its commands, and how errors leave it.

Exit codes: 0 done, 1 an error, 2 a command that was not understood.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from service.cli import (
    collections,
    context,
    demo,
    documents,
    duplicates,
    extraction,
    fields,
    files,
    jobs,
    library,
    people,
    records,
    server,
    sources,
    tags,
    terms,
    trash,
    upkeep,
    variants,
    vocabularies,
)
from service.version import VERSION

app = typer.Typer(
    name="magpie",
    help="Reads what is inside your photos and documents, and answers questions about them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"magpie {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    home: Annotated[
        Path | None,
        typer.Option(help="Folder that holds the catalog (or MAGPIE_HOME)."),
    ] = None,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    if home is not None:
        os.environ["MAGPIE_HOME"] = str(home.absolute())


for module in (
    collections,
    demo,
    documents,
    duplicates,
    extraction,
    fields,
    files,
    jobs,
    library,
    people,
    records,
    server,
    sources,
    terms,
    tags,
    trash,
    upkeep,
    variants,
    vocabularies,
):
    module.add_to(app)


def main() -> None:
    """Run the command line; expected errors become one sentence and exit code 1."""
    try:
        app()
    except KeyboardInterrupt:
        print(
            "\nStopped. What was taken in is safe; give the command again to go on.",
            file=sys.stderr,
        )
        sys.exit(130)
    except Exception as error:
        message = context.expected_message(error)
        if message is None:
            raise
        if "--json" in sys.argv:
            print(json.dumps({"error": {"code": context.code_of(error), "detail": message}}))
        else:
            print(f"magpie: {message}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
