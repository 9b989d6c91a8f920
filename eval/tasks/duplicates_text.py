"""How well derived texts and copies are told from others, and whether invoices stay apart.

Of a folder with ``labels.jsonl`` (texts and their sources; Clough and Stevenson 2011): a text and
its source are found where they are linked in any way. ``f1_cut`` tells ``cut`` from ``non``,
``f1_light`` tells ``light`` from ``non``; others are left out. Of a folder with
``exact_duplicates.json``: ``exact_recall`` of groups of same articles. Always: 200 made-up
invoices of one vendor that differ by number, date and amount, of which none may be joined.

The bound of containment was chosen on articles of ``bbc_news`` and excerpts of them with every
fifth word changed, not on student texts.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.errors import EvalError
from eval.layouts import rows
from eval.registry import Figures

_INVOICES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        required=True,
        metavar="DIR",
        help="folder with labels.jsonl, or with exact_duplicates.json; may be repeated",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure folders."""
    figures: dict[str, float] = {}
    for data in options.data:
        if (rows.folder(data) / "labels.jsonl").is_file():
            figures |= _derived(data)
        elif (data / "exact_duplicates.json").is_file():
            figures |= _exact(data)
        else:
            raise EvalError(f"{data} holds neither labels.jsonl nor exact_duplicates.json.")
    figures |= _invoices()
    return figures


def _derived(data: Path) -> dict[str, float]:
    path = data / "labels.jsonl"
    # The sources have rows of their own, without a source.
    labels = [row for row in rows.read(path) if rows.value(row, "source", path)]
    texts = {
        str(rows.value(row, key, path)): (data / row[key]).read_text("utf-8", errors="replace")
        for row in labels
        for key in ("file", "source")
    }
    linked, _ = _found(list(texts.values()), list(texts))
    found = {
        category: [
            frozenset((row["file"], row["source"])) in linked
            for row in labels
            if rows.value(row, "category", path) == category
        ]
        for category in ("cut", "light", "non")
    }
    return {
        "f1_cut": _f1(found["cut"], found["non"]),
        "f1_light": _f1(found["light"], found["non"]),
        "non_linked": sum(found["non"]),
        "texts": len(texts),
    }


def _f1(hits: Sequence[bool], false: Sequence[bool]) -> float:
    right = sum(hits)
    return round(2 * right / max(1, len(hits) + right + sum(false)), 4)


def _exact(data: Path) -> dict[str, float]:
    path = data / "articles.jsonl"
    articles = rows.read(path)
    texts = {
        str(rows.value(row, "id", path)): str(rows.value(row, "text", path)) for row in articles
    }
    known = json.loads((data / "exact_duplicates.json").read_text(encoding="utf-8"))
    print(f"Comparing {len(texts):,} articles ...", file=sys.stderr)
    _, grouped = _found(list(texts.values()), list(texts))
    wanted = _pairs_within(known)
    return {
        "exact_recall": round(len(wanted & grouped) / max(1, len(wanted)), 4),
        "exact_pairs": len(wanted),
        "other_pairs_joined": len(grouped - wanted),
        "articles": len(texts),
    }


def _invoices() -> dict[str, float]:
    source = random.Random(0)
    texts = [_invoice(source, number) for number in range(_INVOICES)]
    _, grouped = _found(texts, [f"{number:03}" for number in range(_INVOICES)])
    return {"invoices": _INVOICES, "invoices_merged": len(grouped)}


def _invoice(source: random.Random, number: int) -> str:
    net = source.randint(1_000, 900_000) / 100
    day = f"2024-{source.randint(1, 12):02}-{source.randint(1, 28):02}"
    return (
        "Northwind Office Supplies Ltd., 12 Harbour Road, Leeds LS1 4AB, United Kingdom\n"
        f"INVOICE No. NW-{20_000 + number}\nDate: {day}\nCustomer: Contoso Trading GmbH, Berlin\n"
        "Position 1: Paper, A4, 80 g, recycled, in boxes of five packs with free delivery\n"
        f"Net amount: EUR {net:.2f}\nVAT 19 %: EUR {net * 0.19:.2f}\n"
        f"Total amount due: EUR {net * 1.19:.2f}\n"
        "Please pay within 30 days of the date of this invoice, without deduction, to the account "
        "named below, and give the number of the invoice. Goods stay our property until they are "
        "paid in full. Place of jurisdiction is Leeds.\n"
    )


def _found(texts: list[str], names: list[str]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    """Pairs of names that are linked in any way, and pairs that stand in one group."""
    from pipelines.duplicates.groups import groups
    from pipelines.duplicates.text_prints import text_print
    from pipelines.duplicates.texts import text_links

    links = text_links([text_print(text) for text in texts], texts.__getitem__, names=names)
    linked = {frozenset((names[link.first], names[link.second])) for link in links}
    members = [[names[item] for item in group.members] for group in groups(links, names)]
    return linked, _pairs_within(members)


def _pairs_within(groups: Sequence[Sequence[str]]) -> set[frozenset[str]]:
    return {
        frozenset((one, other))
        for group in groups
        for place, one in enumerate(group)
        for other in group[place + 1 :]
    }
