"""``python -m pipelines.tagging``: encodes the general vocabulary with the embedded model.

Run it whenever terms of the general vocabulary change; without it, they are encoded by
everybody who tags.
"""

from __future__ import annotations

from models.load import load_visual
from pipelines.tagging.bank import ship
from pipelines.vocabulary.general import general

if __name__ == "__main__":
    print(ship(general(), load_visual()).name)  # noqa: T201
