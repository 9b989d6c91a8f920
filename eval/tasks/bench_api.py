"""How fast the API answers: questions alone, twenty at once and while files come in; uploads.

End to end over HTTP with the encoder of the questions, on a server process of its own. The
library is made of texts that say random things and of photos that come with scikit-image. No
question is asked twice. The clients run on the same machine and take their share of it.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from eval.errors import EvalError
from eval.registry import Figures
from eval.servers import ingest, is_done, server_on, wait

if TYPE_CHECKING:
    import httpx

Result = TypeVar("Result")

_AT_ONCE = 20
_UPLOADERS = 4
_WARM_UP = 10
_VOCABULARY = (
    "harbour contract ferry invoice payment winter journey engine committee garden notice "
    "warranty delivery mountain library policy insurance bridge market kitchen receipt hotel "
    "schedule licence bicycle concert software report orchard railway museum customs budget "
    "holiday painter satellite pharmacy election meadow lighthouse carpenter glacier printer"
)
_WORDS = _VOCABULARY.split()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--texts", type=int, default=1500, help="texts in the library")
    parser.add_argument("--photos", type=int, default=200, help="photos in the library")
    parser.add_argument("--questions", type=int, default=200, help="questions in each round")
    parser.add_argument("--uploads", type=int, default=100, help="files that are uploaded")


def run(options: argparse.Namespace) -> Figures:
    """Measure a server with a library made for it."""
    if min(options.texts, options.questions, options.uploads) < 1 or options.photos < 0:
        raise EvalError("--texts, --questions and --uploads must be at least 1.")
    chance = random.Random(20)
    with tempfile.TemporaryDirectory(prefix="magpie-bench-") as name:
        root = Path(name)
        first = _library(root / "first", options.texts, options.photos, chance)
        later = _library(root / "later", options.texts // 2, options.photos // 2, chance)
        with server_on(root / "home") as (url, headers):
            bench = _Bench(url, headers, chance)
            return bench.measure(first, later, options)


class _Bench:
    """One server and what is asked of it."""

    def __init__(self, url: str, headers: dict[str, str], chance: random.Random) -> None:
        self._url = url
        self._headers = headers
        self._chance = chance

    def measure(self, first: Path, later: Path, options: argparse.Namespace) -> Figures:
        with self._client() as client:
            print("Filling the library ...", file=sys.stderr)
            wait(client, ingest(client, first)["id"])
            self._ask(client, _WARM_UP)
            print("Asking ...", file=sys.stderr)
            alone = self._ask(client, options.questions)
            together, took = self._together(options.questions)
            uploads = self._upload(options.uploads)
            self._settle(client)
            print("Asking while files come in ...", file=sys.stderr)
            job = ingest(client, later)["id"]
            busy: list[float] = []
            while not is_done(client, job):
                busy += self._ask(client, 5)
        return {
            "p95_ms_1": _p95(alone),
            "p95_ms_20": _p95(together),
            "searches_per_s": round(len(together) / took, 1),
            "uploads_per_s": round(uploads, 1),
            "p95_ms_while_ingesting": _p95(busy),
            "questions_while_ingesting": len(busy),
        }

    def _client(self) -> httpx.Client:
        import httpx

        return httpx.Client(base_url=self._url, headers=self._headers, timeout=120, trust_env=False)

    def _ask(self, client: httpx.Client, count: int) -> list[float]:
        """Ask one after the other; milliseconds until each answer."""
        times = []
        for _ in range(count):
            words = " ".join(self._chance.choices(_WORDS, k=4)) + f" {self._chance.random():.6f}"
            started = time.perf_counter()
            client.post("/v1/search", json={"words": words}).raise_for_status()
            times.append((time.perf_counter() - started) * 1000)
        return times

    def _together(self, count: int) -> tuple[list[float], float]:
        """The same by twenty clients at once, and the seconds that all of it took."""

        def ask() -> list[float]:
            with self._client() as client:
                return self._ask(client, max(5, count // _AT_ONCE))

        started = time.perf_counter()
        times = _by_threads(_AT_ONCE, ask)
        return [each for some in times for each in some], time.perf_counter() - started

    def _upload(self, count: int) -> float:
        """Files a second that are stored and acknowledged, sent by four clients."""
        numbers = iter(range(count))

        def send() -> int:
            sent = 0
            with self._client() as client:
                for number in numbers:
                    words = _text(random.Random(number), paragraphs=3)
                    file = (f"upload-{number}.txt", words.encode())
                    client.post("/v1/assets", files={"files": file}).raise_for_status()
                    sent += 1
            return sent

        started = time.perf_counter()
        sent = sum(_by_threads(_UPLOADERS, send))
        return sent / (time.perf_counter() - started)

    def _settle(self, client: httpx.Client) -> None:
        """Wait until what was uploaded is read."""
        while client.get("/v1/assets", params={"states": "queued", "limit": 1}).json()["total"]:
            time.sleep(0.2)


def _by_threads(count: int, work: Callable[[], Result]) -> list[Result]:
    with ThreadPoolExecutor(count) as pool:
        return [each.result() for each in [pool.submit(work) for _ in range(count)]]


def _library(folder: Path, texts: int, photos: int, chance: random.Random) -> Path:
    folder.mkdir()
    for number in range(texts):
        words = _text(chance, paragraphs=4)
        (folder / f"{number:05d}.md").write_text(words, encoding="utf-8")
    for number, data in zip(range(photos), _pictures(chance), strict=False):
        (folder / f"{number:05d}.jpg").write_bytes(data)
    return folder


def _text(chance: random.Random, *, paragraphs: int) -> str:
    said = [" ".join(chance.choices(_WORDS, k=90)).capitalize() + "." for _ in range(paragraphs)]
    return "\n\n".join(said) + f"\n\nNumber {chance.random()}\n"


def _pictures(chance: random.Random) -> Iterator[bytes]:
    """Pieces of real photos, no two alike."""
    import skimage
    from PIL import Image

    folder = Path(skimage.__file__).parent / "data"
    names = ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png")
    photos = [Image.open(folder / name).convert("RGB") for name in names]
    while True:
        photo = chance.choice(photos)
        left, top = chance.randrange(photo.width // 3), chance.randrange(photo.height // 3)
        piece = photo.crop((left, top, left + photo.width // 2, top + photo.height // 2))
        buffer = io.BytesIO()
        piece.resize((800, 600)).save(buffer, "JPEG", quality=85)
        yield buffer.getvalue()


def _p95(times: list[float]) -> float:
    if not times:
        raise EvalError("The files came in before a question was answered; raise --texts.")
    return round(sorted(times)[min(len(times) - 1, int(len(times) * 0.95))], 1)
