"""``python -m eval metadata`` counts what the records hold of what ExifTool reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from eval.__main__ import main
from eval.metadata_fields import FIELDS
from eval.metadata_match import expected_fields, is_held
from pipelines.analysis import Value
from pipelines.metadata.fields import NAMES


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    exif = Image.Exif()
    exif.update({0x010F: "Canon", 0x0112: 6, 0x011A: 118.0, 0x0128: 3, 0x013B: "Ann; Bob"})
    exif.get_ifd(0x8769).update(
        {0x9003: "2024:06:01 08:30:00", 0x9209: 0x19, 0x8822: 3, 0x829A: 0.004}
    )
    exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 30.0, 0.0), 3: "E", 4: (70.0, 0.0, 0.0)})
    Image.new("RGB", (16, 16)).save(tmp_path / "a.jpg", exif=exif)
    return tmp_path


EXPECTED = {
    "SourceFile": "./a.jpg",
    "File:FileType": "JPEG",
    "EXIF:Make": "Canon",
    "EXIF:Orientation": 6,
    "EXIF:XResolution": 118,
    "EXIF:ResolutionUnit": 3,
    "EXIF:Artist": "Ann; Bob",
    "EXIF:DateTimeOriginal": "2024:06:01 08:30:00",
    "EXIF:Flash": 25,
    "EXIF:ExposureProgram": 3,
    "EXIF:ExposureTime": 0.004,
    "EXIF:GPSLatitudeRef": "S",
    "EXIF:GPSLatitude": 33.5,
    "EXIF:GPSLongitude": 70,
    "EXIF:ImageDescription": "          ",
    "EXIF:ThumbnailOffset": 900,
}


def figures(folder: Path, expected: dict[str, object]) -> dict[str, float]:
    (folder / "expected_exiftool.json").write_text(json.dumps([expected]))
    out = folder / "out.json"
    assert main(["metadata", "--data", str(folder), "--json", str(out)]) == 0
    found: dict[str, float] = json.loads(out.read_text())
    return found


def test_every_value_that_is_held_counts(photo: Path) -> None:
    found = figures(photo, EXPECTED)
    assert (found["files"], found["crashed"]) == (1, 0)
    # Blank texts and offsets of thumbnails are no values that a record should hold.
    assert found["fields"] == 10
    assert (found["fields_recall"], found["exif_recall"], found["gps_recall"]) == (1, 1, 1)


def test_values_that_are_missing_or_different_lower_the_recall(photo: Path) -> None:
    found = figures(
        photo, {**EXPECTED, "EXIF:Make": "Nikon", "IPTC:City": "Kiel", "EXIF:GPSLatitude": 12}
    )
    assert found["fields"] == 11
    assert found["fields_recall"] == pytest.approx(8 / 11, abs=1e-4)
    assert (found["iptc_recall"], found["gps_recall"]) == (0, 0.5)


@pytest.mark.parametrize(
    ("tag", "expected", "value", "origin", "held"),
    [
        ("XMP:Subject", ["a", "b"], ("b", "c", "a"), "XMP dc:subject", True),
        ("XMP:Subject", ["a", "d"], ("b", "c", "a"), "XMP dc:subject", False),
        ("XMP:Subject", ["a"], ("a",), "IPTC 2:25 Keywords", False),
        ("XMP:Subject", ["a"], ("a",), "IPTC 2:25 Keywords; XMP dc:subject", True),
        (
            "XMP:CreateDate",
            "2008:05:25 19:31:26.0+1:00",
            "2008-05-25T19:31:26+01:00",
            "XMP xmp:CreateDate",
            True,
        ),
        (
            "XMP:CreateDate",
            "2008:05:25 19:31:26+02:00",
            "2008-05-25T19:31:26+01:00",
            "XMP xmp:CreateDate",
            False,
        ),
        ("XMP:CreateDate", "2008:05:25", "2008-05-25T19:31:26", "XMP xmp:CreateDate", True),
        ("XMP:Marked", True, True, "XMP xmpRights:Marked", True),
        ("XMP:ISO", [80], 80, "XMP exif:ISOSpeedRatings", True),
        ("XMP:RegionInfo", {"RegionList": [{"Name": "Ann"}]}, ("Ann",), "XMP mwg-rs", True),
        ("XMP:RegionInfo", {"RegionList": [{"Name": "Ann"}]}, ("Bob",), "XMP mwg-rs", False),
    ],
)
def test_values_are_compared_after_normalisation(
    tag: str, expected: object, value: str | tuple[str, ...], origin: str, held: bool
) -> None:
    tags = {tag: expected}
    assert list(expected_fields(tags)) == [tag]
    name = FIELDS[tag].names[0]
    assert is_held(tag, tags, [Value(name, value, "embedded", model=origin)]) is held


def test_the_list_names_only_what_records_have() -> None:
    assert {name for field in FIELDS.values() for name in field.names} <= set(NAMES)


def test_a_folder_of_another_layout_is_refused(tmp_path: Path) -> None:
    assert main(["metadata", "--data", str(tmp_path)]) == 1


@pytest.mark.data
def test_the_records_of_real_photos_hold_what_exiftool_reads(
    shared_data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    assert main(["metadata", "--data", str(shared_data / "exif"), "--json", str(out)]) == 0
    found = json.loads(out.read_text())
    assert found["fields_recall"] >= 0.97
    assert found["crashed"] == 0
