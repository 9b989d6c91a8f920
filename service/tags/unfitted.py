"""Visual models of which nobody knows what their likeness to a term is worth."""

from __future__ import annotations

from models.descriptor import ModelDescriptor
from pipelines.tagging.fitted import fitted


def remark_on(descriptor: ModelDescriptor) -> str:
    """What people should know of tags by a visual model; empty where all is well."""
    if fitted(descriptor) is not None:
        return ""
    return (
        f"The model {descriptor.name} gives no tags by the names of terms, for nobody has measured "
        "how far it can be trusted with them: tags come from keywords, names, colours and terms "
        "that it learned. Accept terms on about ten pictures each and give `magpie tags learn`, or "
        "choose the visual model that comes with Magpie."
    )
