"""The media type of a file, from its content.

The file name is asked only to tell kinds of text apart (a table from Markdown), and for
Targa, which has no signature; never to tell what other bytes are: a JPEG named
``letter.pdf`` is a JPEG.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePath

from pipelines.analysis import AssetKind
from pipelines.containers import (
    iso_media_type,
    matroska_media_type,
    ole_media_type,
    transport_media_type,
    zip_media_type,
)
from pipelines.raw_types import tiff_media_type
from pipelines.text_decoding import looks_like_text
from pipelines.text_types import text_media_type

HEAD_BYTES = 64 * 1024
"""How much of the start, and of the end, of a file is looked at."""

UNKNOWN = "application/octet-stream"
EMPTY = "application/x-empty"

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"IIRO", "image/x-olympus-orf"),
    (0, b"IIRS", "image/x-olympus-orf"),
    (0, b"MMOR", "image/x-olympus-orf"),
    (0, b"IIU\x00", "image/x-panasonic-rw2"),
    (0, b"FUJIFILMCCD-RAW ", "image/x-fuji-raf"),
    (6, b"HEAPCCDR", "image/x-canon-crw"),
    (0, b"\x00MRM", "image/x-minolta-mrw"),
    (0, b"FOVb", "image/x-sigma-x3f"),
    (8, b"IIII", "image/x-phaseone-iiq"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (0, b"\xb1\x68\xde\x3a", "image/vnd.zbrush.dcx"),
    (0, b"\x59\xa6\x6a\x95", "image/x-sun-raster"),
    (2048, b"PCD_IPI", "image/x-photo-cd"),
    (0, b"SIMPLE  =", "image/fits"),
    (4, b"\x11\xaf", "image/x-fli"),
    (4, b"\x12\xaf", "image/x-fli"),
    (
        0,
        b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5\xbd\x31\xef\xe7\xfe\x74\xb7\x1d",
        "application/x-indesign",
    ),
    (0, b"icns", "image/icns"),
    (0, b"qoif", "image/qoi"),
    (0, b"DDS ", "image/vnd-ms.dds"),
    (0, b"\x01\xda", "image/sgi"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"SDPX", "image/x-dpx"),
    (0, b"XPDS", "image/x-dpx"),
    (0, b"BLP1", "image/x-blp"),
    (0, b"BLP2", "image/x-blp"),
    (0, b"\xffWPC", "application/vnd.wordperfect"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\x00\x00\x01\xba", "video/mpeg"),
    (0, b"\x00\x00\x01\xb3", "video/mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"MAC ", "audio/x-ape"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x0b\x77", "audio/ac3"),
    (0, b".snd", "audio/basic"),
    (0, b"caff", "audio/x-caf"),
    (0, b"wvpk", "audio/x-wavpack"),
    (8, b"AIFF", "audio/aiff"),
    (8, b"AIFC", "audio/aiff"),
    (4, b"moov", "video/quicktime"),
    (4, b"mdat", "video/quicktime"),
    (4, b"wide", "video/quicktime"),
    (0, b"MThd", "audio/midi"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"ITSF\x03", "application/vnd.ms-htmlhelp"),
    (4, b"Standard ACE DB", "application/x-msaccess"),
    (4, b"Standard Jet DB", "application/x-msaccess"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xc5\xd0\xd3\xc6", "image/x-eps"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"OTTO", "font/otf"),
    (0, b"\x00\x01\x00\x00\x00", "font/ttf"),
)
_RIFF_AT_8 = frozenset({"image/webp", "audio/wav", "video/x-msvideo"})
_RIFF = (b"RIFF", b"RIFX")
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_TGA_EXTENSIONS = frozenset({".tga", ".icb", ".vda", ".vst"})
_PDF_MAGIC_WITHIN = 1024


def sniff_file(path: Path, name: str = "") -> str:
    """The media type of a file on disk, from its first and last 64 KiB.

    Args:
        path: the file.
        name: the name that people know it by, a hint for kinds of text; the path's own
            name if empty.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        tail = b""
        if head.startswith(b"PK"):
            size = file.seek(0, os.SEEK_END)
            file.seek(max(len(head), size - HEAD_BYTES))
            tail = file.read(HEAD_BYTES)
    return sniff(head, name or path.name, tail=tail)


def sniff(head: bytes, name: str = "", *, tail: bytes = b"") -> str:
    """The media type of content, from its start (and its end, for zip files).

    Returns:
        ``application/x-empty`` for no bytes, ``application/octet-stream`` for unknown ones.
    """
    if not head:
        return EMPTY
    found = _container(head, tail) or _magic(head)
    if not found and (looks_like_text(head) or _starts_as_markup(head)):
        found = text_media_type(head, PurePath(name).suffix.lower())
    return found or _weak_magic(head, PurePath(name).suffix.lower())


def kind_of(media_type: str) -> AssetKind:
    """What a person calls a file of a media type."""
    family = media_type.partition("/")[0]
    if family in {"image", "video", "audio"}:
        return family  # type: ignore[return-value]
    if family in {"text", "message"} or media_type in _DOCUMENTS:
        return "document"
    if media_type.startswith(("application/vnd.o", "application/vnd.ms-", "application/vnd.apple")):
        return "document"
    return "other"


_DOCUMENTS = frozenset(
    {
        "application/pdf",
        "application/rtf",
        "application/msword",
        "application/epub+zip",
        "application/onenote",
        "application/json",
        "application/xml",
        "application/postscript",
        "application/vnd.visio",
        "application/vnd.wordperfect",
        "application/x-indesign",
        "application/x-ole-storage",
    }
)


def _container(head: bytes, tail: bytes) -> str:
    """The type of a file whose signature leaves open what it holds; empty for others."""
    if b"%PDF-" in head[:_PDF_MAGIC_WITHIN]:
        return "application/pdf"
    if head.startswith(_TIFF):
        return tiff_media_type(head)
    if head.startswith((b"%!PS", b"\x04%!PS")):
        return "image/x-eps" if b"EPSF" in head[:40] else "application/postscript"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return zip_media_type(head, tail)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return ole_media_type(head)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return matroska_media_type(head)
    return iso_media_type(head) if head[4:8] == b"ftyp" else transport_media_type(head)


def _starts_as_markup(head: bytes) -> bool:
    """Whether it begins as HTML or XML, in whatever encoding its text may be."""
    start = head[:_PDF_MAGIC_WITHIN].lstrip()[:14].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<?xml")) and b"\x00" not in head


def _magic(head: bytes) -> str:
    """The type by signature; empty where none fits."""
    for offset, magic, media_type in _MAGIC:
        in_riff = media_type in _RIFF_AT_8
        if head.startswith(magic, offset) and (not in_riff or head.startswith(_RIFF)):
            return media_type
    return ""


def _weak_magic(head: bytes, extension: str) -> str:
    """Signatures so short that text has to be ruled out first.

    Targa has none: there the extension is asked, and the header has to make sense.
    """
    if head[:2] == b"BM" and len(head) > 26 and head[14] in {12, 40, 52, 56, 64, 108, 124}:
        return "image/bmp"
    if head[:4] == b"\x00\x00\x02\x00" and any(head[4:6]):
        return "image/x-win-cursor"
    if head[:1] == b"P" and head[1:2] in b"123456f" and head[2:3].isspace():
        return "image/x-portable-anymap"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 in {0xE2, 0xE4}:
        return "audio/mpeg"
    if head[:1] == b"\x0a" and len(head) > 3 and head[1] <= 5 and head[2] == 1:
        return "image/vnd.zbrush.pcx"
    if (
        extension in _TGA_EXTENSIONS
        and len(head) > 18
        and head[1] <= 1
        and head[2] & ~8 in {1, 2, 3}
    ):
        return "image/x-tga"
    return UNKNOWN
