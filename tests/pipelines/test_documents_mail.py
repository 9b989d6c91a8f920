"""E-mail and what is attached to it; files embedded in PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from PIL import Image
from pypdfium2 import PdfDocument

from pipelines.limits import Limits
from pipelines.reading import read_file

Make = Callable[..., Image.Image]


def message(subject: str, body: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Ann Lee <ann@example.org>"
    mail["To"] = "bob@example.org"
    mail["Date"] = "Wed, 1 May 2024 10:00:00 +0200"
    mail.set_content(body)
    return mail


def test_attachments_are_units_of_their_own(tmp_path: Path, photo: Make) -> None:
    stream = io.BytesIO()
    photo().save(stream, "PNG")
    mail = message("Offer für März", "Please see the list.")
    mail.add_alternative("<p>Please see the <b>list</b>.</p>", subtype="html")
    mail.add_attachment(b"item,price\nlamp,20\n", "text", "csv", filename="list.csv")
    mail.add_attachment(stream.getvalue(), "image", "png", filename="lamp.png")
    mail.add_attachment(message("Earlier", "The first offer."))
    path = tmp_path / "offer.eml"
    path.write_bytes(bytes(mail))

    analysis = read_file(path)

    body, table, picture, earlier = analysis.units
    assert "Please see the list." in body.text
    assert body.text.count("Please see") == 1
    assert (table.key, table.section, table.text) == (
        "attachment:0/passage:0",
        "list.csv",
        "item | price\nlamp | 20",
    )
    assert (picture.key, picture.kind) == ("attachment:1/image", "embedded_image")
    assert "The first offer." in earlier.text
    found = {value.name: value.value for value in analysis.values}
    assert found["title"] == "Offer für März"
    assert found["from"] == "Ann Lee <ann@example.org>"
    assert found["created_at"] == "2024-05-01T10:00:00+02:00"
    assert found["attachments"][:2] == ("list.csv", "lamp.png")


def test_a_mailbox_is_read_message_by_message(tmp_path: Path) -> None:
    path = tmp_path / "all.mbox"
    lines = (f"From x@example.org Mon\n{message(s, 'Body of ' + s)}\n" for s in ("One", "Two"))
    path.write_text("\n".join(lines))
    analysis = read_file(path)
    assert [unit.section for unit in analysis.units] == ["One", "Two"]
    assert "Body of Two" in analysis.units[1].text


def test_mail_inside_mail_ends_at_the_depth_limit(tmp_path: Path) -> None:
    mail = message("0", "innermost")
    for depth in range(1, 9):
        outer = message(str(depth), f"level {depth}")
        outer.add_attachment(mail)
        mail = outer
    path = tmp_path / "deep.eml"
    path.write_bytes(bytes(mail))
    analysis = read_file(path, limits=Limits(depth=2))
    assert [unit.key.count("attachment") for unit in analysis.units] == [0, 1, 2]
    assert any("more than 2 others" in warning for warning in analysis.warnings)


def test_only_so_many_attachments_are_read(tmp_path: Path) -> None:
    mail = message("Many", "files")
    for number in range(9):
        mail.add_attachment(f"text {number}", filename=f"{number}.txt")
    path = tmp_path / "many.eml"
    path.write_bytes(bytes(mail))
    analysis = read_file(path, limits=Limits(attachments=4))
    assert len(analysis.units) == 5
    assert "Only the first 4 files inside were read." in analysis.warnings


def test_an_attachment_that_cannot_be_read_costs_nothing_else(tmp_path: Path) -> None:
    mail = message("Broken", "The body.")
    mail.add_attachment(b"\x89PNG\r\n\x1a\nbroken", "image", "png", filename="broken.png")
    path = tmp_path / "broken.eml"
    path.write_bytes(bytes(mail))
    analysis = read_file(path)
    assert analysis.failure is None
    assert "The body." in analysis.units[0].text
    assert any("broken.png could not be read" in warning for warning in analysis.warnings)


def test_files_embedded_in_a_pdf_are_read(tmp_path: Path) -> None:
    document = PdfDocument.new()
    document.new_page(300, 300)
    document.new_attachment("invoice.xml").set_data(b"<?xml version='1.0'?><a>Total 119 EUR</a>")
    path = tmp_path / "invoice.pdf"
    document.save(path)
    analysis = read_file(path)
    inner = [unit for unit in analysis.units if unit.key.startswith("attachment:0/")]
    assert [(unit.section, unit.text) for unit in inner] == [("invoice.xml", "Total 119 EUR")]
    assert [v.value for v in analysis.values if v.name == "attachments"] == [("invoice.xml",)]
