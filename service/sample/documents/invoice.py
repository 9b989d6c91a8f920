"""What an invoice says: lines, taxes and the total, added up in cents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """What was sold: ``price`` of one unit in euro without tax, ``tax`` in per cent."""

    text: str
    quantity: Decimal
    unit: str
    price: Decimal
    tax: Decimal

    @property
    def net(self) -> Decimal:
        return (self.quantity * self.price).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice and how it is to be paid."""

    vendor: str
    address: tuple[str, ...]
    contact: tuple[str, ...]
    vat_number: str
    number: str
    date: str
    due: str
    reference: str
    bank: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    note: str

    @property
    def net(self) -> Decimal:
        """The sum without tax."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def taxes(self) -> dict[Decimal, Decimal]:
        """Tax due for each rate, in euro."""
        nets: dict[Decimal, Decimal] = {}
        for line in self.lines:
            nets[line.tax] = nets.get(line.tax, Decimal(0)) + line.net
        return {
            rate: (net * rate / 100).quantize(_CENT, ROUND_HALF_UP)
            for rate, net in sorted(nets.items())
        }

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return self.net + sum(self.taxes.values(), Decimal(0))
