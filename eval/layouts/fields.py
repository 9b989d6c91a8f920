"""The layouts of documents whose fields are known.

- ``expected.jsonl`` with rows ``{"file": "a.jpg", "expected": {...}}``: receipts (SROIE, Huang
  et al. 2019) with ``company date address total`` and ``lines``, or agreements (Kleister NDA,
  Stanislawek et al. 2021) with lists of ``party jurisdiction effective_date term``;
- ``NAME.json`` beside ``NAME.pdf``: invoices. Which keys count as which field stands in
  ``INVOICE_KEYS``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from eval.errors import EvalError
from eval.layouts import rows
from pipelines.analysis import Box
from pipelines.documents.pages import Piece

Kind = Literal["receipt", "contract", "invoice"]

INVOICE_KEYS: Mapping[str, tuple[str, ...]] = {
    "seller": ("partner_name", "issuer"),
    "number": ("invoice_number", "Receipt No"),
    "date": ("date",),
    "due_date": ("date_due",),
    "total": ("amount",),
    "net": ("amount_untaxed",),
    "tax": ("amount_tax",),
    "currency": ("currency",),
    "iban": ("iban",),
    "vat_number": ("vat", "static_vat"),
}
"""Our fields and the keys of these files; the first key that a file has counts."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document and its values by field; ``lines`` where people have read them."""

    path: Path
    expected: Mapping[str, Sequence[str]]
    lines: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownFields:
    """Documents of one kind."""

    kind: Kind
    documents: Sequence[Known]


def read(data: Path) -> KnownFields:
    """The documents of a folder in one of the layouts.

    Raises:
        EvalError: there is none.
    """
    rows.folder(data)
    listed = data / "expected.jsonl"
    if listed.is_file():
        found = [_known(row, listed) for row in rows.read(listed)]
        is_receipt = any("company" in each.expected for each in found)
        return KnownFields("receipt" if is_receipt else "contract", found)
    paths = [path for path in sorted(data.glob("*.json")) if path.with_suffix(".pdf").is_file()]
    if not paths:
        raise EvalError(
            f"{data} holds neither expected.jsonl nor NAME.json beside NAME.pdf; name a folder "
            "of documents whose fields are known."
        )
    return KnownFields("invoice", [_invoice(path) for path in paths])


def read_text(path: Path) -> list[Known]:
    """Receipts of ``train_text.jsonl``: lines and fields without pictures."""
    return [_known(row, path) for row in rows.read(path)]


def _known(row: dict[str, Any], listed: Path) -> Known:
    expected = {
        name: [str(each) for each in (value if isinstance(value, list) else [value])]
        for name, value in rows.value(row, "expected", listed).items()
        if value
    }
    return Known(listed.parent / str(row.get("file", "")), expected, _pieces(row.get("lines", [])))


def _pieces(lines: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    if not lines:
        return ()
    width = max(max(line["poly"][0::2]) for line in lines) * 1.02
    height = max(max(line["poly"][1::2]) for line in lines) * 1.02
    made = []
    for number, line in enumerate(lines):
        across, down = line["poly"][0::2], line["poly"][1::2]
        box = Box(min(across) / width, min(down) / height, max(across) / width, max(down) / height)
        if line["text"].strip():
            made.append(Piece(line["text"].strip(), 1, number, box))
    return tuple(made)


def _invoice(path: Path) -> Known:
    content = json.loads(path.read_text(encoding="utf-8"))
    values = content[0] if isinstance(content, list) else content
    expected = {}
    for field, keys in INVOICE_KEYS.items():
        given = next((values[key] for key in keys if values.get(key)), None)
        if given is not None:
            expected[field] = [str(given)]
    return Known(path.with_suffix(".pdf"), expected)
