"""Pictures on disk that are the same picture without being the same bytes.

They are read in the limited reader processes. Candidates come from perceptual hashes alone, which
needs no model; local features then prove each pair and tell what was done to it.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import PurePath

from PIL import Image

from pipelines.analysis import Analysis, Picture
from pipelines.copies.find import Step
from pipelines.copies.groups import Alike, AlikeGroup
from pipelines.copies.prints import PrintBook, Prints
from pipelines.copies.walk import File
from pipelines.duplicates.groups import groups
from pipelines.duplicates.images import ImageLink, image_links
from pipelines.duplicates.links import GROUPED
from pipelines.duplicates.prints import ImagePrint, image_print
from pipelines.pool import ReaderPool

ENDINGS = frozenset(
    {".avif", ".bmp", ".gif", ".heic", ".heif", ".jp2", ".jpeg", ".jpg", ".png", ".tif", ".tiff"}
) | {".webp"}
"""Files whose names end so are looked at."""

_AHEAD = 8
_SAVE_EVERY = 50

Tell = Callable[[Step, int, int], None]
"""Told what is done, how much of it, and of how much."""


class _Nobody:
    """No neighbours: there are no vectors without a model."""

    def nearest(self, items: Sequence[int], count: int) -> Sequence[Sequence[int]]:  # noqa: ARG002
        """None for each."""
        return [[] for _ in items]


def find_alike(
    files: Iterable[File],
    pool: ReaderPool,
    book: PrintBook,
    *,
    tell: Tell = lambda *_: None,
    stop: Callable[[], bool] = lambda: False,
    on_problem: Callable[[str], None] = lambda _: None,
) -> list[AlikeGroup]:
    """Find pictures that show the same among some files of different bytes.

    Args:
        stop: asked between pictures; what was read until then is kept in ``book``, and
            nothing comes back.
        on_problem: told of pictures that cannot be read.

    Raises:
        ModuleNotFoundError: OpenCV is not installed (extra ``duplicates``).
    """
    wanted = [file for file in files if PurePath(file.path).suffix.lower() in ENDINGS]
    known: list[tuple[File, ImagePrint]] = []
    for file, made in _prints(wanted, pool, book, tell, on_problem):
        if made is not None:
            known.append((file, made))
        if stop():
            return []
    known.sort(key=lambda each: each[0].path)
    pictures = [file for file, _ in known]
    prints = Prints([made for _, made in known], lambda item: book.features(pictures[item]))
    names = [file.path for file in pictures]
    links = image_links(
        prints,
        _Nobody(),
        lambda item: _drawn(pool, pictures[item]),
        names=names,
        progress=lambda done, total: tell("proving", done, total),
    )
    return [] if stop() else list(_groups(links, pictures, prints, names))


def _prints(
    files: Sequence[File],
    pool: ReaderPool,
    book: PrintBook,
    tell: Tell,
    on_problem: Callable[[str], None],
) -> Iterator[tuple[File, ImagePrint | None]]:
    """The print of each picture, those that are known at once, others as they are read."""
    reading: deque[tuple[File, Future[Analysis]]] = deque()
    done = 0
    for file in files:
        light = book.light(file)
        if light is not None:
            done += 1
            yield file, light
            continue
        reading.append((file, pool.submit(file.path)))
        if len(reading) > _AHEAD:
            yield _read(*reading.popleft(), book, on_problem)
            done += 1
            tell("reading", done, len(files))
            if done % _SAVE_EVERY == 0:
                book.save()
    while reading:
        yield _read(*reading.popleft(), book, on_problem)
        done += 1
        tell("reading", done, len(files))
    book.save()


def _read(
    file: File, reading: Future[Analysis], book: PrintBook, on_problem: Callable[[str], None]
) -> tuple[File, ImagePrint | None]:
    found = reading.result()
    picture = _picture(found)
    if picture is None:
        why = found.failure.reason if found.failure is not None else "It shows no picture."
        on_problem(f"{file.path}: {why}")
        return file, None
    pixels = picture.fingerprints.pixels if picture.fingerprints is not None else ""
    with Image.open(io.BytesIO(picture.thumbnail)) as image:
        made = image_print(image.convert("RGB"), (picture.width, picture.height), pixels)
    book.note(file, made)
    return file, made


def _drawn(pool: ReaderPool, file: File) -> Image.Image:
    picture = _picture(pool.read(file.path))
    if picture is None:
        # It has gone since: a grey picture proves nothing.
        return Image.new("RGB", (16, 16), "grey")
    return Image.open(io.BytesIO(picture.thumbnail)).convert("RGB")


def _picture(found: Analysis) -> Picture | None:
    pictures = (unit.picture for unit in found.units if unit.kind == "image")
    return next((each for each in pictures if each is not None and each.thumbnail), None)


def _groups(
    links: Sequence[ImageLink], files: Sequence[File], prints: Prints, names: Sequence[str]
) -> Iterator[AlikeGroup]:
    by_pair = {frozenset((link.first, link.second)): link for link in links if link.kind in GROUPED}
    light = list(prints)
    for group in groups(links, names):
        others = [item for item in group.members if item != group.medoid]
        yield AlikeGroup(
            _alike(files[group.medoid], light[group.medoid], None),
            tuple(
                _alike(files[item], light[item], by_pair[frozenset((group.medoid, item))])
                for item in others
            ),
        )


def _alike(file: File, made: ImagePrint, link: ImageLink | None) -> Alike:
    edits = link.evidence.edits if link is not None else ()
    return Alike(
        path=file.path,
        width=made.size[0],
        height=made.size[1],
        size=file.size,
        kind=link.kind if link is not None else "",
        edits=tuple(dict.fromkeys(edit.name for edit in edits)),
        score=round(link.score, 3) if link is not None else 1.0,
    )
