"""Descriptors, licences and weights: what is known about models without running them."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from models import licences, registry
from models.descriptor import ModelFile
from models.errors import LicenceError, UnknownModelError, WeightsError
from models.weights import digest, verified, verify

HEAVY = ("onnxruntime", "torch", "tokenizers", "PIL", "efficientnet_lite_pytorch")
TORCH_BY_NATURE = {"models.alignment.network", "models.export.networks"}


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownModelError, match=registry.TEXT_DEFAULT) as caught:
        registry.get("clip")
    assert registry.VISUAL_DEFAULT in str(caught.value)


@pytest.mark.parametrize("name", registry.names())
def test_shipped_weights_are_the_published_ones(name: str) -> None:
    descriptor = registry.get(name)
    assert descriptor.name == name
    assert verify(descriptor).keys() == {file.role for file in descriptor.files}


def test_shipped_weights_stay_small() -> None:
    sizes = [file.size for file in registry.get(registry.VISUAL_DEFAULT).files]
    assert sum(sizes) < 30_000_000


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"weights" * 1000)
    file = ModelFile("encoder", str(path), "", digest(path), 7000)
    assert verified(file) == path
    changed = bytearray(path.read_bytes())
    changed[3500] ^= 1
    path.write_bytes(changed)
    with pytest.raises(WeightsError, match="not the published one"):
        verified(file)


def test_a_missing_file_or_package_says_what_to_do(tmp_path: Path) -> None:
    gone = ModelFile("encoder", str(tmp_path / "gone.onnx"), "", "0" * 64, 1)
    with pytest.raises(WeightsError, match="install Magpie again"):
        verified(gone)
    with pytest.raises(WeightsError, match="no-such-package"):
        verified(dataclasses.replace(gone, package="no_such_package"))


def test_models_of_the_owner_stand_beside_the_built_in_ones(tmp_path: Path) -> None:
    weights = Path(registry.__file__).parent / "weights"
    for source in weights.glob(f"{registry.VISUAL_DEFAULT}*"):
        content = source.read_bytes().replace(b'"magpie-lite2-alignment"', b'"our-photos"')
        target = source.name
        if source.name.endswith(".model.json"):
            target = "our-photos.model.json"
        (tmp_path / target).write_bytes(content)
    assert "our-photos" in registry.names([tmp_path])
    descriptor = registry.get("our-photos", [tmp_path])
    assert verify(descriptor)["encoder"].parent == tmp_path


def test_a_broken_description_is_named(tmp_path: Path) -> None:
    (tmp_path / "half.model.json").write_text('{"name": "half"}')
    with pytest.raises(WeightsError, match=r"half\.model\.json"):
        registry.get("half", [tmp_path])


def test_the_commercial_policy_refuses_what_is_not_clearly_allowed() -> None:
    text = registry.get(registry.TEXT_DEFAULT)
    visual = registry.get(registry.VISUAL_DEFAULT)
    unclear = dataclasses.replace(text, commercial="unclear")
    licences.require(visual, "any")
    licences.require(text, "commercial")
    assert not licences.allowed(unclear, "commercial")
    with pytest.raises(LicenceError, match=r"models\.alignment\.train"):
        licences.require(visual, "commercial")
    with pytest.raises(LicenceError, match="not clearly"):
        licences.require(unclear, "commercial")


def test_importing_the_room_loads_nothing_heavy() -> None:
    room = Path(registry.__file__).parent
    modules = sorted(
        {
            ".".join(path.relative_to(room.parent).with_suffix("").parts)
            for path in room.rglob("*.py")
        }
        - TORCH_BY_NATURE
    )
    code = (
        f"import importlib, sys; [importlib.import_module(m) for m in {modules}]; "
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=room.parent, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
