"""Training a visual model: the data it takes, its figures, and one run from end to end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.alignment import data, evaluate, labels
from models.errors import ModelError


def test_a_folder_without_captions_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"train_captions\.jsonl"):
        data.read(tmp_path)


def test_photos_are_found_in_the_folder_or_its_train_part(tmp_path: Path) -> None:
    folder(tmp_path, 3)
    (tmp_path / "train" / "0.png").rename(tmp_path / "0.png")
    photos = data.read(tmp_path)
    assert [photo.path.name for photo in photos] == ["0.png", "1.png", "2.png"]
    assert photos[0].captions == ("a red square", "something red")
    (tmp_path / "train" / "1.png").unlink()
    with pytest.raises(ModelError, match=r"1\.png"):
        data.read(tmp_path)


def test_views_differ_and_repeat(tmp_path: Path) -> None:
    folder(tmp_path, 1)
    path = tmp_path / "train" / "0.png"
    views = [data.view(path, number, seed=5) for number in range(data.VIEWS)]
    assert {view.shape for view in views} == {(260, 260, 3)}
    np.testing.assert_array_equal(views[1], views[0][:, ::-1])
    assert len({view.tobytes() for view in views}) == data.VIEWS
    np.testing.assert_array_equal(views[4], data.view(path, 4, seed=5))


def test_every_class_has_names_and_groups_name_classes() -> None:
    names = labels.class_names()
    assert len(names) == 1000
    assert all(names)
    known = {"goldfish": 1, "tabby": 281, "espresso": 967, "toilet tissue": 999}
    assert {names[index][0]: index for index in known.values()} == known
    groups = {group[0]: members for group, members in labels.groups()}
    assert groups["dog"][0] == 151
    assert groups["dog"][-1] == 268
    assert all(0 <= index < 1000 for members in groups.values() for index in members)


def test_codes_keep_classes_apart() -> None:
    codes = labels.class_codes()
    assert codes.shape == (1000, labels.CODE_DIMENSION)
    products = codes @ codes.T
    np.testing.assert_allclose(np.diag(products), 1, atol=0.3)
    assert np.abs(products - np.diag(np.diag(products))).max() < 0.35


def test_recall_counts_the_pictures_ranked_above() -> None:
    gallery = np.eye(3, dtype=np.float32)
    queries = np.array([[1, 0, 0], [0.9, 0.5, 0]], dtype=np.float32)
    found = evaluate.recall(queries, gallery, np.array([0, 1]), (1, 2))
    assert found == {"r1": 0.5, "r2": 1.0}


def test_the_calibration_finds_the_curve_behind_the_pairs() -> None:
    random = np.random.default_rng(0)
    cosines = random.uniform(0, 1, 200_000)
    relevant = random.random(len(cosines)) < 1 / (1 + np.exp(-20 * (cosines - 0.6)))
    pairs = evaluate.Pairs(cosines, relevant)
    slope, middle = evaluate.fit_logistic(pairs, prior=float(relevant.mean()))
    assert slope == pytest.approx(20, rel=0.05)
    assert middle == pytest.approx(0.6, abs=0.01)
    _, rarer = evaluate.fit_logistic(pairs, prior=0.01)
    assert rarer > middle + 0.1


def folder(path: Path, count: int) -> None:
    """A training folder with pictures of coloured squares."""
    (path / "train").mkdir()
    random = np.random.default_rng(1)
    lines = []
    for index in range(count):
        colour = ("red", "green", "blue")[index % 3]
        noise = random.integers(0, 80, (90, 120, 3), dtype=np.uint8)
        picture = Image.fromarray(noise)
        picture.paste(colour, (30, 20, 80, 70))
        picture.save(path / "train" / f"{index}.png")
        captions = [f"a {colour} square", f"something {colour}"]
        lines.append(json.dumps({"file": f"{index}.png", "captions": captions}))
    (path / "train_captions.jsonl").write_text("\n".join(lines))


@pytest.mark.slow
@pytest.mark.torch
def test_training_writes_a_model_that_loads_by_name(tmp_path: Path) -> None:
    pytest.importorskip("efficientnet_lite_pytorch", reason="needs the extra `torch`")
    pytest.importorskip("onnx", reason="needs the extra `torch`")
    folder(tmp_path, 9)
    out = tmp_path / "models"
    command = [sys.executable, "-m", "models.alignment.train", "--data", tmp_path, "--out", out]
    options = ["--name", "squares", "--held-out", "3", "--threads", "1", "--commercial", "yes"]
    root = Path(data.__file__).parents[2]
    result = subprocess.run(
        [*map(str, command), *options], cwd=root, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr[-2000:]

    from models.licences import allowed
    from models.load import load_visual

    encoder = load_visual("squares", threads=1, folders=[out])
    assert allowed(encoder.descriptor, "commercial")
    vectors = encoder.encode_pixels([data.view(tmp_path / "train" / "0.png", 0, 0)])
    assert vectors.visual.shape == encoder.encode_query(["a red square"]).shape
    figures = json.loads((out / "squares.calibration.json").read_text())
    assert figures["held_out_photos"] == 3
