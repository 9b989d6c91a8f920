"""XMP files: sidecars that were added by themselves, and files kept for their XMP alone."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.analysis import Analysis, Unit, Value
from pipelines.metadata.packet import find_packet
from pipelines.metadata.reconcile import reconcile
from pipelines.metadata.xmp import MOST_BYTES, Node, parse_xmp
from pipelines.metadata.xmp_fields import property_values
from pipelines.pictures import make_picture
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.xmp_preview import preview_in

MEDIA_TYPES = frozenset({"application/rdf+xml", "application/x-indesign"})

_SIDECAR = "application/rdf+xml"
_ONLY_PREVIEW = "Only the preview that the program saved was read; save a PDF to make it findable."


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield the values of an XMP file; of a design file also the preview in its XMP.

    Raises:
        Unreadable: there is no XMP in a file that should hold nothing else, or no preview.
    """
    properties = _properties(file.path, whole=file.media_type == _SIDECAR)
    values = reconcile(property_values(properties))
    if file.media_type == _SIDECAR:
        if not properties:
            raise Unreadable("corrupt", "The XMP in the file is damaged; upload a sound copy.")
        yield Analysis("other", file.media_type, values=values)
        return
    image = preview_in(properties, file.limits.pixels)
    if image is None:
        yield Analysis("document", file.media_type, values=values)
        raise Unreadable(
            "unsupported",
            "InDesign files are kept and found by their properties; save a PDF to read the text.",
        )
    picture = make_picture(image, image.size, fingerprint=False)
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=values,
        units=(Unit(key="image", kind="image", picture=picture),),
        preview=picture,
        warnings=(_ONLY_PREVIEW,),
    )


def packet_values(path: Path) -> tuple[Value, ...]:
    """Values of the XMP packet in a file of any type; none where there is no sound one."""
    return reconcile(property_values(_properties(path, whole=False)))


def _properties(path: Path, *, whole: bool) -> Mapping[str, Node]:
    """The XMP that a file is, or holds somewhere; none where it is damaged."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        packet = data[:MOST_BYTES] if whole else find_packet(data)
    try:
        return parse_xmp(packet)
    except ValueError:
        return {}
