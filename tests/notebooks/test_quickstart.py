"""The quickstart notebook runs from its first cell to its last, and is kept without outputs."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

_ROOT = Path(__file__).resolve().parents[2]
_NOTEBOOK = _ROOT / "notebooks" / "quickstart.ipynb"


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(_NOTEBOOK, as_version=4)


def test_outputs_are_not_committed(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.slow
def test_every_cell_runs_and_pictures_are_shown(
    notebook: nbformat.NotebookNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("skimage", reason="the sample library needs the extra sample")
    pytest.importorskip("reportlab", reason="the sample library needs the extra sample")
    for name in [name for name in os.environ if name.startswith("MAGPIE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    client = NotebookClient(
        notebook.copy(), timeout=180, resources={"metadata": {"path": str(_ROOT)}}
    )
    done = client.execute()
    shown = "".join(
        output.data.get("text/html", "")
        for cell in done.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "display_data"
    )
    assert shown.count("data:image/jpeg") >= 3
    assert "NDA Longitude" in shown
    assert not list(tmp_path.glob("magpie-*")), "the notebook leaves its folder behind"
