"""The sample library: a small museum's photos, papers and mail, made on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from service.sample.documents.brochure import brochure
from service.sample.documents.contract import nda
from service.sample.documents.invoices import coffee_invoice, showcase_invoice
from service.sample.documents.letter import scanned_letter
from service.sample.documents.mail import cafe_notice, loan_thread
from service.sample.documents.policy import policy
from service.sample.documents.prices import price_list
from service.sample.edits import EDITS
from service.sample.photos import PHOTOS, photo_file

CREDITS = "CREDITS.txt"

_Make = Callable[[], bytes]
_DOCUMENTS: tuple[tuple[str, _Make], ...] = (
    ("Brand/Off the Ground brochure.pdf", lambda: brochure(photo_file("rocket.jpg"))),
    ("Brand/Picture library prices 2025.pdf", price_list),
    ("Contracts/NDA Longitude Exhibit Studio.pdf", nda),
    ("Finance/2025-02 invoice 10482.pdf", showcase_invoice),
    ("Finance/2025-03 SF-2025-0318.pdf", coffee_invoice),
    ("Mail/Café opens later on Tuesday.eml", cafe_notice),
    ("Mail/Loan of the coins.txt", loan_thread),
    ("Mail/Scan_20250124.pdf", scanned_letter),
    ("Policies/Travel and expenses.md", policy),
)


def build(folder: Path) -> list[Path]:
    """Make the sample library, or what is missing of it.

    A file that exists is left alone, so a second call writes nothing. The files are the
    same, byte for byte, wherever the same versions of the libraries make them. Who made the
    photos, and on what terms, is written to ``CREDITS.txt`` beside them.

    Args:
        folder: made if it is missing.

    Returns:
        The files of the library, without the credits, in a stable order.

    Raises:
        MagpieError: the extra ``sample`` is not installed.
    """
    _write_missing(folder / CREDITS, _credits)
    files = []
    for name, make in _contents():
        file = folder / name
        _write_missing(file, make)
        files.append(file)
    return files


def _contents() -> Iterator[tuple[str, _Make]]:
    for photo in PHOTOS:
        yield photo.filed, photo.encoded
    yield from EDITS
    yield from _DOCUMENTS


def _write_missing(file: Path, make: _Make) -> None:
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    # Renamed when complete: a file that exists is whole.
    unfinished = file.with_name(f".{file.name}.part")
    unfinished.write_bytes(make())
    unfinished.replace(file)


def _credits() -> bytes:
    lines = [
        "The photos of this sample library come with the Python package scikit-image",
        "(skimage/data). The pictures in Brand/Web, Press/from-phone.jpg and the cover of the",
        "brochure are edited copies of them. The people, firms and papers are made up.",
        "",
    ]
    for photo in PHOTOS:
        lines.append(photo.filed)
        lines.append(f"    {photo.source}: {photo.creator or 'author not stated'}. {photo.terms}.")
    return ("\n".join(lines) + "\n").encode()
