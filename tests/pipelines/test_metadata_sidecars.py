"""Sidecars belong to the right photo, and what they say counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.analysis import Value
from pipelines.reading import read_file
from pipelines.sidecars import read_sidecar, sidecar_for, with_sidecar

SIDECAR = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="5">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>ship</rdf:li></rdf:Bag></dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


@pytest.mark.parametrize(
    ("photo", "beside", "expected"),
    [
        ("a.jpg", ["a.jpg.xmp", "a.xmp"], "a.jpg.xmp"),
        ("a.jpg", ["a.xmp"], "a.xmp"),
        ("a.NEF", ["a.XMP"], "a.XMP"),
        ("a.jpg", ["a.xmp", "a.CR2"], None),
        ("a.CR2", ["a.xmp", "a.jpg"], "a.xmp"),
        ("a.jpg", ["a.xmp", "a.jpg.xmp", "a.CR2"], "a.jpg.xmp"),
        ("a.jpg", ["b.xmp"], None),
        ("a.xmp", ["a.xmp.xmp"], None),
        ("a", ["a.xmp"], "a.xmp"),
    ],
)
def test_a_sidecar_belongs_to_its_photo(
    tmp_path: Path, photo: str, beside: list[str], expected: str | None
) -> None:
    for name in (photo, *beside):
        (tmp_path / name).touch()
    found = sidecar_for(tmp_path / photo)
    assert (found.name if found else None) == expected


def test_a_sidecar_is_read_and_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.nef.xmp"
    path.write_text(SIDECAR, encoding="utf-8")
    values = {value.name: value for value in read_sidecar(path)}
    assert values["title"].value == "Harbour"
    assert values["title"].model == "XMP dc:title"
    assert values["title"].evidence == "a.nef.xmp"
    assert values["rating"].value == 5


def test_a_damaged_sidecar_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_text(SIDECAR[:300])
    assert read_sidecar(path) == ()


def test_the_sidecar_counts_more_than_the_file_and_keywords_are_joined() -> None:
    def embedded(name: str, value: str | tuple[str, ...], model: str) -> Value:
        return Value(name, value, "embedded", model=model)

    own = [
        embedded("title", "Old", "EXIF ImageTitle"),
        embedded("keywords", ("crane", "port"), "XMP dc:subject; IPTC 2:25 Keywords"),
        embedded("keywords", ("crane",), "XMP dc:subject"),
        embedded("keywords", ("port",), "IPTC 2:25 Keywords"),
    ]
    beside = [
        embedded("title", "New", "XMP dc:title"),
        embedded("keywords", ("sea",), "XMP dc:subject"),
    ]
    merged = with_sidecar(own, beside)
    assert [value.value for value in merged if value.name == "title"] == ["New", "Old"]
    joined, *apart = (value.value for value in merged if value.name == "keywords")
    assert isinstance(joined, tuple)
    assert set(joined) == {"sea", "crane", "port"}
    assert apart == [("sea",), ("crane",), ("port",)]


def test_keywords_that_two_standards_agree_on_survive_the_merge() -> None:
    both = Value("keywords", ("crane",), "embedded", model="XMP dc:subject; IPTC 2:25 Keywords")
    merged = with_sidecar([both], [Value("rating", 5, "embedded", model="XMP xmp:Rating")])
    assert [value.value for value in merged] == [("crane",), 5]


def test_a_sidecar_added_by_itself_keeps_its_values(tmp_path: Path) -> None:
    path = tmp_path / "a.xmp"
    path.write_text(SIDECAR, encoding="utf-8")
    analysis = read_file(path)
    assert (analysis.kind, analysis.media_type) == ("other", "application/rdf+xml")
    assert analysis.failure is None
    assert {value.name: value.value for value in analysis.values}["keywords"] == ("sea", "ship")
