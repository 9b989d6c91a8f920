"""Duplicate pictures: every edit is found and named, look-alikes are not joined."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from pipelines.duplicates.groups import groups
from pipelines.duplicates.images import ExactNeighbours, ImageLink, image_links
from pipelines.duplicates.local_features import LocalFeatures, local_features
from pipelines.duplicates.prints import ImagePrint, image_print
from pipelines.duplicates.verify import Verdict, verify

pytest.importorskip("cv2")
_data = pytest.importorskip("skimage.data")


@cache
def _photo(name: str) -> Image.Image:
    image = Image.fromarray(getattr(_data, name)()).convert("RGB")
    image.thumbnail((480, 480))
    return image


def _jpeg(image: Image.Image, quality: int = 80) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def _verdict(one: Image.Image, other: Image.Image) -> Verdict | None:
    prints = [image_print(each, each.size) for each in (one, other)]
    return verify(*prints, lambda: one, lambda: other)


def _crop(image: Image.Image) -> Image.Image:
    width, height = image.size
    return image.crop((width // 10, height // 5, width * 9 // 10, height * 9 // 10))


def _banner(image: Image.Image) -> Image.Image:
    marked = image.copy()
    draw = ImageDraw.Draw(marked)
    draw.rectangle((0, image.height * 3 // 4, image.width, image.height), fill=(20, 30, 120))
    draw.text((20, image.height * 4 // 5), "SALE", fill="white", font_size=30)
    return marked


def _text(image: Image.Image) -> Image.Image:
    marked = image.copy()
    ImageDraw.Draw(marked).text((30, 30), "PROOF 17", fill="yellow", font_size=70)
    return marked


_EDITS: dict[str, tuple[Callable[[Image.Image], Image.Image], float]] = {
    "cropped": (_crop, 0.56),
    "border": (lambda image: ImageOps.expand(image, 40, "white"), 0.3),
    "banner": (_banner, 0.22),
    "overlay": (_text, 0.02),
    "greyscale": (lambda image: image.convert("L").convert("RGB"), 1.0),
    "contrast": (lambda image: ImageEnhance.Contrast(image).enhance(0.6), 0.6),
    "rotated": (lambda image: image.rotate(7, expand=True), 7.0),
    "turned": (lambda image: image.transpose(Image.Transpose.ROTATE_90), 90.0),
    "mirrored": (ImageOps.mirror, 1.0),
    "stretched": (lambda image: image.resize((300, 300)), 0.8),
}


@pytest.mark.parametrize("name", _EDITS)
def test_an_edit_is_found_and_named_with_its_amount(name: str) -> None:
    photo = _photo("astronaut" if name != "stretched" else "chelsea")
    change, amount = _EDITS[name]
    found = _verdict(photo, _jpeg(change(photo)))
    assert found is not None and found.kind == "edited"
    edit = next(edit for edit in found.evidence.edits if edit.name == name)
    wanted = photo.height / photo.width if name == "stretched" else amount
    assert edit.amount == pytest.approx(wanted, rel=0.5 if name == "overlay" else 0.25)
    assert edit.on_second
    assert len(found.evidence.edits) == 1 or name == "contrast"


@pytest.mark.parametrize("change", [lambda i: _jpeg(i, 15), lambda i: i.resize((200, 200))])
def test_a_re_encoded_or_resized_picture_is_no_edit(
    change: Callable[[Image.Image], Image.Image],
) -> None:
    photo = _photo("astronaut")
    found = _verdict(photo, change(photo))
    assert found is not None and found.kind == "reencoded"
    assert found.evidence.shown_of_first > 0.98
    assert found.evidence.matches > 15


def test_the_map_leads_points_to_where_they_went() -> None:
    found = _verdict(_photo("astronaut"), _crop(_photo("astronaut")))
    assert found is not None and found.evidence.map is not None
    across, down = (np.array(row) @ (0.5, 0.5, 1) for row in found.evidence.map)
    assert (across, down) == pytest.approx((0.5, 3 / 7), abs=0.01)
    for x, y, there_x, there_y in found.evidence.points:
        shown = [np.array(row) @ (x, y, 1) for row in found.evidence.map]
        assert shown == pytest.approx((there_x, there_y), abs=0.03)
    assert len(found.evidence.points) == 20


def test_the_next_shot_of_a_scene_is_similar_and_not_a_duplicate() -> None:
    """The same place, but somebody has moved."""
    left, right = _photo("rocket"), _photo("rocket").copy()
    person = _photo("astronaut").resize((150, 150)).crop((30, 0, 130, 150))
    left = left.copy()
    left.paste(person, (20, 60))
    right.paste(person.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (260, 70))
    stereo = [Image.fromarray(each).convert("RGB") for each in _data.stereo_motorcycle()[:2]]
    for one, other in ((left, right), stereo):
        found = _verdict(_jpeg(one), _jpeg(other))
        assert found is None or found.kind == "similar"


def test_a_photo_placed_on_a_page_with_other_things() -> None:
    page = Image.new("RGB", (600, 800), "white")
    for place, name in enumerate(("coffee", "chelsea", "rocket", "astronaut")):
        page.paste(_photo(name).resize((280, 180)), (10 + place % 2 * 300, 20 + place // 2 * 400))
    found = _verdict(_photo("coffee"), _jpeg(page))
    assert found is not None and found.kind == "placed"
    assert found.evidence.shown_of_second == pytest.approx(280 * 180 / 480_000, rel=0.1)
    assert found.evidence.shown_of_first > 0.95


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_and_nearly_empty_pictures_match_nothing(level: int) -> None:
    flat = Image.new("RGB", (640, 480), (level, level, level))
    marked = flat.copy()
    ImageDraw.Draw(marked).rectangle((5, 5, 12, 12), fill=(90, 0, 90))
    noise = np.random.default_rng(0).integers(-2, 3, (480, 640, 3))
    grainy = Image.fromarray(np.clip(np.asarray(flat).astype(int) + noise, 0, 255).astype("u1"))
    prints = [image_print(each, each.size) for each in (flat, marked, grainy)]
    assert all(each.plain for each in prints)
    assert _links(prints, [flat, marked, grainy]) == []


def test_equal_pixels_are_told_even_of_flat_pictures() -> None:
    flat = Image.new("RGB", (64, 64), "black")
    prints = [image_print(flat, flat.size, "ab" * 32)] * 3
    found = _links(prints, [flat] * 3)
    assert {link.kind for link in found} == {"same_pixels"}
    assert groups(found)[0].members == (0, 1, 2)


def test_features_survive_being_kept() -> None:
    features = local_features(_photo("coffee"))
    kept = LocalFeatures.from_bytes(features.to_bytes())
    assert kept.size == features.size
    assert np.array_equal(kept.points, features.points)
    assert np.array_equal(kept.descriptors, features.descriptors)
    assert len(features.to_bytes()) < 56_000


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x10\x00\x10\x00half a point"])
def test_damaged_features_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="cut"):
        LocalFeatures.from_bytes(data)


def test_links_do_not_depend_on_order_or_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    images = [change(_photo(name)) for name in ("astronaut", "coffee") for change in _SOME]
    plain = _described(images, list(range(len(images))))
    order = list(range(len(images)))
    random.Random(5).shuffle(order)
    assert len(plain) >= 10
    monkeypatch.setattr("pipelines.duplicates.images._CHUNK", 3)
    monkeypatch.setattr("pipelines.duplicates.hamming._AT_ONCE", 5)
    assert plain == _described(images, order)


_SOME = (_jpeg, _crop, ImageOps.mirror, _banner)


def _described(images: Sequence[Image.Image], order: Sequence[int]) -> set[object]:
    shown = [images[item] for item in order]
    prints = [
        image_print(each, each.size, f"{item:02}") for item, each in zip(order, shown, strict=True)
    ]
    return {
        (order[link.first], order[link.second], link.kind, link.score, str(link.evidence))
        for link in _links(prints, shown)
    }


def _links(prints: Sequence[ImagePrint], images: Sequence[Image.Image]) -> list[ImageLink]:
    looks = [np.asarray(each.convert("RGB").resize((4, 4)), np.float32).ravel() for each in images]
    vectors = np.stack([look / max(1.0, float(np.linalg.norm(look))) for look in looks])
    return image_links(
        prints,
        ExactNeighbours(vectors),
        lambda item: images[item],
        names=[each.pixels or f"#{item}" for item, each in enumerate(prints)],
    )
