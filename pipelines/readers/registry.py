"""Which reader reads which media type."""

from __future__ import annotations

from typing import cast

from pipelines.readers import (
    av,
    doc,
    docx,
    encrypted,
    epub,
    html,
    images,
    libreoffice,
    mail,
    msg,
    odf,
    ole,
    packaged,
    pdf,
    postscript,
    ppt,
    pptx,
    psd,
    raw,
    rtf,
    subtitles,
    svg,
    tables,
    text,
    xls,
    xlsx,
    xml,
    xmp_files,
    zips,
)
from pipelines.readers.base import Reader

FAMILIES: tuple[Reader, ...] = tuple(
    cast(Reader, module)
    for module in (
        images,
        raw,
        psd,
        svg,
        postscript,
        av,
        xmp_files,
        pdf,
        docx,
        pptx,
        xlsx,
        html,
        mail,
        msg,
        epub,
        odf,
        rtf,
        tables,
        subtitles,
        xml,
        doc,
        xls,
        ppt,
        encrypted,
        ole,
        packaged,
        libreoffice,
        zips,
        text,
    )
)
"""Reader modules; the first that names a media type reads it."""

_BY_TYPE: dict[str, Reader] = {}
for _family in reversed(FAMILIES):
    _BY_TYPE.update(dict.fromkeys(_family.MEDIA_TYPES, _family))


def reader_for(media_type: str) -> Reader | None:
    """The reader of a media type; None where there is none yet."""
    family = media_type.partition("/")[0]
    return _BY_TYPE.get(media_type) or _BY_TYPE.get(f"{family}/*")
