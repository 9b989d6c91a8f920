"""The names of metadata values, and which of them are about persons."""

from __future__ import annotations

from pipelines.analysis import Value

DESCRIPTION = (
    "title",
    "headline",
    "description",
    "alt_text",
    "long_description",
    "keywords",
    "keyword_paths",
    "categories",
    "subject_codes",
    "scene_codes",
    "genre",
    "asset_type",
    "people",
    "organisations",
    "products",
    "artworks",
    "event",
    "comment",
    "language",
    "rating",
    "label",
    "urgency",
)
RIGHTS = (
    "creator",
    "creator_title",
    "creator_email",
    "creator_phone",
    "creator_url",
    "contributor",
    "publisher",
    "caption_writer",
    "credit",
    "source",
    "rights",
    "rights_marked",
    "rights_holder",
    "usage_terms",
    "web_statement",
    "licence_url",
    "licensor",
    "licensor_url",
    "licensee",
    "attribution",
    "instructions",
    "job_id",
    "model_release",
    "property_release",
    "data_mining",
    "digital_source_type",
    "ai_system",
    "ai_prompt",
)
PLACE = (
    "location",
    "city",
    "state",
    "country",
    "country_code",
    "world_region",
    "latitude",
    "longitude",
    "altitude_m",
    "direction_deg",
)
TIME = ("captured_at", "gps_time", "created_at", "modified_at")
CAMERA = (
    "camera_make",
    "camera_model",
    "camera_serial",
    "camera_owner",
    "lens_make",
    "lens_model",
    "lens_serial",
    "exposure_time_s",
    "f_number",
    "iso",
    "focal_length_mm",
    "focal_length_35mm",
    "exposure_bias_ev",
    "exposure_program",
    "metering_mode",
    "flash_fired",
    "white_balance",
)
FILE = (
    "orientation",
    "colour_profile",
    "colour_space",
    "resolution_dpi",
    "resolution_y_dpi",
    "frames",
    "software",
    "document_id",
    "original_document_id",
    "derived_from",
    "identifier",
    "version",
)
SOUND_AND_VIDEO = (
    "album",
    "video_codec",
    "audio_codec",
    "frame_rate",
    "bit_rate",
    "channels",
    "sample_rate_hz",
)

NAMES = DESCRIPTION + RIGHTS + PLACE + TIME + CAMERA + FILE + SOUND_AND_VIDEO
"""All names, in the order in which a record shows them."""

PERSONAL = frozenset(
    {
        "camera_serial",
        "lens_serial",
        "camera_owner",
        "creator_email",
        "creator_phone",
        "people",
        "latitude",
        "longitude",
        "altitude_m",
        "direction_deg",
        "gps_time",
    }
)
"""Values that say who somebody is or where they were; leave them out of what is made public."""

Content = str | int | float | bool | tuple[str, ...]


_MOST_CHARACTERS = 20_000
_MOST_ITEMS = 2_000


def embedded(name: str, value: Content, origin: str) -> Value:
    """A value that stands in the file; texts and lists of absurd length are cut.

    Args:
        name: one of ``NAMES``.
        value: as the record holds it.
        origin: standard and property, such as ``IPTC 2:25 Keywords``.
    """
    if isinstance(value, str):
        value = value[:_MOST_CHARACTERS]
    elif isinstance(value, tuple):
        value = tuple(text[:_MOST_CHARACTERS] for text in value[:_MOST_ITEMS])
    return Value(name, value, "embedded", model=origin)


def one_or_all(texts: list[str]) -> str | tuple[str, ...]:
    """A text by itself where it is the only one: most photos have one creator, one city."""
    return texts[0] if len(texts) == 1 else tuple(texts)
