"""How fast photos become searchable, beside what the visual encoder alone could do.

Encoder and ingest take turns, and medians are kept, since other work on the machine slows
both. The encoder sees pixels that are ready, in batches of 1, 8 and 16 on all cores, and
the best counts; the ingest starts with files and an empty home (warm processes and models)
and ends when every photo can be found.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from eval.errors import EvalError
from eval.large_photos import make_large
from eval.layouts.photos import photos_in
from eval.libraries import hub_in
from eval.memory import MemoryWatch
from eval.registry import Figures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from service import schemas
    from service.hub import Hub

    Pixels = NDArray[np.uint8]

_BATCHES = (1, 8, 16)
_ENCODED = 96
_WARM_UP = 16
_POLL_S = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of photos")
    parser.add_argument("--limit", type=int, default=1000, metavar="N", help="photos to take in")
    parser.add_argument(
        "--megapixels",
        type=float,
        metavar="M",
        help="make JPEGs of this size from the photos first",
    )
    parser.add_argument("--rounds", type=int, default=3, help="turns of encoder and ingest")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    if options.limit < 1 or options.rounds < 1:
        raise EvalError("--limit and --rounds must be at least 1.")
    with tempfile.TemporaryDirectory(prefix="magpie-bench-") as name:
        root = Path(name)
        warm_up, photos = _photos(options, root)
        encoder = _Encoder(photos)
        rates: list[_Rates] = []
        with MemoryWatch() as memory:
            for number in range(options.rounds):
                print(f"Round {number + 1} of {options.rounds} ...", file=sys.stderr)
                encoder.measure()
                rates.append(_ingest(photos, warm_up, root / f"round-{number}"))
            encoder.measure()
    alone = encoder.images_per_s
    searchable = median(each.searchable for each in rates)
    complete = median(each.complete for each in rates)
    return {
        "images_per_s": round(searchable, 2),
        "encoder_only_images_per_s": round(alone, 2),
        "ratio": round(searchable / alone, 4),
        "ratio_full": round(complete / alone, 4),
        "peak_mb": round(memory.peak_mb, 1),
        "images": len(photos),
    }


def _photos(options: argparse.Namespace, root: Path) -> tuple[list[Path], list[Path]]:
    """Photos to warm up with, and those to measure with."""
    found = photos_in(options.data)
    wanted = found[: options.limit]
    warm_up = found[options.limit :][:_WARM_UP]
    if options.megapixels is None:
        return warm_up, wanted
    folder = root / "large"
    folder.mkdir()
    print(f"Making {options.limit:,} large photos ...", file=sys.stderr)
    large = make_large(wanted, folder, count=options.limit, megapixels=options.megapixels)
    return warm_up or wanted[:1], large


class _Encoder:
    """The visual encoder without anything around it."""

    def __init__(self, photos: Sequence[Path]) -> None:
        from PIL import Image

        from models.pixels import fit
        from models.registry import VISUAL_DEFAULT, get
        from models.runtime import Session
        from models.weights import verify
        from service.settings import Settings

        self._pixels: list[Pixels] = []
        for path in photos[:_ENCODED]:
            with Image.open(path) as photo:
                photo.draft("RGB", (520, 520))
                self._pixels.append(fit(photo))
        weights = verify(get(VISUAL_DEFAULT))
        self._session = Session(weights["encoder"], Settings().encoder_threads)
        self._rates: dict[int, list[float]] = {batch: [] for batch in _BATCHES}
        self._encode(max(_BATCHES))

    @property
    def images_per_s(self) -> float:
        """The median rate of the best batch size."""
        return max(median(rates) for rates in self._rates.values())

    def measure(self) -> None:
        """Encode the pixels once in each batch size."""
        for batch, rates in self._rates.items():
            started = time.perf_counter()
            self._encode(batch)
            rates.append(len(self._pixels) / (time.perf_counter() - started))

    def _encode(self, batch: int) -> None:
        import numpy as np

        for start in range(0, len(self._pixels), batch):
            pixels = np.stack(self._pixels[start : start + batch])
            self._session.run(["visual", "look"], {"pixels": pixels})


class _Rates(NamedTuple):
    """Photos a second until they could be found, and until nothing was left to do."""

    searchable: float
    complete: float


def _ingest(photos: Sequence[Path], warm_up: Sequence[Path], root: Path) -> _Rates:
    root.mkdir()
    with hub_in(root) as hub:
        if warm_up:
            hub.ingest(warm_up)
        started = time.perf_counter()
        job = hub.start_ingest(photos)
        job = _until(hub, job, lambda job: job.done + job.failed >= job.total)
        searchable = time.perf_counter() - started
        job = _until(hub, job, lambda job: job.state != "running")
        complete = time.perf_counter() - started
    if job.failed:
        raise EvalError(f"{job.failed} of the photos cannot be read; choose another folder.")
    shutil.rmtree(root)
    return _Rates(len(photos) / searchable, len(photos) / complete)


def _until(hub: Hub, job: schemas.Job, reached: Callable[[schemas.Job], bool]) -> schemas.Job:
    while not reached(job):
        time.sleep(_POLL_S)
        job = hub.job(job.id)
    return job
