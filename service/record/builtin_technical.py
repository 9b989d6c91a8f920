"""Built-in fields that only machines fill: what stands in the bytes, or follows from them."""

from __future__ import annotations

from pipelines.metadata.fields import PERSONAL
from service.record.field import Field, FieldType, World

_FIELDS: tuple[tuple[str, str, FieldType, World, str, str, str], ...] = (
    # name, label, type, world, XMP, Dublin Core, schema.org
    ("keyword_paths", "Keyword paths", "texts", "both", "lr:hierarchicalSubject", "", ""),
    ("aspect", "Orientation", "text", "both", "", "", ""),
    ("orientation", "Turned by the camera", "integer", "asset", "tiff:Orientation", "", ""),
    ("colour_profile", "Colour profile", "text", "asset", "photoshop:ICCProfile", "", ""),
    ("colour_space", "Colour space", "text", "asset", "exif:ColorSpace", "", ""),
    ("resolution_dpi", "Resolution", "number", "asset", "tiff:XResolution", "", ""),
    ("resolution_y_dpi", "Resolution down", "number", "asset", "tiff:YResolution", "", ""),
    ("frames", "Frames", "integer", "asset", "", "", ""),
    ("software", "Software", "text", "both", "xmp:CreatorTool", "", ""),
    ("document_id", "Document id", "text", "both", "xmpMM:DocumentID", "", ""),
    ("original_document_id", "Original's id", "text", "both", "xmpMM:OriginalDocumentID", "", ""),
    ("derived_from", "Derived from", "text", "both", "xmpMM:DerivedFrom", "isVersionOf", ""),
    ("modified_at", "Changed", "datetime", "both", "xmp:ModifyDate", "modified", "dateModified"),
    ("gps_time", "Satellite time", "datetime", "asset", "exif:GPSTimeStamp", "", ""),
    ("latitude", "Latitude", "number", "asset", "exif:GPSLatitude", "", ""),
    ("longitude", "Longitude", "number", "asset", "exif:GPSLongitude", "", ""),
    ("altitude_m", "Altitude", "number", "asset", "exif:GPSAltitude", "", ""),
    ("direction_deg", "Direction", "number", "asset", "exif:GPSImgDirection", "", ""),
    ("camera_make", "Camera maker", "text", "asset", "tiff:Make", "", ""),
    ("camera_model", "Camera", "text", "asset", "tiff:Model", "", ""),
    ("camera_serial", "Camera's serial number", "text", "asset", "aux:SerialNumber", "", ""),
    ("camera_owner", "Camera's owner", "text", "asset", "aux:OwnerName", "", ""),
    ("lens_make", "Lens maker", "text", "asset", "exifEX:LensMake", "", ""),
    ("lens_model", "Lens", "text", "asset", "aux:Lens", "", ""),
    ("lens_serial", "Lens's serial number", "text", "asset", "aux:LensSerialNumber", "", ""),
    ("exposure_time_s", "Exposure time", "number", "asset", "exif:ExposureTime", "", ""),
    ("f_number", "Aperture", "number", "asset", "exif:FNumber", "", ""),
    ("iso", "ISO", "integer", "asset", "exif:ISOSpeedRatings", "", ""),
    ("focal_length_mm", "Focal length", "number", "asset", "exif:FocalLength", "", ""),
    (
        "focal_length_35mm",
        "Focal length for 35 mm",
        "integer",
        "asset",
        "exif:FocalLengthIn35mmFilm",
        "",
        "",
    ),
    ("exposure_bias_ev", "Exposure bias", "number", "asset", "exif:ExposureBiasValue", "", ""),
    ("exposure_program", "Exposure program", "text", "asset", "exif:ExposureProgram", "", ""),
    ("metering_mode", "Metering", "text", "asset", "exif:MeteringMode", "", ""),
    ("flash_fired", "Flash fired", "boolean", "asset", "exif:Flash", "", ""),
    ("white_balance", "White balance", "text", "asset", "exif:WhiteBalance", "", ""),
    ("album", "Album", "text", "asset", "", "", ""),
    ("video_codec", "Video codec", "text", "asset", "", "", ""),
    ("audio_codec", "Audio codec", "text", "asset", "", "", ""),
    ("frame_rate", "Frames a second", "number", "asset", "", "", ""),
    ("bit_rate", "Bits a second", "integer", "asset", "", "", "bitrate"),
    ("channels", "Channels", "integer", "asset", "", "", ""),
    ("sample_rate_hz", "Sample rate", "integer", "asset", "", "", ""),
    ("from", "From", "text", "document", "", "", ""),
    ("to", "To", "text", "document", "", "", ""),
    ("cc", "Copy to", "text", "document", "", "", ""),
    ("message_id", "Message id", "text", "document", "", "", ""),
    ("attachments", "Attachments", "texts", "document", "", "hasPart", ""),
    ("modified_by", "Changed by", "text", "document", "", "", "editor"),
)
_OF_MAIL = frozenset({"from", "to", "cc"})
_HELP = "Read from the file."

TECHNICAL = tuple(
    Field(
        name=name,
        label=label,
        type=type_,
        world=world,
        writable=False,
        personal=name in PERSONAL or name in _OF_MAIL,
        help="Landscape, portrait or square, as it is shown." if name == "aspect" else _HELP,
        xmp=xmp,
        dublin_core=dublin_core,
        schema_org=schema_org,
    )
    for name, label, type_, world, xmp, dublin_core, schema_org in _FIELDS
)
