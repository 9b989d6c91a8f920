"""What a field of the record is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.analysis import AssetKind

FieldType = Literal[
    "text",
    "localised",
    "texts",
    "choice",
    "date",
    "datetime",
    "duration",
    "integer",
    "number",
    "boolean",
]
"""``localised``: a text per language; ``texts``: a list; ``duration``: years to days."""

World = Literal["asset", "document", "both"]
"""Where a field makes sense: pictures, video and sound; documents; or both."""

Content = str | int | float | bool | tuple[str, ...]
"""What one field holds in one language, in its canonical form (see ``contents``)."""

_IN_DOCUMENTS = frozenset({"document", "other"})
_IN_ASSETS = frozenset({"image", "video", "audio", "other"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the record.

    Attributes:
        name: stable, in code, files and the API; what the pipelines call it too.
        label: for people.
        type: what it holds.
        help: one sentence for whoever fills it in.
        world: the kinds of files that it makes sense for.
        writable: False for what only machines tell, such as the camera.
        personal: says who somebody is or where they were.
        required: a record without it is not complete.
        vocabulary: the only values allowed; empty where any is.
        pattern: regular expression that the whole text has to fit; empty where any does.
        minimum, maximum: bounds of a number.
        separators: characters that part a list in a plain text; the first joins it again.
        aliases: other names under which imports may bring it.
        xmp: XMP property, or ``structure/member``; empty for ``magpie:NAME``.
        iptc: IPTC-IIM dataset.
        dublin_core: Dublin Core term.
        schema_org: schema.org property, a path where it stands inside of another thing.
        custom: the owner of the library defined it.
    """

    name: str
    label: str
    type: FieldType
    help: str
    world: World = "both"
    writable: bool = True
    personal: bool = False
    required: bool = False
    vocabulary: tuple[str, ...] = ()
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    separators: str = ";"
    aliases: tuple[str, ...] = ()
    xmp: str = ""
    iptc: str = ""
    dublin_core: str = ""
    schema_org: str = ""
    custom: bool = False

    def is_for(self, kind: AssetKind) -> bool:
        """Whether the field makes sense for files of a kind."""
        if self.world == "both":
            return True
        return kind in (_IN_DOCUMENTS if self.world == "document" else _IN_ASSETS)

    @property
    def xmp_property(self) -> str:
        """Where XMP holds it: a standard property, or one of Magpie's own namespace."""
        return self.xmp or f"magpie:{self.name}"

    @property
    def json_ld_property(self) -> str:
        """Where JSON-LD holds it: a schema.org property, or one of Magpie's own."""
        return self.schema_org or f"magpie:{self.name}"
