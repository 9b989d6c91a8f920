"""Which tags of ExifTool a record should hold, under which of Magpie's names.

The list has what people who keep pictures search, filter, credit and license by: who, what,
where, when, with which camera, under which rights, in which file lineage. Left out are

- how the file is built: sizes, offsets, compression, thumbnails, versions of the standards,
  digests (``ExifImageWidth``, ``YCbCrPositioning``, ``NativeDigest`` ...);
- maker notes, and what cameras note about their processing without a person's choice
  (``Contrast``, ``GainControl``, ``SensingMethod``, ``ComponentsConfiguration`` ...);
- what repeats another tag (``ApertureValue`` beside ``FNumber``, ``SubSecTime`` ...);
- settings of raw converters and history of editing steps (``crs``, ``History`` ...).

How values are compared stands in ``eval.metadata_match``.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal[
    "text",
    "words",
    "time",
    "date",
    "clock",
    "number",
    "degrees",
    "altitude",
    "resolution",
    "flash",
    "program",
    "metering",
    "balance",
    "space",
    "members",
    "regions",
    "keyword_tree",
]


class Field(NamedTuple):
    """How a tag stands in the record.

    Attributes:
        names: the names that its value may have.
        kind: how it is compared.
        members: of a structure, the members that count.
    """

    names: tuple[str, ...]
    kind: Kind = "text"
    members: tuple[str, ...] = ()


def _fields(group: str, kind: Kind, **names: str) -> dict[str, Field]:
    return {
        f"{group}:{tag.replace('__', '-')}": Field(tuple(known.split()), kind)
        for tag, known in names.items()
    }


_EXIF = {
    **_fields(
        "EXIF",
        "text",
        ImageDescription="description",
        DocumentName="title",
        ImageTitle="title",
        XPTitle="title",
        XPSubject="headline",
        XPComment="comment",
        XPAuthor="creator",
        UserComment="comment",
        Artist="creator",
        Photographer="creator",
        Copyright="rights",
        Make="camera_make",
        Model="camera_model",
        SerialNumber="camera_serial",
        CameraSerialNumber="camera_serial",
        OwnerName="camera_owner",
        LensMake="lens_make",
        LensModel="lens_model",
        LensSerialNumber="lens_serial",
        Software="software",
    ),
    **_fields("EXIF", "words", XPKeywords="keywords"),
    **_fields(
        "EXIF",
        "time",
        DateTimeOriginal="captured_at",
        CreateDate="created_at",
        ModifyDate="modified_at",
    ),
    **_fields(
        "EXIF",
        "number",
        Rating="rating",
        Orientation="orientation",
        ExposureTime="exposure_time_s",
        FNumber="f_number",
        ISO="iso",
        FocalLength="focal_length_mm",
        FocalLengthIn35mmFormat="focal_length_35mm",
        ExposureCompensation="exposure_bias_ev",
        GPSImgDirection="direction_deg",
    ),
    **_fields("EXIF", "resolution", XResolution="resolution_dpi"),
    **_fields("EXIF", "flash", Flash="flash_fired"),
    **_fields("EXIF", "program", ExposureProgram="exposure_program"),
    **_fields("EXIF", "metering", MeteringMode="metering_mode"),
    **_fields("EXIF", "balance", WhiteBalance="white_balance"),
    **_fields("EXIF", "space", ColorSpace="colour_space"),
    **_fields("EXIF", "degrees", GPSLatitude="latitude", GPSLongitude="longitude"),
    **_fields("EXIF", "altitude", GPSAltitude="altitude_m"),
    **_fields("EXIF", "date", GPSDateStamp="gps_time"),
    **_fields("EXIF", "clock", GPSTimeStamp="gps_time"),
}
_IPTC = {
    **_fields(
        "IPTC",
        "text",
        ObjectName="title",
        Headline="headline",
        Caption__Abstract="description",
        By__line="creator",
        By__lineTitle="creator_title",
        Writer__Editor="caption_writer",
        Credit="credit",
        Source="source",
        CopyrightNotice="rights",
        SpecialInstructions="instructions",
        OriginalTransmissionReference="job_id",
        City="city",
        Sub__location="location",
        Province__State="state",
        Country__PrimaryLocationName="country",
        Country__PrimaryLocationCode="country_code",
        LanguageIdentifier="language",
    ),
    **_fields(
        "IPTC",
        "words",
        Keywords="keywords",
        Category="categories",
        SupplementalCategories="categories",
        SubjectReference="subject_codes",
    ),
    **_fields("IPTC", "number", Urgency="urgency"),
    **_fields("IPTC", "date", DateCreated="captured_at", DigitalCreationDate="created_at"),
    **_fields("IPTC", "clock", TimeCreated="captured_at", DigitalCreationTime="created_at"),
}
_LOCATION = ("Sublocation", "City", "ProvinceState", "CountryName", "CountryCode", "WorldRegion")
_LOCATION_NAMES = ("location", "city", "state", "country", "country_code", "world_region")
_XMP = {
    **_fields(
        "XMP",
        "text",
        Title="title",
        Headline="headline",
        Description="description",
        ImageDescription="description",
        AltTextAccessibility="alt_text",
        ExtDescrAccessibility="long_description",
        IntellectualGenre="genre",
        Event="event",
        UserComment="comment",
        Label="label",
        # Of dc the person, of pdf the program.
        Creator="creator software",
        Author="creator",
        Artist="creator",
        AuthorsPosition="creator_title",
        Contributor="contributor",
        CaptionWriter="caption_writer",
        Credit="credit",
        Source="source",
        Rights="rights",
        Copyright="rights",
        Marked="rights_marked",
        Owner="rights_holder",
        UsageTerms="usage_terms",
        WebStatement="web_statement",
        License="licence_url",
        AttributionName="attribution",
        Instructions="instructions",
        TransmissionReference="job_id",
        ModelReleaseStatus="model_release",
        PropertyReleaseStatus="property_release",
        DataMining="data_mining",
        DigitalSourceType="digital_source_type",
        Location="location",
        City="city",
        State="state",
        Country="country",
        CountryCode="country_code",
        Make="camera_make",
        Model="camera_model",
        SerialNumber="camera_serial",
        OwnerName="camera_owner",
        Lens="lens_model",
        LensModel="lens_model",
        LensSerialNumber="lens_serial",
        ICCProfileName="colour_profile",
        CreatorTool="software",
        Software="software",
        Producer="software",
        DocumentID="document_id",
        OriginalDocumentID="original_document_id",
    ),
    **_fields(
        "XMP",
        "words",
        Subject="keywords",
        HierarchicalSubject="keyword_paths keywords",
        TagsList="keyword_paths keywords",
        LastKeywordXMP="keyword_paths keywords",
        Category="categories",
        SupplementalCategories="categories",
        SubjectCode="subject_codes",
        Scene="scene_codes",
        PersonInImage="people",
        OrganisationInImageName="organisations",
        Language="language",
    ),
    **_fields(
        "XMP",
        "time",
        DateCreated="captured_at",
        DateTimeOriginal="captured_at",
        CreateDate="created_at",
        DateTimeDigitized="created_at",
        CreationDate="created_at",
        ModifyDate="modified_at",
        ModDate="modified_at",
        GPSDateTime="gps_time",
    ),
    **_fields(
        "XMP",
        "number",
        Rating="rating",
        Urgency="urgency",
        Orientation="orientation",
        ExposureTime="exposure_time_s",
        FNumber="f_number",
        ISO="iso",
        FocalLength="focal_length_mm",
        FocalLengthIn35mmFormat="focal_length_35mm",
        ExposureCompensation="exposure_bias_ev",
        GPSLatitude="latitude",
        GPSLongitude="longitude",
        GPSImgDirection="direction_deg",
    ),
    **_fields("XMP", "altitude", GPSAltitude="altitude_m"),
    **_fields("XMP", "resolution", XResolution="resolution_dpi"),
    **_fields("XMP", "flash", Flash="flash_fired"),
    "XMP:LocationShown": Field(_LOCATION_NAMES, "members", _LOCATION),
    "XMP:LocationCreated": Field(_LOCATION_NAMES, "members", _LOCATION),
    "XMP:ArtworkOrObject": Field(("artworks",), "members", ("AOTitle",)),
    "XMP:Licensee": Field(("licensee",), "members", ("LicenseeName",)),
    "XMP:Licensor": Field(("licensor", "licensor_url"), "members", ("LicensorName", "LicensorURL")),
    "XMP:CopyrightOwner": Field(("rights_holder",), "members", ("CopyrightOwnerName",)),
    "XMP:PersonInImageWDetails": Field(("people",), "members", ("PersonName",)),
    "XMP:ProductInImage": Field(("products",), "members", ("ProductName",)),
    "XMP:CreatorContactInfo": Field(
        ("creator_email", "creator_phone", "creator_url"),
        "members",
        ("CiEmailWork", "CiTelWork", "CiUrlWork"),
    ),
    "XMP:DerivedFrom": Field(("derived_from",), "members", ("DocumentID",)),
    "XMP:JobRef": Field(("job_id",), "members", ("Name",)),
    "XMP:RegionInfo": Field(("people",), "regions"),
    "XMP:KeywordInfo": Field(("keywords", "keyword_paths"), "keyword_tree"),
}

FIELDS: dict[str, Field] = {**_EXIF, **_IPTC, **_XMP}
"""Every tag that counts, by ExifTool's group and name."""
