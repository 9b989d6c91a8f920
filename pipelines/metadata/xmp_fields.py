"""XMP properties into values of the record."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from pipelines.analysis import Value
from pipelines.metadata.exif import resolution, rounded
from pipelines.metadata.fields import Content, embedded, one_or_all
from pipelines.metadata.times import iso_time
from pipelines.metadata.xmp import (
    DEFAULT_LANGUAGE,
    Languages,
    Node,
    items,
    parse_xmp,
    texts,
)

Kind = Literal["text", "list", "words", "time", "number", "integer", "yes", "rating"]

_FIELDS: tuple[tuple[str, str, Kind], ...] = (
    ("dc:title", "title", "text"),
    ("pdf:Title", "title", "text"),
    ("photoshop:Headline", "headline", "text"),
    ("dc:description", "description", "text"),
    ("tiff:ImageDescription", "description", "text"),
    ("pdf:Subject", "description", "text"),
    ("Iptc4xmpCore:AltTextAccessibility", "alt_text", "text"),
    ("Iptc4xmpCore:ExtDescrAccessibility", "long_description", "text"),
    ("dc:subject", "keywords", "list"),
    ("pdf:Keywords", "keywords", "words"),
    ("photoshop:Category", "categories", "list"),
    ("photoshop:SupplementalCategories", "categories", "list"),
    ("Iptc4xmpCore:SubjectCode", "subject_codes", "list"),
    ("Iptc4xmpCore:Scene", "scene_codes", "list"),
    ("Iptc4xmpCore:IntellectualGenre", "genre", "text"),
    ("Iptc4xmpExt:PersonInImage", "people", "list"),
    ("Iptc4xmpExt:OrganisationInImageName", "organisations", "list"),
    ("Iptc4xmpExt:Event", "event", "text"),
    ("exif:UserComment", "comment", "text"),
    ("dc:language", "language", "list"),
    ("xmp:Rating", "rating", "rating"),
    ("xmp:Label", "label", "text"),
    ("photoshop:Urgency", "urgency", "integer"),
    ("dc:creator", "creator", "text"),
    ("tiff:Artist", "creator", "text"),
    ("pdf:Author", "creator", "text"),
    ("photoshop:AuthorsPosition", "creator_title", "text"),
    ("dc:contributor", "contributor", "text"),
    ("dc:publisher", "publisher", "list"),
    ("photoshop:CaptionWriter", "caption_writer", "text"),
    ("photoshop:Credit", "credit", "text"),
    ("photoshop:Source", "source", "text"),
    ("dc:source", "source", "text"),
    ("dc:rights", "rights", "text"),
    ("tiff:Copyright", "rights", "text"),
    ("xmpRights:Marked", "rights_marked", "yes"),
    ("xmpRights:Owner", "rights_holder", "text"),
    ("xmpRights:UsageTerms", "usage_terms", "text"),
    ("xmpRights:WebStatement", "web_statement", "text"),
    ("cc:license", "licence_url", "text"),
    ("cc:attributionName", "attribution", "text"),
    ("photoshop:Instructions", "instructions", "text"),
    ("photoshop:TransmissionReference", "job_id", "text"),
    ("plus:ModelReleaseStatus", "model_release", "text"),
    ("plus:PropertyReleaseStatus", "property_release", "text"),
    ("plus:DataMining", "data_mining", "text"),
    ("Iptc4xmpExt:DigitalSourceType", "digital_source_type", "text"),
    ("Iptc4xmpExt:AISystemUsed", "ai_system", "text"),
    ("Iptc4xmpExt:AIPromptInformation", "ai_prompt", "text"),
    ("Iptc4xmpCore:Location", "location", "text"),
    ("photoshop:City", "city", "text"),
    ("photoshop:State", "state", "text"),
    ("photoshop:Country", "country", "text"),
    ("Iptc4xmpCore:CountryCode", "country_code", "text"),
    ("photoshop:DateCreated", "captured_at", "time"),
    ("exif:DateTimeOriginal", "captured_at", "time"),
    ("exif:GPSTimeStamp", "gps_time", "time"),
    ("xmp:CreateDate", "created_at", "time"),
    ("exif:DateTimeDigitized", "created_at", "time"),
    ("pdf:CreationDate", "created_at", "time"),
    ("xmp:ModifyDate", "modified_at", "time"),
    ("tiff:DateTime", "modified_at", "time"),
    ("pdf:ModDate", "modified_at", "time"),
    ("tiff:Make", "camera_make", "text"),
    ("tiff:Model", "camera_model", "text"),
    ("exifEX:BodySerialNumber", "camera_serial", "text"),
    ("aux:SerialNumber", "camera_serial", "text"),
    ("exifEX:CameraOwnerName", "camera_owner", "text"),
    ("aux:OwnerName", "camera_owner", "text"),
    ("exifEX:LensMake", "lens_make", "text"),
    ("exifEX:LensModel", "lens_model", "text"),
    ("aux:Lens", "lens_model", "text"),
    ("exifEX:LensSerialNumber", "lens_serial", "text"),
    ("aux:LensSerialNumber", "lens_serial", "text"),
    ("exif:ExposureTime", "exposure_time_s", "number"),
    ("exif:FNumber", "f_number", "number"),
    ("exifEX:PhotographicSensitivity", "iso", "integer"),
    ("exif:ISOSpeedRatings", "iso", "integer"),
    ("exif:FocalLength", "focal_length_mm", "number"),
    ("exif:FocalLengthIn35mmFilm", "focal_length_35mm", "integer"),
    ("exif:ExposureBiasValue", "exposure_bias_ev", "number"),
    ("tiff:Orientation", "orientation", "integer"),
    ("photoshop:ICCProfile", "colour_profile", "text"),
    ("xmp:CreatorTool", "software", "text"),
    ("tiff:Software", "software", "text"),
    ("pdf:Creator", "software", "text"),
    ("pdf:Producer", "software", "text"),
    ("xmpMM:DocumentID", "document_id", "text"),
    ("xmpMM:OriginalDocumentID", "original_document_id", "text"),
    ("xmpMM:VersionID", "version", "text"),
    ("dc:identifier", "identifier", "text"),
    ("dc:type", "asset_type", "text"),
)
_LOCATION = (
    ("Sublocation", "location"),
    ("City", "city"),
    ("ProvinceState", "state"),
    ("CountryName", "country"),
    ("CountryCode", "country_code"),
    ("WorldRegion", "world_region"),
)
_NAMES_IN: tuple[tuple[str, str, str], ...] = (
    ("Iptc4xmpExt:PersonInImageWDetails", "Iptc4xmpExt:PersonName", "people"),
    ("Iptc4xmpExt:ArtworkOrObject", "Iptc4xmpExt:AOTitle", "artworks"),
    ("Iptc4xmpExt:ProductInImage", "Iptc4xmpExt:ProductName", "products"),
    ("plus:CopyrightOwner", "plus:CopyrightOwnerName", "rights_holder"),
    ("plus:Licensor", "plus:LicensorName", "licensor"),
    ("plus:Licensor", "plus:LicensorURL", "licensor_url"),
    ("plus:Licensee", "plus:LicenseeName", "licensee"),
    ("Iptc4xmpCore:CreatorContactInfo", "Iptc4xmpCore:CiEmailWork", "creator_email"),
    ("Iptc4xmpCore:CreatorContactInfo", "Iptc4xmpCore:CiTelWork", "creator_phone"),
    ("Iptc4xmpCore:CreatorContactInfo", "Iptc4xmpCore:CiUrlWork", "creator_url"),
    ("xmpBJ:JobRef", "stJob:name", "job_id"),
    ("xmpMM:DerivedFrom", "stRef:documentID", "derived_from"),
)
_LISTS = frozenset({"people", "artworks", "products"})
_OWN = re.compile(r"magpie:([a-z][a-z0-9_]{0,39})")
_MOST_OWN = 500
_NOT_VALUES = frozenset({"asset_id", "file_name", "kind"})
"""What a sidecar of Magpie's says about its file, rather than about what the file shows."""

_PATHS = (
    ("lr:hierarchicalSubject", "|"),
    ("digiKam:TagsList", "/"),
    ("MicrosoftPhoto:LastKeywordXMP", "/"),
)
_FACES = frozenset({"", "Face"})
_SEPARATOR = "|"
_DEPTH = 12
_COORDINATE = re.compile(r"(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])", re.IGNORECASE)


def xmp_values(packet: bytes) -> Iterator[Value]:
    """Values of a packet.

    Raises:
        ValueError: it is no XMP, or is damaged.
    """
    yield from property_values(parse_xmp(packet))


def property_values(found: Mapping[str, Node]) -> Iterator[Value]:
    """Values of the properties of a packet, as ``parse_xmp`` gives them."""
    for property_, name, kind in _FIELDS:
        node = found.get(property_)
        if node is None:
            continue
        value = _content(node, kind)
        if value is not None and value != ():
            yield embedded(name, value, _origin(node, property_))
        yield from _translations(node, name, property_)
    for property_, member, name in _NAMES_IN:
        names = [text for item in items(found.get(property_)) for text in texts(item.get(member))]
        if names:
            value = tuple(names) if name in _LISTS else one_or_all(names)
            yield embedded(name, value, f"XMP {property_}/{member.partition(':')[2]}")
    yield from _own(found)
    yield from _hierarchies(found)
    yield from _regions(found)
    for property_ in ("Iptc4xmpExt:LocationShown", "Iptc4xmpExt:LocationCreated"):
        yield from _locations(found, property_)
    yield from _place(found)
    yield from _flash(found)
    yield from resolution(
        _number(found.get("tiff:XResolution")),
        _number(found.get("tiff:YResolution")),
        _integer(found.get("tiff:ResolutionUnit")),
        "XMP tiff:",
    )


def _own(found: Mapping[str, Node]) -> Iterator[Value]:
    """Properties of Magpie's own, which carry the names that the record has for them."""
    own = [(match[1], node) for each, node in found.items() if (match := _OWN.fullmatch(each))]
    for name, node in own[:_MOST_OWN]:
        value = _content(node, "list" if isinstance(node, list) else "text")
        if value and name not in _NOT_VALUES:
            yield embedded(name, value, _origin(node, f"magpie:{name}"))
            yield from _translations(node, name, f"magpie:{name}")


def _origin(node: Node, property_: str) -> str:
    """Standard and property of a value, with its language where that is not the default."""
    language = next(iter(node), DEFAULT_LANGUAGE) if isinstance(node, Languages) else ""
    return f"XMP {property_}" + (f" ({language})" if language not in {"", DEFAULT_LANGUAGE} else "")


def _content(node: Node, kind: Kind) -> Content | None:
    """What the record holds of a node; None where it makes no sense."""
    found = texts(node)
    if not found:
        return None
    if kind == "list":
        return tuple(found)
    if kind == "words":
        return tuple(word.strip() for word in re.split("[,;]", found[0]) if word.strip())
    if kind == "text":
        return one_or_all(found)
    if kind == "time":
        return iso_time(found[0]) or None
    if kind == "yes":
        return found[0].lower() == "true"
    if kind == "number":
        return _number(node)
    value = _integer(node)
    return None if kind == "rating" and (value is None or not -1 <= value <= 5) else value


def _translations(node: Node, name: str, property_: str) -> Iterator[Value]:
    """The other languages of a text, where they say something else."""
    if isinstance(node, Languages):
        first = next(iter(node.values()), "")
        for language, text in node.items():
            if text and text != first:
                yield embedded(name, text, f"XMP {property_} ({language})")


def _number(node: Node | None) -> float | None:
    """A decimal number or a fraction such as ``1/200``."""
    top, _, bottom = next(iter(texts(node)), "").partition("/")
    try:
        number = float(top) / float(bottom or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return rounded(number) if math.isfinite(number) else None


def _integer(node: Node | None) -> int | None:
    number = _number(node)
    return None if number is None else round(number)


def _hierarchies(found: Mapping[str, Node]) -> Iterator[Value]:
    """Keywords in trees: as paths, and each of their words as a keyword."""
    for property_, separator in _PATHS:
        paths = [
            [word.strip() for word in text.split(separator) if word.strip()]
            for text in texts(found.get(property_))
        ]
        yield from _paths([path for path in paths if path], property_)
    tree = [
        path
        for info in items(found.get("mwg-kw:Keywords"))
        for path in _branches(info.get("mwg-kw:Hierarchy"), (), 0)
    ]
    yield from _paths(tree, "mwg-kw:Keywords")


def _paths(paths: list[list[str]], property_: str) -> Iterator[Value]:
    words = tuple(dict.fromkeys(word for path in paths for word in path))
    if words:
        yield embedded("keywords", words, f"XMP {property_}")
    joined = tuple(_SEPARATOR.join(path) for path in paths if len(path) > 1)
    if joined:
        yield embedded("keyword_paths", joined, f"XMP {property_}")


def _branches(node: Node | None, above: tuple[str, ...], depth: int) -> Iterator[list[str]]:
    for item in items(node) if depth < _DEPTH else ():
        path = (*above, *texts(item.get("mwg-kw:Keyword"))[:1])
        below = list(_branches(item.get("mwg-kw:Children"), path, depth + 1))
        yield from below or ([list(path)] if path else [])


def _regions(found: Mapping[str, Node]) -> Iterator[Value]:
    """Names of the faces that somebody marked (MWG regions; Microsoft's people tags)."""
    names = [
        name
        for info in items(found.get("mwg-rs:Regions"))
        for region in items(info.get("mwg-rs:RegionList"))
        if next(iter(texts(region.get("mwg-rs:Type"))), "") in _FACES
        for name in texts(region.get("mwg-rs:Name"))
    ]
    if names:
        yield embedded("people", tuple(dict.fromkeys(names)), "XMP mwg-rs:Regions")
    names = [
        name
        for info in items(found.get("MP:RegionInfo"))
        for region in items(info.get("MPRI:Regions"))
        for name in texts(region.get("MPReg:PersonDisplayName"))
    ]
    if names:
        yield embedded("people", tuple(dict.fromkeys(names)), "XMP MP:RegionInfo")


def _locations(found: Mapping[str, Node], property_: str) -> Iterator[Value]:
    for member, name in _LOCATION:
        places = [
            text
            for item in items(found.get(property_))
            for text in texts(item.get(f"Iptc4xmpExt:{member}"))
        ]
        if places:
            value = one_or_all(list(dict.fromkeys(places)))
            yield embedded(name, value, f"XMP {property_}/{member}")


def _place(found: Mapping[str, Node]) -> Iterator[Value]:
    latitude = _coordinate(found.get("exif:GPSLatitude"), 90)
    longitude = _coordinate(found.get("exif:GPSLongitude"), 180)
    if latitude is not None and longitude is not None:
        yield embedded("latitude", latitude, "XMP exif:GPSLatitude")
        yield embedded("longitude", longitude, "XMP exif:GPSLongitude")
    altitude = _number(found.get("exif:GPSAltitude"))
    if altitude is not None:
        below = _integer(found.get("exif:GPSAltitudeRef")) == 1
        yield embedded("altitude_m", -altitude if below else altitude, "XMP exif:GPSAltitude")
    direction = _number(found.get("exif:GPSImgDirection"))
    if direction is not None and 0 <= direction <= 360:
        yield embedded("direction_deg", direction, "XMP exif:GPSImgDirection")


def _coordinate(node: Node | None, most: int) -> float | None:
    """``52,30.5N`` or ``52,30,30N`` (ISO 16684-1, GPSCoordinate) in signed degrees."""
    match = _COORDINATE.fullmatch(next(iter(texts(node)), ""))
    if match is None:
        return None
    degrees, minutes, seconds, side = match.groups()
    value = float(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    if value > most:
        return None
    return round(-value if side.upper() in "SW" else value, 7)


def _flash(found: Mapping[str, Node]) -> Iterator[Value]:
    for flash in items(found.get("exif:Flash")):
        fired = texts(flash.get("exif:Fired"))
        if fired:
            yield embedded("flash_fired", fired[0].lower() == "true", "XMP exif:Flash")
