"""What the scenes of a clip say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.tagging.signals import Evidence

_REPEAT = 0.15
"""How much a further scene that shows a term adds, as a share of its probability. Scenes of a
clip resemble each other: they are no independent witnesses."""

_MOST_REPEATS = 4


def together(
    scenes: Sequence[Mapping[str, Sequence[Evidence]]],
) -> dict[str, list[Evidence]]:
    """Evidence of a clip by term: of each kind the strongest, a little surer where it recurs.

    Args:
        scenes: evidence by term of each scene. What stands outside of scenes, such as the
            name of the file, is one more of them.
    """
    by_kind: dict[str, dict[str, list[Evidence]]] = {}
    for scene in scenes:
        for id_, reasons in scene.items():
            for reason in reasons:
                by_kind.setdefault(id_, {}).setdefault(reason.signal, []).append(reason)
    return {
        id_: [_strongest(reasons) for reasons in kinds.values()] for id_, kinds in by_kind.items()
    }


def _strongest(reasons: Sequence[Evidence]) -> Evidence:
    ranked = sorted(reasons, key=lambda each: -each.probability)
    best, wrong = ranked[0], 1.0 - ranked[0].probability
    for other in ranked[1 : 1 + _MOST_REPEATS]:
        wrong *= 1.0 - _REPEAT * other.probability
    return Evidence(best.signal, 1.0 - wrong, best.detail, best.second)
