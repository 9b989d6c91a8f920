"""The shared data sets: hostile files are contained, ordinary ones are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.analysis import Analysis
from pipelines.limits import Limits
from pipelines.pool import ReaderPool

pytestmark = pytest.mark.data


def read_all(folder: Path, limits: Limits | None = None) -> dict[str, Analysis]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ReaderPool(2, limits) as pool:
        futures = {path.name: pool.submit(path) for path in paths}
        return {name: future.result() for name, future in futures.items()}


def test_every_hostile_file_is_contained(shared_data: Path) -> None:
    found = read_all(shared_data / "hostile", Limits(wall_s=20))
    for name, analysis in found.items():
        assert analysis.failure is None or analysis.failure.reason, name
    codes = {name: a.failure.code for name, a in found.items() if a.failure is not None}
    assert "crashed" not in codes.values()
    assert list(codes.values()).count("timed_out") <= 2
    assert codes["pikepdf__graph-encrypted.pdf"] == "encrypted"
    assert codes["unstructured__empty.txt"] == "empty"
    assert found["pillow__truncated_jpeg.jpg"].units


def test_every_photo_with_metadata_is_read_or_refused_with_a_reason(shared_data: Path) -> None:
    found = read_all(shared_data / "exif")
    names = [name for name in found if name.startswith("exif-samples__") and "invalid" not in name]
    assert names
    assert [name for name in names if found[name].failure is not None] == []


def test_contracts_are_read_page_by_page(shared_data: Path) -> None:
    found = read_all(shared_data / "kleister_nda")
    contracts = {name: a for name, a in found.items() if a.media_type == "application/pdf"}
    assert len(contracts) >= 100
    for name, analysis in contracts.items():
        assert analysis.failure is None, name
        assert analysis.preview is not None, name
        pages = {unit.page for unit in analysis.units}
        assert pages <= set(range(1, (analysis.pages or 0) + 1)), name
        assert all(unit.box is not None for unit in analysis.units if unit.kind == "passage"), name
