"""The wheel holds everything that Magpie needs, and works far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = ("models", "pipelines", "service", "eval")
_FILES = ("pyproject.toml", "README.md", "LICENSE", "NOTICE")
_LITTER = shutil.ignore_patterns("__pycache__", "*.pyc", ".DS_Store", ".*")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("build")
    source = folder / "source"
    source.mkdir()
    for name in _PACKAGES:
        shutil.copytree(_ROOT / name, source / name, ignore=_LITTER)
    for name in _FILES:
        shutil.copy(_ROOT / name, source)
    _run(
        sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet",
        "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, source,
        cwd=folder,
    )  # fmt: skip
    return next(folder.glob("magpie_content-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an empty environment with the wheel in it.

    Nothing is downloaded: the dependencies are those of the environment that runs the tests.
    """
    environment = tmp_path_factory.mktemp("install") / "environment"
    _run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=_ROOT)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    _run(
        sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", programs / "python",
        "install", "--quiet", "--no-deps", "--no-index", wheel,
        cwd=environment,
    )  # fmt: skip
    packages = _run(
        programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
        cwd=environment,
    ).strip()  # fmt: skip
    ours = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (Path(packages) / "dependencies.pth").write_text("\n".join(dict.fromkeys(ours)) + "\n")
    return programs


def _run(*command: object, cwd: Path) -> str:
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "MAGPIE_", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=keep,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    sources = {
        file.relative_to(_ROOT).as_posix()
        for name in _PACKAGES
        for file in (_ROOT / name).rglob("*")
        if file.is_file()
        and file.suffix != ".pyc"
        and not any(part.startswith(".") for part in file.relative_to(_ROOT).parts)
    }
    assert sources - packed == set()
    assert {name.split("/")[0] for name in packed if ".dist-info/" not in name} == set(_PACKAGES)
    assert any(name.endswith("licenses/LICENSE") for name in packed)


def test_magpie_says_its_version_from_another_folder(installed: Path, tmp_path: Path) -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = _run(installed / "magpie", "--version", cwd=tmp_path).strip()
    assert said == f"magpie {project['version']}"


def test_eval_explains_itself_from_another_folder(installed: Path, tmp_path: Path) -> None:
    said = _run(installed / "python", "-m", "eval", "--help", cwd=tmp_path)
    assert "retrieval-text" in said
    where = _run(installed / "python", "-c", "import eval; print(eval.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)


def test_an_installed_magpie_is_sound_and_answers(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The lighthouse keeper wrote about storms.")
    home = ("--home", tmp_path / "home")
    _run(installed / "magpie", "models", "verify", cwd=tmp_path)
    _run(installed / "magpie", *home, "doctor", cwd=tmp_path)
    _run(installed / "magpie", *home, "ingest", "note.txt", cwd=tmp_path)
    assert "note.txt" in _run(installed / "magpie", *home, "search", "lighthouse", cwd=tmp_path)
