"""Fits the scene head and the text step to captioned photos.

Symmetric contrastive loss (Radford et al. 2021) with a learned temperature; the backbone
and the text encoder stay as they are. Few photos and many parameters: what generalises is
strong dropout and weight decay, and several views of every photo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.alignment.network import SceneHead, SceneText

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fit; the values were chosen on photos held out of Flickr8k's train part."""

    epochs: int = 32
    batch: int = 512
    head_rate: float = 1e-3
    text_rate: float = 5e-4
    weight_decay: float = 0.1
    first_temperature: float = 0.04
    drop_in: float = 0.2
    drop_head: float = 0.7
    drop_text: float = 0.3
    warm_up: float = 0.15
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Examples:
    """What there is to fit to.

    Attributes:
        views: one array a view, shape (photos, FEATURES), any float type.
        captions: shape (captions, 384), unit rows.
        photo_of: shape (captions,): the photo that each caption describes.
    """

    views: tuple[NDArray[np.floating], ...]
    captions: Floats
    photo_of: NDArray[np.int64]

    def of_photo(self) -> list[NDArray[np.int64]]:
        """Rows of ``captions`` for each photo."""
        order = np.argsort(self.photo_of, kind="stable")
        counts = np.bincount(self.photo_of, minlength=len(self.views[0]))
        return [np.asarray(part) for part in np.split(order, np.cumsum(counts)[:-1])]


def fit(
    examples: Examples, photos: NDArray[np.int64], recipe: Recipe
) -> tuple[SceneHead, SceneText]:
    """Fit to some of the photos; both networks come back in evaluation mode.

    A batch holds a photo at most once, in a random view, with one of its captions.
    Steps run in bfloat16 where the processor has it, which changes no figure here.
    """
    import torch
    from torch.nn import functional

    from models.alignment.network import SceneHead, SceneText

    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    plain = examples.views[0][photos].astype(np.float32)
    head = SceneHead(plain.mean(0), plain.std(0) + 0.01, recipe.drop_in, recipe.drop_head)
    text = SceneText(recipe.drop_text)
    scale = torch.nn.Parameter(torch.tensor(float(np.log(1 / recipe.first_temperature))))
    groups: list[dict[str, Any]] = [
        {"params": list(head.parameters()), "lr": recipe.head_rate},
        {"params": list(text.parameters()), "lr": recipe.text_rate},
        {"params": [scale], "lr": recipe.head_rate, "weight_decay": 0.0},
    ]
    batch = min(recipe.batch, len(photos))
    steps = len(photos) // batch
    optimizer = torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [group["lr"] for group in groups],
        total_steps=recipe.epochs * steps,
        pct_start=recipe.warm_up,
    )
    captions = examples.of_photo()
    head.train()
    text.train()
    for _ in range(recipe.epochs):
        order = random.permutation(photos)
        for step in range(steps):
            chosen = order[step * batch : (step + 1) * batch]
            views = random.integers(len(examples.views), size=batch)
            seen = np.stack([examples.views[v][p] for v, p in zip(views, chosen, strict=True)])
            said = examples.captions[[random.choice(captions[photo]) for photo in chosen]]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                pictures = head(torch.from_numpy(seen.astype(np.float32)))
                queries = text(torch.from_numpy(said))
            logits = scale.exp().clamp(max=100) * pictures.float() @ queries.float().T
            target = torch.arange(batch)
            loss = functional.cross_entropy(logits, target)
            loss = (loss + functional.cross_entropy(logits.T, target)) / 2
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
    return head.eval(), text.eval()
