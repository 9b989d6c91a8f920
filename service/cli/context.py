"""What all commands share: settings, the open hub, output as JSON, expected errors."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from models.errors import ModelError
from service.errors import BadRequest, MagpieError
from service.settings import Settings

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub

_Model = TypeVar("_Model", bound=BaseModel)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def settings() -> Settings:
    """The settings of this command.

    Raises:
        MagpieError: a setting in the environment does not fit.
    """
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        name = f"MAGPIE_{'_'.join(str(part) for part in fault['loc'])}".upper()
        raise MagpieError(f"The setting {name} does not fit: {fault['msg']}.") from error


@contextlib.contextmanager
def opened(*, work: bool = False) -> Iterator[Hub | RemoteHub]:
    """The home: through its server while one runs, else opened by this command.

    Args:
        work: whether this command takes files in, rather than only asking.
    """
    from service.home import Home

    chosen = settings()
    note = Home(chosen.home).read_note()
    if note is not None:
        from service.remote import RemoteHub

        with RemoteHub(note) as remote:
            yield remote
        return
    from service.hub import Hub

    with Hub(chosen, work=work) as hub:
        yield hub


def checked(model: type[_Model], **said: object) -> _Model:
    """What was said on the command line, as a model.

    Raises:
        BadRequest: it does not fit.
    """
    try:
        return model.model_validate(said)
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(str(part) for part in fault["loc"])
        raise BadRequest(f"The {name} does not fit: {fault['msg']}.") from error


def print_json(data: BaseModel | list[Any] | dict[str, Any]) -> None:
    """Print one JSON document."""
    if isinstance(data, BaseModel):
        print(data.model_dump_json(indent=2))
    else:
        json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
        print()


def expected_message(error: Exception) -> str | None:
    """What to tell the person about an error; None for faults of our own."""
    from service.index.base import IndexUnavailable

    if isinstance(error, MagpieError):
        return error.message
    if isinstance(error, ModelError | IndexUnavailable):
        return str(error)
    return None


def code_of(error: Exception) -> str:
    """A short, stable word for an error."""
    return error.code if isinstance(error, MagpieError) else "error"
