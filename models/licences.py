"""The licence gate: which models the owner's policy lets in."""

from __future__ import annotations

from typing import Literal

from models.descriptor import ModelDescriptor
from models.errors import LicenceError

Policy = Literal["any", "commercial"]


def allowed(descriptor: ModelDescriptor, policy: Policy) -> bool:
    """Whether the policy lets the model in; ``unclear`` counts as forbidden."""
    return policy == "any" or descriptor.commercial == "yes"


def require(descriptor: ModelDescriptor, policy: Policy) -> None:
    """Let the model pass or raise LicenceError with a way out."""
    if allowed(descriptor, policy):
        return
    if descriptor.task == "visual":
        way_out = (
            "train a head on photos of your own with `python -m models.alignment.train`, "
            "add another visual model with `magpie models add`"
        )
    else:
        way_out = "add another text model with `magpie models add`"
    verdict = "does not allow" if descriptor.commercial == "no" else "does not clearly allow"
    raise LicenceError(
        f"The licence of {descriptor.name} ({descriptor.licence}) {verdict} commercial use: "
        f"{way_out}, or set MAGPIE_LICENCE_POLICY=any."
    )
