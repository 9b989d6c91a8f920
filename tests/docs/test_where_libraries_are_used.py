"""The table of libraries in the README: found again in the imports of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

_ROOMS = ("models", "pipelines", "service", "eval")
_LIBRARIES = {
    "fastapi": "fastapi",
    "torch": "torch",
    "transformers": "transformers",
    "open-clip-torch": "open_clip",
    "qdrant-client": "qdrant_client",
    "sentence-transformers": "sentence_transformers",
    "pillow": "PIL",
    "unstructured": "unstructured",
    "onnxruntime": "onnxruntime",
}
_ROW = re.compile(r"^\| `([\w-]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def _imported(file: Path) -> set[str]:
    """Top-level names of the modules that a file imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            found |= {
                str(argument.value).partition(".")[0]
                for argument in node.args[:1]
                if isinstance(argument, ast.Constant)
            }
    return found


@pytest.fixture(scope="module")
def users(root: Path) -> dict[str, set[str]]:
    """The folders that import each library."""
    found: dict[str, set[str]] = {name: set() for name in _LIBRARIES}
    for file in (file for room in _ROOMS for file in (root / room).rglob("*.py")):
        imported = _imported(file)
        for name, module in _LIBRARIES.items():
            if module in imported:
                found[name].add(f"{file.parent.relative_to(root).as_posix()}/")
    return found


@pytest.fixture(scope="module")
def told(root: Path) -> dict[str, set[str]]:
    """The folders that the page names for each library."""
    text = (root / "README.md").read_text(encoding="utf-8")
    return {
        name: set(re.findall(r"`([\w/]+/)`", folders))
        for name, folders, _ in _ROW.findall(text)
        if name in _LIBRARIES
    }


@pytest.mark.parametrize("name", _LIBRARIES)
def test_the_page_names_the_folders_that_use_a_library(
    name: str, users: dict[str, set[str]], told: dict[str, set[str]]
) -> None:
    named = told.get(name, set())
    for folder in users[name]:
        assert any(folder.startswith(each) for each in named), f"{folder} uses {name} too"
    for each in named:
        assert any(folder.startswith(each) for folder in users[name]), f"{each} has no {name}"
    assert named
