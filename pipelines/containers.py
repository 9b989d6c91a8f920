"""Which kind of file a container holds: zip, OLE and ISO media, from a few bytes of each.

Nothing is unpacked, so a hostile container costs no more than a good one.
"""

from __future__ import annotations

_OOXML = "application/vnd.openxmlformats-officedocument."
_ZIP_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"word/document", _OOXML + "wordprocessingml.document"),
    (b"xl/workbook", _OOXML + "spreadsheetml.sheet"),
    (b"ppt/presentation", _OOXML + "presentationml.presentation"),
    (b"visio/document.xml", "application/vnd.ms-visio.drawing"),
    (b"FixedDocSeq", "application/vnd.ms-xpsdocument"),
    (b"FixedDocumentSequence", "application/vnd.ms-xpsdocument"),
    (b"Index/Presentation.iwa", "application/vnd.apple.keynote"),
    (b"Index/Slide", "application/vnd.apple.keynote"),
    (b"Index/Document.iwa", "application/vnd.apple.iwork"),
    (b"Index.zip", "application/vnd.apple.iwork"),
    (b"buildVersionHistory.plist", "application/vnd.apple.iwork"),
    (b"QuickLook/Thumbnail", "application/vnd.apple.iwork"),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
)
_OLE_MARKS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "application/vnd.ms-office.encrypted"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("Book", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("VisioDocument", "application/vnd.visio"),
    ("Quill", "application/x-mspublisher"),
)
_ISO_BRANDS: tuple[tuple[bytes, str], ...] = (
    (b"avif", "image/avif"),
    (b"avis", "image/avif"),
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"heim", "image/heic"),
    (b"heis", "image/heic"),
    (b"mif1", "image/heif"),
    (b"msf1", "image/heif"),
    (b"crx ", "image/x-canon-cr3"),
    (b"qt  ", "video/quicktime"),
    (b"M4A ", "audio/mp4"),
    (b"M4B ", "audio/mp4"),
    (b"3gp", "video/3gpp"),
)


def zip_media_type(head: bytes, tail: bytes) -> str:
    """What a zip file is, from the names in its first entries and its directory."""
    if head[30:38] == b"mimetype" and head[8:10] == b"\x00\x00":
        length = int.from_bytes(head[18:22], "little")
        start = 38 + int.from_bytes(head[28:30], "little")
        declared = head[start : start + min(length, 100)].decode("ascii", "replace").strip()
        if declared.startswith("application/"):
            return declared
    for mark, media_type in _ZIP_MARKS:
        if mark in tail or mark in head:
            return media_type
    return "application/zip"


def ole_media_type(head: bytes) -> str:
    """What an OLE compound file is, from the stream names in its directory.

    The directory lies anywhere; names outside of the bytes given stay unseen, and the
    answer is then ``application/x-ole-storage``.
    """
    for name, media_type in _OLE_MARKS:
        if name.encode("utf-16-le") in head:
            return media_type
    return "application/x-ole-storage"


def iso_media_type(head: bytes) -> str:
    """What an ISO base media file (MP4 family) is, from its major and compatible brands."""
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    for brand in brands:
        for mark, media_type in _ISO_BRANDS:
            if brand.startswith(mark):
                return media_type
    return "video/mp4"


def matroska_media_type(head: bytes) -> str:
    """WebM or another Matroska file, by the document type in its header (RFC 8794)."""
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def transport_media_type(head: bytes) -> str:
    """An MPEG transport stream, by its sync bytes (ISO 13818-1); empty for other files.

    Blu-ray and AVCHD put four bytes before each packet.
    """
    for first, length in ((0, 188), (4, 192)):
        places = range(first, first + 4 * length, length)
        if all(head[at : at + 1] == b"\x47" for at in places):
            return "video/mp2t"
    return ""
