"""Net, tax and total chosen together: the sum that fits wins over the likelier single amount."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product

from pipelines.documents.fields.results import Extracted, Found

_CENT = Decimal("0.01")
_FITS = 4.0
_FITS_NOT = -2.0
"""What a sum that fits, or does not, counts beside the logarithms of the chances; set by hand:
by chance one of 1,000 triples of amounts on a page fits."""

_LEAST_CHANCE = 1e-3
_NAMES = ("net", "tax", "total")


def choose_amounts(fields: Mapping[str, Extracted]) -> dict[str, Extracted]:
    """The fields with net, tax and total replaced where others fit better together.

    Needs all three fields and at least one value for each; else nothing changes.
    """
    changed = dict(fields)
    if any(name not in fields for name in _NAMES):
        return changed
    pools = [(*fields[name].values, *fields[name].options) for name in _NAMES]
    if not all(pools):
        return changed
    best = max(product(*pools), key=_score)
    if not _fits(best):
        return changed
    for name, chosen, pool in zip(_NAMES, best, pools, strict=True):
        rest = tuple(each for each in pool if each is not chosen)
        confidence = max(chosen.confidence, _joint(best))
        changed[name] = Extracted(name, (replace(chosen, confidence=round(confidence, 4)),), rest)
    return changed


def _score(triple: tuple[Found, ...]) -> float:
    likely = sum(math.log(max(_LEAST_CHANCE, each.confidence)) for each in triple)
    return likely + (_FITS if _fits(triple) else _FITS_NOT)


def _joint(triple: tuple[Found, ...]) -> float:
    """The chance of three amounts that fit: the odds of their mean, raised by the fit."""
    mean = sum(math.log(max(_LEAST_CHANCE, each.confidence)) for each in triple) / len(triple)
    odds = math.exp(mean) / max(_LEAST_CHANCE, 1 - math.exp(mean)) * math.exp(_FITS / 2)
    return odds / (1 + odds)


def _fits(triple: tuple[Found, ...]) -> bool:
    net, tax, total = (Decimal(each.value) for each in triple)
    return abs(net + tax - total) <= _CENT and 0 < tax < total
