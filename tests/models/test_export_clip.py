"""open_clip models with random weights, exported: all that open_clip does, without torch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from models import registry, torchvision_fix
from models.calibration import calibration
from models.errors import ModelError
from models.export.add import add
from models.load import close_all, load_visual
from models.pixels import Fit, fit
from models.text import OnnxTextEncoder
from models.visual import OnnxVisualEncoder

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(
        any(find_spec(name) is None for name in ("open_clip", "skimage")),
        reason="needs the extra `torch`",
    ),
]
PHOTOS = ("chelsea.png", "rocket.jpg", "page.png", "coffee.png")
TEXTS = [
    "a dog jumps over a fence",
    "",
    "DON'T they'll we've 12 3's o'clock",
    "Crème brûlée — it’s “quoted” &amp; 日本語 ½ 🐶 snake_case #tag",
    "  much \t space\n\nand lines ",
    "x1y2 " * 90,
    "ﬁne ＦＵＬＬ width <b>tags</b> <end_of_text> after",
]


class Case(NamedTuple):
    """A model of open_clip's own, beside ours."""

    network: Any
    transform: Any
    tokenizer: Any
    encoder: OnnxVisualEncoder
    words: OnnxTextEncoder


def photo(name: str) -> Image.Image:
    import skimage

    return Image.open(Path(skimage.__file__).parent / "data" / name).convert("RGB")


def _spread(network: Any, pixels: Any) -> None:
    """Let what normalises batches see pictures: else random weights hardly tell them apart."""
    import torch

    normalisers = [each for each in network.modules() if isinstance(each, torch.nn.BatchNorm2d)]
    for each in normalisers:
        each.momentum = None
    if normalisers:
        network.train()
        with torch.no_grad():
            network.encode_image(pixels)
    network.eval()


@pytest.fixture(scope="module", params=["ViT-B-32", "MobileCLIP2-S0"])
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    torchvision_fix.install()
    import open_clip
    import torch
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from safetensors.torch import save_file

    arch = request.param
    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    network = open_clip.create_model(arch)
    published = open_clip.get_pretrained_cfg(
        arch, open_clip.list_pretrained_tags_by_model(arch)[-1]
    )
    keys = ("mean", "std", "interpolation", "resize_mode")
    preparation = PreprocessCfg(
        size=network.visual.image_size, **{key: published[key] for key in keys}
    )
    assert preparation.mean[0] == (0.0 if arch.startswith("MobileCLIP2") else 0.48145466)
    transform = image_transform_v2(preparation, is_train=False)
    _spread(network, torch.stack([transform(photo(name)) for name in PHOTOS]))
    weights = folder / "random.safetensors"
    save_file({key: value.contiguous() for key, value in network.state_dict().items()}, weights)
    add(f"open_clip:{arch}:{weights}", folder / "models", name="random", licence="none")
    weights.unlink()
    encoder = load_visual("random", threads=1, folders=[folder / "models"])
    yield Case(
        network,
        transform,
        open_clip.get_tokenizer(arch),
        encoder,
        OnnxTextEncoder(encoder.descriptor, 1, network="query"),
    )
    close_all()
    shutil.rmtree(folder)


@pytest.mark.slow
def test_an_exported_model_is_open_clip_s_own(case: Case) -> None:
    import torch

    photos = [photo(name) for name in PHOTOS]
    pixels = torch.stack([case.transform(each) for each in photos])
    ids = case.tokenizer(TEXTS)
    with torch.inference_mode():
        pictures = case.network.encode_image(pixels, normalize=True).numpy()
        queries = case.network.encode_text(ids, normalize=True).numpy()

    assert case.words.tokens(TEXTS) == ids.tolist()
    how = case.encoder.descriptor.fit
    assert how is not None
    made = case.encoder.encode_pixels([fit(each, how) for each in photos])
    for mine, theirs in ((made.visual, pictures), (case.encoder.encode_query(TEXTS), queries)):
        cosines = mine @ theirs.T
        assert np.diag(cosines).min() > 0.9999
        # Each is nearest to itself: the vectors do differ.
        assert (cosines.argmax(axis=1) == np.arange(len(mine))).all()
    look = case.encoder.descriptor.look_dimension
    assert made.look.shape == (len(PHOTOS), look)
    np.testing.assert_allclose(np.linalg.norm(made.look, axis=1), 1, atol=1e-3)

    curves = calibration(case.encoder.descriptor)
    assert not curves.fitted
    assert curves.likeness(1.0) > 0.9
    assert curves.relevance(curves.middle) == pytest.approx(0.5)
    assert case.encoder.descriptor.commercial == "unclear"


@pytest.mark.parametrize("mode", ["shortest", "squash", "longest"])
@pytest.mark.parametrize("filtered", ["bicubic", "bilinear"])
@pytest.mark.parametrize("size", [(451, 300), (301, 450), (50, 31), (224, 224), (225, 900)])
def test_pictures_are_prepared_as_open_clip_does(
    mode: str, filtered: str, size: tuple[int, int]
) -> None:
    torchvision_fix.install()
    from open_clip.transform import PreprocessCfg, image_transform_v2

    from models.export.clip import fit_of

    preparation = PreprocessCfg(
        size=224, mean=(0, 0, 0), std=(1, 1, 1), interpolation=filtered, resize_mode=mode
    )
    picture = photo("coffee.png").resize(size)
    theirs = image_transform_v2(preparation, is_train=False)(picture).permute(1, 2, 0).numpy() * 255
    settings = {"size": 224, "interpolation": filtered, "resize_mode": mode, "fill_color": 0}
    mine = fit(picture, fit_of(settings))
    np.testing.assert_array_equal(mine, np.rint(theirs).astype(np.uint8))


def test_a_line_of_pixels_does_not_fill_the_memory() -> None:
    line = Image.new("RGB", (1, 60_000), "red")
    assert fit(line, Fit(side=224, shape="crop")).shape == (224, 224, 3)


def test_what_open_clip_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no architecture 'Nope'"):
        add("open_clip:Nope:openai", tmp_path)
    with pytest.raises(ModelError, match="laion400m_e32"):
        add("open_clip:ViT-B-32:no_such_tag", tmp_path)
    with pytest.raises(ModelError, match="names no weights"):
        add("open_clip:ViT-B-32", tmp_path)


def test_calibrations_of_our_own_model_are_fitted() -> None:
    descriptor = registry.get(registry.VISUAL_DEFAULT)
    assert calibration(descriptor).fitted
    record = json.loads(Path(descriptor.file("calibration").path).read_text())
    assert calibration(descriptor).middle == record["middle"]
