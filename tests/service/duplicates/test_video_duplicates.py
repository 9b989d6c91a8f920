"""Copies of videos are found: saved again smaller, and cut."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from service.duplicates import schemas

av = pytest.importorskip("av", reason="videos need PyAV")

_RATE = 12


def _scene(seed: int, seconds: int) -> list[NDArray[np.uint8]]:
    """Coarse patterns that move and change every second."""
    random = np.random.default_rng(seed)
    frames = []
    for _ in range(seconds):
        coarse = random.integers(0, 255, (9, 12, 3), np.uint8)
        large = coarse.repeat(30, axis=0).repeat(30, axis=1)
        frames += [np.roll(large, 2 * step, axis=1)[:240, :320] for step in range(_RATE)]
    return frames


def _write(path: Path, frames: list[NDArray[np.uint8]], *, size: tuple[int, int]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=Fraction(_RATE))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate = 900_000
        for each in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(each), format="rgb24")
            container.mux(stream.encode(frame.reformat(*size)))
        container.mux(stream.encode())


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, open_album: Any) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("clips") / "in"
    folder.mkdir()
    film, other = _scene(1, 12), _scene(2, 10)
    _write(folder / "film.mp4", film, size=(320, 240))
    _write(folder / "film small.mp4", film, size=(200, 150))
    _write(folder / "film cut.mp4", film[_RATE * 3 : _RATE * 9], size=(320, 240))
    _write(folder / "other.mp4", other, size=(320, 240))
    yield from open_album(tmp_path_factory.mktemp("home"), folder)


def test_a_copy_and_a_cut_are_linked_to_the_film(clips: Any) -> None:
    run = clips.scan()
    assert (run.state, run.notes) == ("done", [])
    group = clips.group_of("film.mp4")
    names = {each.name for each in group.members}
    assert names == {"film.mp4", "film small.mp4", "film cut.mp4"}
    assert group.keep_id == clips.ids["film.mp4"]
    shown = clips.hub.desk.duplicates.show(group.id)
    assert {"same_clip", "trimmed_clip"} <= {link.kind for link in shown.links}
    assert any("frames match" in link.says for link in shown.links)
    page = clips.hub.desk.duplicates.page(schemas.GroupQuery())
    assert clips.ids["other.mp4"] not in page.model_dump_json()
