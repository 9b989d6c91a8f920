"""What extraction gives: values with evidence, or unknown with what it could be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipelines.documents.fields.checks import Check
from pipelines.documents.pages import Evidence


@dataclass(frozen=True, slots=True)
class Found:
    """A value and how it is known.

    Attributes:
        value: normalised: ISO dates, amounts such as ``12.50``, names as usual.
        confidence: the chance that it is right, between 0 and 1.
        evidence: what stands where; None where it is computed or comes from embedded data.
        detail: what is known besides, such as the currency of an amount.
        source: ``rule`` where computed, ``embedded`` where the file says so as data, ``human``
            where a person said it.
        checks: what validators say of it.
    """

    value: str
    confidence: float
    evidence: Evidence | None
    detail: str = ""
    source: Literal["model", "rule", "embedded", "human"] = "model"
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Extracted:
    """What is known of a field.

    Attributes:
        name: of the field.
        values: one, or any number where the schema says ``many``; none means ``unknown``.
        options: other values that it could be, the likeliest first.
    """

    name: str
    values: tuple[Found, ...] = ()
    options: tuple[Found, ...] = field(default=())

    @property
    def unknown(self) -> bool:
        """Whether no value is sure enough to be given."""
        return not self.values
