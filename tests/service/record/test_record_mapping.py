"""The written mapping is the one that the code follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import service.record
from pipelines.metadata.iptc import iptc_values
from pipelines.metadata.xmp import NAMESPACES
from service.record.custom import parse_fields
from service.record.fieldset import built_in
from service.record.mapping import mapping_table

_FOLDER = Path(service.record.__file__).parent
_PAGE = (_FOLDER / "README.md").read_text(encoding="utf-8")

# https://www.dublincore.org/specifications/dublin-core/dcmi-terms/
_TERMS = """accessRights available contributor coverage created creator date description
hasPart hasVersion identifier isVersionOf language license modified publisher rights
rightsHolder source subject title type valid"""


def test_the_page_holds_the_table_of_the_code() -> None:
    assert mapping_table(built_in()) in _PAGE, "run python -m service.record.mapping"


def test_the_example_on_the_page_is_sound() -> None:
    example = re.search(r"```yaml\n(.*?)```", _PAGE, re.DOTALL)
    assert example
    assert parse_fields(example[1])["shelf"].required


def test_every_module_is_explained() -> None:
    told = " ".join(re.findall(r"^\| (`[^|]*) \|", _PAGE.split("## Which")[0], re.MULTILINE))
    for file in _FOLDER.glob("*.py"):
        stem = "builtin_*" if file.stem.startswith("builtin_") else file.stem
        assert file.stem in {"__init__", "errors"} or f"`{stem}`" in told


def test_xmp_properties_stand_in_known_namespaces() -> None:
    for field in built_in():
        for property_ in field.xmp_property.split("/"):
            assert property_.partition(":")[0] in NAMESPACES


def test_dublin_core_terms_exist() -> None:
    assert {field.dublin_core for field in built_in()} - {""} <= set(_TERMS.split())


@pytest.mark.parametrize("name", [field.name for field in built_in() if field.iptc])
def test_iptc_datasets_are_read_into_the_field_that_names_them(name: str) -> None:
    number = int(built_in()[name].iptc.partition(":")[2])
    text = {55: b"20110501", 62: b"20110501", 10: b"5"}.get(number, b"word")
    block = b"\x1c\x02" + bytes([number]) + len(text).to_bytes(2, "big") + text
    assert [value.name for value in iptc_values(block)] == [name]
