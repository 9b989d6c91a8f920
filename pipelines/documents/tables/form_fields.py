"""What was filled into the form fields of a PDF (AcroForm, ISO 32000-1, 12.7), as pairs.

Runs in the calling process, like ``pdf_pieces``. Scripts of a form are never run.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.documents.pdf_pieces import MOST_PAGES
from pipelines.documents.tables.pairs import MOST_PAIRS, Pair

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_WIDGETS = 2_000
_LONGEST_NAME, _LONGEST_VALUE = 200, 4_000
_OFF = "Off"
_PASSWORD = 1 << 13
"""Bit 14 of the flags of a text field (ISO 32000-1, table 228)."""


def form_pairs(path: Path, password: str | None = None) -> list[Pair]:
    """Names of filled-in fields and their values; what is empty or not ticked is left out.

    A field is called by its tooltip, which is written for people, else by its own name.
    Passwords and buttons are no values.

    Raises:
        pypdfium2.PdfiumError: the file cannot be opened.
    """
    from pypdfium2 import PdfDocument

    document = PdfDocument(path, password=password)
    try:
        if document.get_formtype() == 0:
            return []
        document.init_forms()
        return list(islice(dict.fromkeys(_pairs(document)), MOST_PAIRS))
    finally:
        document.close()


def _pairs(document: PdfDocument) -> Iterator[Pair]:
    from pypdfium2 import PdfiumError

    if document.formenv is None:
        return
    for index in range(min(len(document), MOST_PAGES)):
        try:
            page = document[index]
        except PdfiumError:
            continue
        yield from _of_page(document.formenv.raw, page, index + 1)
        page.close()


def _of_page(form: Any, page: PdfPage, number: int) -> Iterator[Pair]:
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_WIDGETS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            pair = _pair(form, annotation, number)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
        if pair is not None:
            yield pair


def _pair(form: Any, annotation: Any, page: int) -> Pair | None:
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        if not pdfium.FPDFAnnot_IsChecked(form, annotation):
            return None
        value = _said(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        value = value if value not in {"", _OFF} else "Yes"
    elif kind in (
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    ):
        if _is_password(form, annotation, kind):
            return None
        value = _said(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
    else:
        return None
    name = _said(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _said(
        pdfium.FPDFAnnot_GetFormFieldName, form, annotation
    )
    if not name or not value:
        return None
    return Pair(name[:_LONGEST_NAME].rstrip(" :"), value[:_LONGEST_VALUE], page)


def _is_password(form: Any, annotation: Any, kind: int) -> bool:
    import pypdfium2.raw as pdfium

    flags = pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation)
    return kind == pdfium.FPDF_FORMFIELD_TEXTFIELD and bool(flags & _PASSWORD)


def _said(read: Callable[..., int], form: Any, annotation: Any) -> str:
    """What one of PDFium's functions gives in UTF-16, on one line."""
    size = read(form, annotation, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(form, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    text = buffer.raw[: size - 2].decode("utf-16-le", "replace")
    return " ".join(text.replace("\x00", " ").split())
