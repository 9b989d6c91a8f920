"""Searching among selected records only, so that as many are found as there are.

Where few records are selected, the index is told which; where many are, what it finds is looked
up in the catalog and more is fetched until enough is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from service.access.viewer import Viewer
from service.catalog.assets import Assets
from service.index.base import Condition

MOST_NAMED = 5_000
"""Records that the index is told by name."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a selection leaves to be found.

    Attributes:
        conditions: for the index.
        keep: of some ids, those that are selected; None where the conditions say it all.
        nothing: no record is selected.
    """

    conditions: tuple[Condition, ...] = ()
    keep: Callable[[Collection[str]], set[str]] | None = None
    nothing: bool = False


def narrowing(assets: Assets, where: str, viewer: Viewer) -> Narrowing:
    """How to search among the records that a selection leaves.

    Raises:
        InvalidSelection: it cannot be understood.
    """
    if not where.strip():
        return Narrowing()
    ids = assets.selected(where, viewer, most=MOST_NAMED)
    if ids is None:
        return Narrowing(keep=lambda found: assets.among(where, viewer, found))
    return Narrowing((Condition("asset_id", any_of=ids),), nothing=not ids)
