"""Built-in fields that say where and when, by the standards of ``builtin_descriptive``."""

from __future__ import annotations

from service.record.field import Field

PLACE_AND_TIME = (
    Field(
        name="location",
        label="Location",
        type="text",
        help="The place within the city.",
        aliases=("sublocation",),
        xmp="Iptc4xmpCore:Location",
        iptc="2:92",
        schema_org="contentLocation.name",
    ),
    Field(
        name="city",
        label="City",
        type="text",
        help="The city that it shows.",
        xmp="photoshop:City",
        iptc="2:90",
        schema_org="contentLocation.address.addressLocality",
    ),
    Field(
        name="state",
        label="State or province",
        type="text",
        help="The part of the country that it shows.",
        aliases=("province",),
        xmp="photoshop:State",
        iptc="2:95",
        schema_org="contentLocation.address.addressRegion",
    ),
    Field(
        name="country",
        label="Country",
        type="text",
        help="The country that it shows.",
        xmp="photoshop:Country",
        iptc="2:101",
        schema_org="contentLocation.address.addressCountry",
    ),
    Field(
        name="country_code",
        label="Country code",
        type="text",
        help="The country in two or three letters (ISO 3166-1).",
        xmp="Iptc4xmpCore:CountryCode",
        iptc="2:100",
    ),
    Field(
        name="world_region",
        label="World region",
        type="text",
        help="The part of the world that it shows.",
        xmp="Iptc4xmpExt:LocationShown/Iptc4xmpExt:WorldRegion",
    ),
    Field(
        name="captured_at",
        label="Taken",
        type="datetime",
        help="When it was taken or recorded, as exactly as is known.",
        aliases=("date created", "date taken"),
        xmp="photoshop:DateCreated",
        iptc="2:55",
        dublin_core="created",
        schema_org="dateCreated",
    ),
    Field(
        name="created_at",
        label="Made",
        type="datetime",
        help="When the file or document was made.",
        aliases=("creation date",),
        xmp="xmp:CreateDate",
        iptc="2:62",
        dublin_core="date",
    ),
)
