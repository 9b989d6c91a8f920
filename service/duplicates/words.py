"""The evidence of a link as a sentence that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service.duplicates.kinds import WORDS

_EDITS: Mapping[str, Callable[[float], str]] = {
    "mirrored": lambda _: "mirrored",
    "turned": lambda degrees: f"turned by {degrees:.0f}°",
    "rotated": lambda degrees: f"rotated by {degrees:.1f}°",
    "stretched": lambda factor: f"stretched by {factor:.2f}",
    "cropped": lambda share: f"cropped to {share:.0%}",
    "border": lambda share: f"a border over {share:.0%}",
    "greyscale": lambda _: "without colour",
    "brightness": lambda levels: "brighter" if levels > 0 else "darker",
    "contrast": lambda factor: "more contrast" if factor > 1 else "less contrast",
    "saturation": lambda factor: "stronger colours" if factor > 1 else "weaker colours",
    "banner": lambda share: f"a banner over {share:.0%}",
    "overlay": lambda share: f"something drawn over {share:.0%}",
}


_DIFFERENCES = {
    "number": "differing numbers",
    "name": "differing names",
    "wording": "other differences",
}


def said(kind: str, evidence: Mapping[str, Any], first: str, second: str) -> str:
    """One sentence.

    Args:
        kind: of the link.
        evidence: as stored beside it.
        first, second: what the two are called.
    """
    return ", ".join((f"{second} beside {first}: {WORDS[kind]}", *_details(evidence))) + "."


def _details(evidence: Mapping[str, Any]) -> list[str]:
    details = [_edit(each) for each in evidence.get("edits") or ()]
    if evidence.get("page"):
        details.append(f"on page {evidence['page']}")
    if evidence.get("second") is not None:
        details.append(f"at second {evidence['second']:.0f}")
    if evidence.get("matches"):
        details.append(f"{evidence['matches']} matched points")
    if "agreement" in evidence and evidence.get("map"):
        details.append(f"{evidence['agreement']:.0%} of what both show agrees")
    if "hash_bits" in evidence:
        details.append(f"the perceptual hashes differ in {evidence['hash_bits']} of 64 bits")
    if "ratio" in evidence:
        details.append(f"{evidence['ratio']:.0%} of the words are the same")
        details += [
            f"{count} {_DIFFERENCES[name]}" for name, count in evidence["counts"].items() if count
        ]
    if "invoice" in evidence:
        invoice = evidence["invoice"]
        details.append(f"number {invoice['number']} of {invoice['vendor']}")
        details.append(f"{invoice['amount']} {invoice['currency']}".strip())
    return details


def _edit(edit: Mapping[str, Any]) -> str:
    words = _EDITS.get(edit["name"])
    return words(float(edit["amount"])) if words else str(edit["name"])
