"""The evidence of a link as a sentence that a person understands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from service.duplicates.kinds import WORDS

_EDITS: Mapping[str, Callable[[float], str]] = {
    "mirrored": lambda _: "is mirrored",
    "turned": lambda degrees: f"is turned by {degrees:.0f}°",
    "rotated": lambda degrees: f"is rotated by {degrees:.1f}°",
    "stretched": lambda factor: f"is stretched by {factor:.2f}",
    "cropped": lambda share: f"is cropped to {share:.0%}",
    "border": lambda share: f"has a border over {share:.0%}",
    "greyscale": lambda _: "is without colour",
    "brightness": lambda levels: "is brighter" if levels > 0 else "is darker",
    "contrast": lambda factor: "has more contrast" if factor > 1 else "has less contrast",
    "saturation": lambda factor: "has stronger colours" if factor > 1 else "has weaker colours",
    "banner": lambda share: f"has a banner over {share:.0%}",
    "overlay": lambda share: f"has something drawn over {share:.0%}",
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
    # What tells two shots of one scene apart was not done to either.
    shown = {**evidence, "edits": ()} if kind == "similar" else evidence
    details = _details(shown, first, second)
    return ", ".join((f"{first} and {second}: {WORDS[kind]}", *details)) + "."


def _details(evidence: Mapping[str, Any], first: str, second: str) -> list[str]:
    details = [
        f"{second if each['on_second'] else first} {_edit(each)}"
        for each in evidence.get("edits") or ()
    ]
    if evidence.get("page"):
        details.append(f"on page {evidence['page']}")
    if evidence.get("second") is not None:
        details.append(f"at second {evidence['second']:.0f}")
    if evidence.get("matches") and evidence.get("map"):
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
    if "share_of_first" in evidence:
        details.append(f"{evidence['matches']} frames match")
        shares = evidence["share_of_first"], evidence["share_of_second"]
        details.append(f"they are {shares[0]:.0%} of {first} and {shares[1]:.0%} of {second}")
        if abs(evidence["offset_s"]) >= 0.5:
            details.append(f"{abs(evidence['offset_s']):.1f} seconds apart")
    if "invoice" in evidence:
        invoice = evidence["invoice"]
        details.append(f"number {invoice['number']} of {invoice['vendor']}")
        details.append(f"{invoice['amount']} {invoice['currency']}".strip())
    return details


def _edit(edit: Mapping[str, Any]) -> str:
    words = _EDITS.get(edit["name"])
    return words(float(edit["amount"])) if words else f"is changed ({edit['name']})"
