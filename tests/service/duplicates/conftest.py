"""A home with photos that are there more than once, in ways that people meet."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import pytest
from PIL import Image, ImageOps

from service.duplicates import schemas
from service.hub import Hub
from service.settings import Settings


@dataclass(frozen=True)
class Album:
    """An open home, and the ids of its photos by their names."""

    hub: Hub
    ids: dict[str, str]

    def scan(self) -> schemas.Run:
        """Scan and wait for the end."""
        return scanned(self.hub)

    def groups(self, **query: object) -> dict[str, tuple[str, set[str]]]:
        """Kind and names of the groups by the name of the copy to keep."""
        page = self.hub.desk.duplicates.page(schemas.GroupQuery.model_validate(query))
        names = {id_: name for name, id_ in self.ids.items()}
        return {
            names[group.keep_id]: (group.kind, {names[each.id] for each in group.members})
            for group in page.groups
        }

    def group_of(self, name: str) -> schemas.Group:
        """The open group that a photo is in."""
        for group in self.hub.desk.duplicates.page(schemas.GroupQuery(limit=200)).groups:
            if self.ids[name] in {each.id for each in group.members}:
                return group
        raise AssertionError(f"{name} is in no group")


def scanned(hub: Hub) -> schemas.Run:
    """Scan and wait for the end."""
    run = hub.desk.duplicates.scan()
    end = time.monotonic() + 120
    while run.state == "running":
        assert time.monotonic() < end, "the scan does not end"
        time.sleep(0.05)
        run = hub.desk.duplicates.run(run.id)
    return run


def opened(home: Path, photos: Path) -> Iterator[Album]:
    """A home that has read some photos."""
    with Hub(Settings(home=home, offline=True, ocr="off")) as hub:
        job = hub.ingest([photos])
        assert not job.problems
        yield Album(hub, ids_of(hub))


def ids_of(hub: Hub) -> dict[str, str]:
    """The ids of all records by their names."""
    from service.schemas import AssetQuery

    return {asset.name: asset.id for asset in hub.listed(AssetQuery(limit=200)).assets}


def photo_files(folder: Path) -> Path:
    """A cat seven times, coffee twice, a rocket once, and two empty sheets."""
    skimage = pytest.importorskip("skimage", reason="photos come with scikit-image")
    source = Path(skimage.__file__).parent / "data"
    cat = Image.open(source / "chelsea.png").convert("RGB")
    width, height = cat.size
    folder.mkdir(parents=True, exist_ok=True)
    copyfile(source / "chelsea.png", folder / "cat.png")
    copyfile(source / "chelsea.png", folder / "cat again.png")
    cat.save(folder / "cat same pixels.png", compress_level=1)
    cat.save(folder / "cat.jpg", quality=80)
    cat.crop((width // 8, height // 8, width * 7 // 8, height * 7 // 8)).save(
        folder / "cat cropped.jpg", quality=90
    )
    ImageOps.expand(cat, 24, "white").save(folder / "cat framed.jpg", quality=90)
    ImageOps.mirror(cat).save(folder / "cat mirrored.jpg", quality=90)
    copyfile(source / "coffee.png", folder / "coffee.png")
    Image.open(source / "coffee.png").convert("RGB").resize((300, 200)).save(folder / "coffee.jpg")
    copyfile(source / "rocket.jpg", folder / "rocket.jpg")
    Image.new("RGB", (640, 480), "white").save(folder / "empty.png")
    Image.new("RGB", (640, 480), (250, 250, 250)).save(folder / "empty too.jpg")
    return folder


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return photo_files(tmp_path_factory.mktemp("album") / "photos")


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Iterator[Album]:
    """Read and scanned; tests put back what they change."""
    for made in opened(tmp_path_factory.mktemp("home"), photos):
        made.scan()
        yield made


@pytest.fixture(scope="session")
def open_album() -> Callable[[Path, Path], Iterator[Album]]:
    """Opens a home that has read some files."""
    return opened
