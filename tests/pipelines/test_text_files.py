"""Plain text and Markdown."""

from __future__ import annotations

from pathlib import Path

from pipelines.limits import Limits
from pipelines.readers.text import headings
from pipelines.reading import read_file


def test_markdown_has_a_title_and_passages_under_headings(tmp_path: Path) -> None:
    body = "Words that explain the heading above. " * 12
    path = tmp_path / "guide.md"
    path.write_text(f"# Guide\n\n{body}\n\nFees\n----\n\n{body}\n\n```\n# no heading\n```\n")
    analysis = read_file(path)
    assert (analysis.kind, analysis.media_type) == ("document", "text/markdown")
    assert [(value.name, value.value) for value in analysis.values] == [("title", "Guide")]
    assert [unit.section for unit in analysis.units] == ["Guide", "Fees"]


def test_only_real_headings_count() -> None:
    text = "# One #\n#hashtag\n~~~\n## code\n~~~\n### Two\n\nThree\n=====\n\n- item\n---\n"
    assert [section.title for section in headings(text)] == ["One", "Two", "Three"]
    assert all(
        text[section.start :].lstrip("# ").startswith(section.title) for section in headings(text)
    )


def test_spans_count_in_the_decoded_text(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes("Grüße,\r\n\r\nder Vertrag läuft.\r\n".encode("cp1252"))
    (unit,) = read_file(path).units
    assert (unit.text, unit.char_start) == ("Grüße,\n\nder Vertrag läuft.", 0)


def test_a_hint_tells_kinds_of_text_apart_but_makes_no_text_of_a_picture(
    tmp_path: Path, photo_file: Path
) -> None:
    path = tmp_path / "upload"
    path.write_text("# Title\n\nText")
    assert read_file(path, media_type_hint="text/markdown; charset=utf-8").media_type == (
        "text/markdown"
    )
    assert read_file(photo_file, media_type_hint="text/plain").media_type == "image/jpeg"


def test_text_beyond_the_limit_is_left_out_with_a_word(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("word " * 1000)
    analysis = read_file(path, limits=Limits(text_chars=500))
    assert analysis.units[-1].char_end is not None
    assert analysis.units[-1].char_end <= 500
    assert analysis.warnings == ("Only the first 500 characters were read.",)


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "program").write_bytes(b"\x7fELF" + bytes(100))
    expected = {
        "empty.jpg": "empty",
        "program": "unsupported",
        "": "unsupported",
        "gone": "missing",
    }
    for name, code in expected.items():
        failure = read_file(tmp_path / name).failure
        assert failure is not None
        assert failure.code == code
        assert failure.reason.endswith(".")


def test_names_may_hold_anything_that_the_file_system_allows(tmp_path: Path) -> None:
    for name in ("ein schöner\nName 汉字.txt", "-rf *;$(x).md", "a" * 200 + ".txt"):
        path = tmp_path / name
        path.write_text("Some words.")
        assert read_file(path).units[0].text == "Some words."
