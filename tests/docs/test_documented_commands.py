"""Every command that a page shows can be given as it stands there."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
import shlex
import subprocess
from pathlib import Path

import pytest

_FENCE = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _commands(page: Path) -> list[list[str]]:
    """The commands in the shell blocks of a page, as words, without variables before them."""
    commands = []
    for block in _FENCE.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words.pop(0)
            if words:
                commands.append(words)
    return commands


def _check_make(arguments: list[str], root: Path) -> None:
    subprocess.run(["make", "--dry-run", *arguments], cwd=root, check=True, capture_output=True)


def _check_magpie(arguments: list[str]) -> None:
    import typer.main

    from service.cli.main import app

    command = typer.main.get_command(app)
    context = command.make_context("magpie", list(arguments))
    while hasattr(command, "resolve_command") and context._protected_args + context.args:
        rest = [*context._protected_args, *context.args]
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)


def _check_python(arguments: list[str]) -> None:
    assert arguments[0] == "-m", "pages show `python -m MODULE` only"
    assert importlib.util.find_spec(arguments[1]) is not None
    if arguments[1] != "eval":
        return
    from eval.__main__ import _parser
    from eval.registry import tasks

    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            _parser(tasks()).parse_args(arguments[2:])
        except SystemExit as stopped:
            assert stopped.code == 0, said.getvalue()


def _check(words: list[str], root: Path) -> None:
    program, arguments = Path(words[0]).name, words[1:]
    match program:
        case "make":
            _check_make(arguments, root)
        case "magpie":
            _check_magpie(arguments)
        case "python" | "python3":
            _check_python(arguments)
        case "cd" | "git" | "pip" | "docker":
            pass
        case _:
            pytest.fail(f"nobody checks `{program}`: show another command, or check it here")


def test_commands_of_every_page_are_understood(page: Path, root: Path) -> None:
    for words in _commands(page):
        _check(words, root)


def test_readme_begins_with_the_two_commands(root: Path) -> None:
    shown = [" ".join(words) for words in _commands(root / "README.md")]
    assert shown[:2] == ["make demo", "make test"]


@pytest.mark.parametrize(
    "wrong",
    ["make no-such-target", "magpie search --no-such-option", "magpie find x", "python -m nowhere"],
)
def test_the_check_notices_commands_that_do_not_exist(wrong: str, root: Path) -> None:
    with pytest.raises((Exception, SystemExit)):
        _check(shlex.split(wrong), root)
