"""Duplicates among the pictures of the catalog: photos, pictures inside documents, key frames.

Candidates and proofs are those of ``pipelines.duplicates``; this module brings the pictures and
keeps what was found. A scan that is cut off goes on from the pairs that it has not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import select

from pipelines.duplicates.images import ExactNeighbours, candidates, friends_of_friends, verified
from pipelines.duplicates.links import Link, LinkKind
from pipelines.duplicates.prints import ImagePrint, image_print
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.tables import Asset, Embedding, Unit
from service.catalog.vectors import unpack
from service.duplicates.cache import Pair, PrintCache
from service.duplicates.links import Found, LinkStore
from service.duplicates.progress import Progress
from service.errors import NotFound

METHOD = "pictures-1"
"""Written beside what was found; another number has all pictures looked at anew."""

WITHOUT_OPENCV = (
    "Pictures were compared by their exact pixels alone: install OpenCV "
    "(`pip install 'magpie-content[duplicates]'`) and scan again."
)

_KINDS = ("image", "embedded_image", "scene")
_CHUNK = 400
_PRINTS_AT_ONCE = 64
_PAIRS_AT_ONCE = 200
_PRINTS_IN_MEMORY = 512


@dataclass(frozen=True, slots=True)
class _Item:
    """A picture of the catalog. ``name`` is the hash of its content, a colon, and its key."""

    name: str
    sha256: str
    key: str
    kind: str
    page: int | None
    start_s: float | None
    thumbnail: str
    pixels: str
    size: tuple[int, int]


class PictureFinder:
    """Finds links among all pictures and stores them.

    Args:
        look_model: names the model whose ``look`` vectors propose look-alikes.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        cache: PrintCache,
        look_model: Callable[[], str],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._cache = cache
        self._look_model = look_model

    def find(self, store: LinkStore, progress: Progress) -> int:
        """Look at every pair that may be duplicates and was not looked at yet.

        Returns:
            How many pairs were looked at.

        Raises:
            ModuleNotFoundError: OpenCV is not installed.
        """
        items = self._items()
        self._forget_gone({item.sha256 for item in items})
        items, prints = self._prints(items, progress)
        if len(items) < 2:
            return 0
        names = [item.name for item in items]
        shelf = _Shelf(prints, names, self._cache)
        progress("Looking for candidates", 0, 0)
        pairs = self._wanted(candidates(prints, self._neighbours(items), names), items)
        done = 0
        different = self._cache.different()
        known = store.known(METHOD)
        number = {name: place for place, name in enumerate(names)}
        links = [
            Link(number[one], number[other], cast(LinkKind, link.kind), link.score, None)
            for link in known.values()
            for one, other in [_names_of(link)]
            if one in number and other in number
        ]
        seen: set[tuple[int, int]] = {(link.first, link.second) for link in links}
        while pairs := pairs - seen:
            seen |= pairs
            fresh = sorted(
                each for each in pairs if (names[each[0]], names[each[1]]) not in different
            )
            links += self._verify(fresh, items, shelf, store, progress)
            done += len(fresh)
            pairs = self._wanted(friends_of_friends(links, names), items)  # type: ignore[arg-type]
        return done

    def _verify(
        self,
        pairs: Sequence[tuple[int, int]],
        items: Sequence[_Item],
        shelf: _Shelf,
        store: LinkStore,
        progress: Progress,
    ) -> Iterator[Link[Any]]:
        for start in range(0, len(pairs), _PAIRS_AT_ONCE):
            progress("Comparing pictures", start, len(pairs))
            chunk = pairs[start : start + _PAIRS_AT_ONCE]
            found = list(verified(chunk, shelf, lambda place: self._load(items[place])))
            store.add(
                METHOD,
                [
                    _found(items[each.first], items[each.second], each)
                    for each in found
                    if each is not None and _tells(items[each.first], items[each.second], each)
                ],
            )
            self._cache.keep_different(
                (items[first].name, items[second].name)
                for (first, second), each in zip(chunk, found, strict=True)
                if each is None or not _tells(items[each.first], items[each.second], each)
            )
            yield from (each for each in found if each is not None)
        progress("Comparing pictures", len(pairs), len(pairs))

    def _items(self) -> list[_Item]:
        """The pictures of all records that are not in the trash, in the order of their names."""
        wanted = (
            select(
                Unit.sha256,
                Unit.key,
                Unit.kind,
                Unit.page,
                Unit.start_s,
                Unit.thumbnail,
                Unit.pixels,
                Unit.width,
                Unit.height,
            )
            .where(
                Unit.kind.in_(_KINDS),
                Unit.thumbnail.is_not(None),
                Unit.width.is_not(None),
                Unit.height.is_not(None),
                select(Asset.id)
                .where(Asset.sha256 == Unit.sha256, Asset.trashed_at.is_(None))
                .exists(),
            )
            .order_by(Unit.sha256, Unit.key)
        )
        with self._database.read() as session:
            return [
                _Item(
                    name=f"{row.sha256}:{row.key}",
                    sha256=row.sha256,
                    key=row.key,
                    kind=row.kind,
                    page=row.page,
                    start_s=row.start_s,
                    thumbnail=row.thumbnail,
                    pixels=row.pixels or "",
                    size=(row.width, row.height),
                )
                for row in session.execute(wanted)
            ]

    def _forget_gone(self, present: set[str]) -> None:
        for sha256 in self._cache.contents() - present:
            self._cache.forget(sha256)

    def _prints(
        self, items: Sequence[_Item], progress: Progress
    ) -> tuple[list[_Item], list[ImagePrint]]:
        """The prints of all pictures without their features, and the pictures they are of."""
        known = self._cache.light(item.name for item in items)
        missing = [item for item in items if item.name not in known]
        for start in range(0, len(missing), _PRINTS_AT_ONCE):
            progress("Taking prints of pictures", start, len(missing))
            made = []
            for item in missing[start : start + _PRINTS_AT_ONCE]:
                try:
                    made.append((item.name, image_print(self._load(item), item.size)))
                except (NotFound, OSError):
                    # The thumbnail was purged or is damaged; the next reading makes it again.
                    continue
            self._cache.keep(made)
            known.update((name, replace(each, features=None)) for name, each in made)
        kept = [item for item in items if item.name in known]
        return kept, [replace(known[item.name], pixels=item.pixels) for item in kept]

    def _load(self, item: _Item) -> Image.Image:
        data = self._blobs.find(item.thumbnail).read_bytes()
        return Image.open(BytesIO(data)).convert("RGB")

    def _neighbours(self, items: Sequence[_Item]) -> _LookNeighbours:
        place = {item.name: number for number, item in enumerate(items)}
        rows: list[NDArray[np.float32]] = []
        owners: list[int] = []
        hashes = sorted({item.sha256 for item in items})
        model = self._look_model()
        with self._database.read() as session:
            for start in range(0, len(hashes), _CHUNK):
                for row in session.execute(
                    select(Unit.sha256, Unit.key, Embedding.vector)
                    .join(Embedding, Embedding.unit_id == Unit.id)
                    .where(
                        Unit.sha256.in_(hashes[start : start + _CHUNK]),
                        Embedding.space == "look",
                        Embedding.model == model,
                    )
                    .order_by(Unit.sha256, Unit.key)
                ):
                    number = place.get(f"{row.sha256}:{row.key}")
                    if number is not None:
                        owners.append(number)
                        rows.append(unpack(row.vector))
        return _LookNeighbours(owners, rows)

    def _wanted(
        self, pairs: Iterable[tuple[int, int]], items: Sequence[_Item]
    ) -> set[tuple[int, int]]:
        """Pairs of two files of which at least one is a picture: logos inside documents and
        frames of clips are no duplicates of each other."""
        return {
            (one, other)
            for one, other in pairs
            if items[one].sha256 != items[other].sha256
            and "image" in (items[one].kind, items[other].kind)
        }


class _LookNeighbours:
    """Nearest neighbours among the pictures that have a vector."""

    def __init__(self, owners: Sequence[int], rows: Sequence[NDArray[np.float32]]) -> None:
        self._owners = np.array(owners, np.int64)
        self._place = {owner: place for place, owner in enumerate(owners)}
        self._exact = ExactNeighbours(_unit(np.stack(rows))) if rows else None

    def nearest(self, items: Sequence[int], count: int) -> Sequence[Sequence[int]]:
        """As ``pipelines.duplicates.images.Neighbours``."""
        places = [self._place[item] for item in items if item in self._place]
        if self._exact is None or not places:
            return [[] for _ in items]
        near = iter(self._exact.nearest(places, count))
        return [
            self._owners[list(next(near))].tolist() if item in self._place else [] for item in items
        ]


class _Shelf(Sequence[ImagePrint]):
    """Prints with their features, which come from the cache when they are looked at."""

    def __init__(
        self, prints: Sequence[ImagePrint], names: Sequence[str], cache: PrintCache
    ) -> None:
        self._prints = prints
        self._names = names
        self._cache = cache
        self._kept: dict[int, ImagePrint] = {}

    def __len__(self) -> int:
        return len(self._prints)

    @overload
    def __getitem__(self, place: int) -> ImagePrint: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ImagePrint]: ...
    def __getitem__(self, place: int | slice) -> ImagePrint | Sequence[ImagePrint]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if place not in self._kept:
            if len(self._kept) >= _PRINTS_IN_MEMORY:
                # The one that was put in first.
                del self._kept[next(iter(self._kept))]
            light = self._prints[place]
            features = None if light.plain else self._cache.features(self._names[place])
            self._kept[place] = replace(light, features=features)
        return self._kept[place]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _tells(first: _Item, second: _Item, link: Link[Any]) -> bool:
    """Whether a link is worth keeping: files that hold a similar shot are no stack."""
    return link.kind != "similar" or first.kind == second.kind == "image"


def _found(first: _Item, second: _Item, link: Link[Any]) -> Found:
    """What is stored of a link; a picture inside another file is placed in it."""
    inside = first.kind != "image" or second.kind != "image"
    kind = "placed" if inside else link.kind
    evidence = asdict(link.evidence)
    evidence["units"] = [first.key, second.key]
    if inside:
        evidence["as"] = link.kind
        other = first if first.kind != "image" else second
        evidence["page"], evidence["second"] = other.page, other.start_s
    return Found(first.sha256, second.sha256, kind, link.score, evidence)


def _names_of(link: Found) -> Pair:
    one, other = link.evidence["units"]
    return f"{link.first}:{one}", f"{link.second}:{other}"
