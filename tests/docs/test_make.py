"""The Makefile: its help, and what setup says before it does anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or os.name == "nt", reason="needs make and a POSIX shell"
)


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A copy of what setup needs, in a folder with a space in its name."""
    folder = tmp_path / "my magpie"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(root / name, folder)
    shutil.copytree(root / ".ci", folder / ".ci")
    return folder


def _program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def _make(checkout: Path, *arguments: str, path: str | None = None) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if name != "MAGPIE_HOME"}
    if path is not None:
        environment["PATH"] = path
    make = shutil.which("make")
    assert make
    done = subprocess.run(
        [make, *arguments],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _tools_only(folder: Path) -> str:
    """A search path with the usual tools and no Python."""
    folder.mkdir(exist_ok=True)
    for tool in ("sh", "sed", "awk", "touch", "uname", "rm"):
        found = shutil.which(tool)
        assert found
        (folder / tool).symlink_to(found)
    return str(folder)


def test_help_lists_every_target(checkout: Path) -> None:
    makefile = (checkout / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    code, said = _make(checkout, "help")
    assert code == 0
    for target in phony[1].split():
        assert re.search(rf"make {target} +\w", said), f"`make help` does not explain {target}"
    assert _make(checkout) == (0, said)


def test_no_python_at_all_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    code, said = _make(checkout, "setup", path=_tools_only(tmp_path / "bin"))
    assert code != 0
    assert "Magpie needs Python 3.11 or newer, and there is no python3 here" in said
    assert "sudo apt install python3.11 python3.11-venv" in said
    assert "brew install" in said
    assert "wsl --install" in said
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_named_and_a_newer_one_offered(checkout: Path, tmp_path: Path) -> None:
    path = _tools_only(tmp_path / "bin")
    old = 'case "$*" in *--version*) echo Python 3.9.2;; *) exit 1;; esac'
    _program(tmp_path / "bin", "python3", old)
    code, said = _make(checkout, "setup", path=path)
    assert code != 0
    assert "python3 is Python 3.9.2" in said
    assert "brew install" in said
    _program(tmp_path / "bin", "python3.12", f'exec "{sys.executable}" "$@"')
    code, said = _make(checkout, "setup", path=path)
    assert code != 0
    assert "PYTHON=python3.12" in said


def test_a_python_without_venv_names_the_package(checkout: Path, tmp_path: Path) -> None:
    python = _program(
        tmp_path / "fake",
        "python3",
        f'case "$*" in *ensurepip*) exit 1;; *) exec "{sys.executable}" "$@";; esac',
    )
    code, said = _make(checkout, "setup", f"PYTHON={python}")
    assert code != 0
    assert f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in said


def test_a_second_setup_does_nothing_and_a_changed_pyproject_installs_again(
    checkout: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    python = _program(
        tmp_path / "fake",
        "python3",
        f'echo "$@" >> "{log}"\n'
        f'case "$*" in "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;; esac',
    )
    assert _make(checkout, "setup", f"PYTHON={python}")[0] == 0
    calls = log.read_text().splitlines()
    assert any("pip install" in call and ".[sample]" in call for call in calls)
    assert not any("torch" in call for call in calls)

    log.write_text("")
    assert _make(checkout, "setup", f"PYTHON={python}")[0] == 0
    assert log.read_text() == ""

    later = (checkout / ".venv" / ".installed").stat().st_mtime + 10
    os.utime(checkout / "pyproject.toml", (later, later))
    assert _make(checkout, "setup", f"PYTHON={python}")[0] == 0
    assert "pip install" in log.read_text()
    assert "-m venv" not in log.read_text()


def test_torch_is_installed_alone_before_what_needs_it(checkout: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    python = _program(
        tmp_path / "fake",
        "python3",
        f'echo "$@" >> "{log}"\n'
        f'case "$*" in "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;; esac',
    )
    assert _make(checkout, "dev", f"PYTHON={python}")[0] == 0
    installs = [line for line in log.read_text().splitlines() if "pip install" in line]
    assert re.search(r" torch==[\d.]+$", installs[0])
    extras = "dev,documents,duplicates,images,ocr,postgres,s3,sample,speech,torch,video"
    assert installs[1].endswith(f".[{extras}]")
