"""Files that are small and ask for a lot: made, not shipped.

None does harm by lying there; a reader without limits runs out of memory, time or stack.
"""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

_MIB = 1024 * 1024
_ZEROS = bytes(_MIB)
_UNPACKED_MIB = 1_024
_DEPTH = 100_000
_LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
_QUADRATIC = f'<!DOCTYPE r [<!ENTITY a "{"a" * 100_000}">]>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def make_bombs(folder: Path) -> list[Path]:
    """Write one file of each kind into a folder; about 10 MB together."""
    made = []
    for name, write in _BOMBS.items():
        path = folder / name
        write(path)
        made.append(path)
    return made


def long_pdf(path: Path, pages: int) -> None:
    """A PDF of many pages with a few lines of text on each."""
    objects: list[bytes] = []
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(pages))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids))
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number in range(pages):
        lines = b"".join(
            b"0 -14 Td (Page %d, line %d: the quick brown fox jumps over the lazy dog.) Tj\n"
            % (number + 1, line)
            for line in range(40)
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * number)
        )
        objects.append(_stream(b"BT /F1 11 Tf 50 800 Td\n" + lines + b"ET", b""))
    path.write_bytes(_pdf(objects))


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _member(archive, "a.txt", _UNPACKED_MIB)


def _many_entries(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.txt", b"a")


def _nested_zip(path: Path) -> None:
    """Ten copies in each of six layers: a million files."""
    inner = path.with_suffix(".tmp")
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _member(archive, "a.txt", 10)
    for _ in range(6):
        data = inner.read_bytes()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"{copy}.zip", data)
    inner.rename(path)


def _gzip(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(_UNPACKED_MIB):
            stream.write(_ZEROS)


def _wide_png(path: Path) -> None:
    path.write_bytes(_png(60_000, 60_000, rows=100))


def _full_png(path: Path) -> None:
    """As many pixels as are allowed, in 16 bits of RGBA."""
    path.write_bytes(_png(10_900, 11_000, rows=11_000, depth=16, colour=6))


def _stream_pdf(path: Path) -> None:
    """One page whose contents unpack to a gigabyte, deflated twice."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
    ]
    once = _deflated(b"0 0 m 9 9 l S\n" * 70_000, _UNPACKED_MIB)
    objects.append(_stream(zlib.compress(once), b"/Filter [/FlateDecode /FlateDecode]"))
    path.write_bytes(_pdf(objects))


def _xml(path: Path) -> None:
    path.write_text(f'<?xml version="1.0"?>{_LAUGHS}<r>&a11;</r>')


def _quadratic_xml(path: Path) -> None:
    path.write_text(f'<?xml version="1.0"?>{_QUADRATIC}<r>{"&a;" * 20_000}</r>')


def _outside_xml(path: Path) -> None:
    """An entity that is never-ending where the system has such a file."""
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///dev/zero">]><r>&a;</r>'
    )


def _svg(path: Path) -> None:
    path.write_text(
        f'<?xml version="1.0"?>{_LAUGHS}<svg xmlns="http://www.w3.org/2000/svg" width="9" '
        'height="9"><text>&a11;</text></svg>'
    )


def _docx(path: Path) -> None:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    kinds = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    links = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/relationships/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    )
    body = f"<w:document {_WORD}><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", kinds)
        archive.writestr("_rels/.rels", links)
        archive.writestr("word/document.xml", f'<?xml version="1.0"?>{_LAUGHS}{body}</w:document>')


def _deep_json(path: Path) -> None:
    path.write_text("[" * _DEPTH + "]" * _DEPTH)


def _deep_xml(path: Path) -> None:
    path.write_text('<?xml version="1.0"?>' + "<a>" * _DEPTH + "</a>" * _DEPTH)


def _deep_html(path: Path) -> None:
    path.write_text("<!DOCTYPE html><html><body>" + "<div>" * _DEPTH + "Deep")


_BOMBS: dict[str, Callable[[Path], None]] = {
    "bomb.zip": _zip,
    "entries.zip": _many_entries,
    "nested.zip": _nested_zip,
    "bomb.gz": _gzip,
    "wide.png": _wide_png,
    "full.png": _full_png,
    "stream.pdf": _stream_pdf,
    "laughs.xml": _xml,
    "quadratic.xml": _quadratic_xml,
    "outside.xml": _outside_xml,
    "laughs.svg": _svg,
    "laughs.docx": _docx,
    "deep.json": _deep_json,
    "deep.xml": _deep_xml,
    "deep.html": _deep_html,
}


def _member(archive: zipfile.ZipFile, name: str, mib: int) -> None:
    with archive.open(name, "w") as stream:
        for _ in range(mib):
            stream.write(_ZEROS)


def _png(width: int, height: int, *, rows: int, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that is black as far as its rows go."""
    channels = {2: 3, 6: 4}[colour]
    row = bytes(1 + width * channels * depth // 8)
    packer = zlib.compressobj(1)
    pixels = b"".join([*(packer.compress(row) for _ in range(rows)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _deflated(block: bytes, times: int) -> bytes:
    packer = zlib.compressobj(1)
    return b"".join([*(packer.compress(block) for _ in range(times)), packer.flush()])


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def _pdf(objects: list[bytes]) -> bytes:
    return b"".join(_pdf_parts(objects))


def _pdf_parts(objects: list[bytes]) -> Iterator[bytes]:
    head = b"%PDF-1.4\n"
    yield head
    at, places = len(head), []
    for number, body in enumerate(objects, 1):
        places.append(at)
        written = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        at += len(written)
        yield written
    yield b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    yield b"".join(b"%010d 00000 n \n" % place for place in places)
    yield b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    yield b"startxref\n%d\n%%%%EOF\n" % at
