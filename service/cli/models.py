"""``magpie models``: which there are, whether they are sound, how fast, and adding another."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Annotated, Literal

import typer

from service.cli import index
from service.cli.context import AsJson, print_json, settings
from service.cli.render import console
from service.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    models = typer.Typer(help="The models: what there is, on what terms, how fast it is here.")
    models.command(name="list")(list_models)
    models.command(name="verify")(verify)
    models.command(name="bench")(bench)
    models.command(name="add")(add)
    index.add_to(app, models)
    app.add_typer(models, name="models")


def list_models(as_json: AsJson = False) -> None:
    """List the models with their licences, and which are in use."""
    from rich.table import Table

    from service.known_models import known_models

    chosen = settings()
    known = known_models(chosen, _used(chosen))
    if as_json:
        print_json([each.model_dump() for each in known])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("", "name", "task", "dimension", "size", "commercial use", "licence"):
        table.add_column(heading, overflow="fold")
    for each in known:
        table.add_row(
            "*" if each.in_use else "",
            each.name,
            each.task,
            str(each.dimension or ""),
            f"{each.size / 1e6:.0f} MB" if each.installed else "not installed",
            each.commercial,
            each.licence,
        )
    console.print(table)
    console.print("* in use", style="dim")


def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the files of the models against their SHA-256."""
    from models import registry, weights
    from models.errors import WeightsError
    from service.known_models import folders

    where = folders(settings())
    faults: dict[str, str | None] = {}
    for name in names or registry.names(where):
        try:
            weights.verify(registry.get(name, where))
            faults[name] = None
        except WeightsError as error:
            faults[name] = str(error)
    if as_json:
        print_json([{"name": name, "fault": fault} for name, fault in faults.items()])
    else:
        for name, fault in faults.items():
            console.print(f"{name}: {fault or 'sound'}")
    if any(faults.values()):
        raise typer.Exit(1)


def bench(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; those in use when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how fast models are on this machine."""
    from rich.table import Table

    from models import registry, runtime
    from models.bench import measure
    from service.known_models import folders

    chosen = settings()
    runtime.use_device(chosen.device)
    where = folders(chosen)
    speeds = {
        name: measure(registry.get(name, where), chosen.encoder_threads, where)
        for name in names or sorted(_used(chosen))
    }
    if as_json:
        print_json([{"name": name, **dataclasses.asdict(each)} for name, each in speeds.items()])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "texts a second", "pictures a second", "one question, ms"):
        table.add_column(heading, overflow="fold")
    for name, each in speeds.items():
        figures = (each.texts_per_s, each.images_per_s, each.query_ms)
        table.add_row(name, *("" if figure is None else f"{figure:.1f}" for figure in figures))
    console.print(table)


def add(
    spec: Annotated[
        str,
        typer.Argument(
            help="sentence-transformers:NAME_OR_FOLDER, open_clip:ARCH:TAG_OR_FILE or "
            "open_clip:FOLDER."
        ),
    ],
    name: Annotated[str, typer.Option(help="What settings are to call it.")] = "",
    licence: Annotated[
        str, typer.Option(help="Its terms, where its model card does not state them.")
    ] = "",
    commercial: Annotated[
        Literal["yes", "no", "unclear"] | None,
        typer.Option(help="Whether its terms allow commercial use."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a model of another project into ONNX, once, and keep it in this home."""
    from models.export.add import add as add_model
    from service.known_models import folders
    from service.offline import forbid_network

    chosen = settings()
    if chosen.offline:
        forbid_network()
    with console.status("Exporting the model ...") if not as_json else contextlib.nullcontext():
        made = add_model(
            spec, folders(chosen)[0], name=name, licence=licence, commercial=commercial
        )
    if as_json:
        print_json(
            {"name": made.name, "task": made.task, "dimension": made.dimension}
            | {"licence": made.licence, "commercial": made.commercial}
        )
        return
    console.print(
        f"{made.name} is there: {made.task}, {made.dimension} numbers, {made.licence} "
        f"(commercial use: {made.commercial})."
    )


def _used(chosen: Settings) -> frozenset[str]:
    from models.ocr.descriptor import PP_OCR
    from models.speech.descriptor import WHISPER_TINY
    from models.speech.load import PACKAGED
    from service.generations.chosen import models_in_use

    others = {PP_OCR.name} if chosen.ocr == "rapidocr" else set()
    if chosen.speech == PACKAGED:
        others.add(WHISPER_TINY.name)
    return frozenset({*models_in_use(chosen), *others})
