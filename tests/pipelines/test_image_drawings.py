"""SVG and PostScript: shown as far as that is safe; nothing in them is run or fetched."""

from __future__ import annotations

import base64
import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from pipelines.analysis import Analysis
from pipelines.reading import read_file

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def pixel(analysis: Analysis) -> tuple[int, ...]:
    assert analysis.failure is None, analysis.failure
    unit = next(unit for unit in analysis.units if unit.key == "image")
    assert unit.picture is not None
    image = Image.open(io.BytesIO(unit.picture.thumbnail)).convert("RGB")
    found = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(found, tuple)
    return found


def drawing(tmp_path: Path, content: str, head: str = "") -> Path:
    path = tmp_path / "drawing.svg"
    path.write_text(f'{head}{SVG} width="40" height="20">{content}</svg>', encoding="utf-8")
    return path


def is_drawn(analysis: Analysis) -> bool:
    return any(unit.key == "image" for unit in analysis.units)


@pytest.fixture
def resvg() -> None:
    pytest.importorskip("resvg_py")


@pytest.mark.usefixtures("resvg")
def test_a_drawing_is_shown_with_its_texts(tmp_path: Path) -> None:
    analysis = read_file(
        drawing(
            tmp_path,
            "<title>Harbour plan</title><desc>Quays and cranes</desc>"
            '<rect width="40" height="20" fill="#c86432"/><text x="1" y="9">North <tspan>quay'
            "</tspan></text>",
        )
    )
    assert (analysis.kind, analysis.width, analysis.height) == ("image", 40, 20)
    assert {value.name: value.value for value in analysis.values} == {
        "title": "Harbour plan",
        "description": "Quays and cranes",
    }
    passages = [unit.text for unit in analysis.units if unit.kind == "passage"]
    assert passages == ["North quay"]
    assert is_drawn(analysis)


@pytest.mark.usefixtures("resvg")
@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="2in" height="1in"', (192, 96)),
        ('viewBox="0 0 30 10"', (30, 10)),
        ('width="60" viewBox="0 0 30 10"', (60, 20)),
        ('width="100%" height="100%" viewBox="0,0,30,10"', (30, 10)),
        ("", (300, 150)),
    ],
)
def test_drawings_have_the_size_that_browsers_give_them(
    tmp_path: Path, attributes: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "a.svg"
    path.write_text(f'{SVG} {attributes}><rect width="30" height="10" fill="red"/></svg>')
    analysis = read_file(path)
    assert (analysis.width, analysis.height) == size
    assert is_drawn(analysis)


@pytest.mark.usefixtures("resvg")
@pytest.mark.parametrize(
    "content",
    [
        '<image width="40" height="20" {href}="{path}"/>',
        '<image width="40" height="20" {href}="file://{path}"/>',
        '<filter id="f"><feImage {href}="{path}"/></filter><rect width="40" height="20" '
        'filter="url(#f)"/>',
        '<use {href}="{path}#a" width="40" height="20"/>',
        '<image width="40" height="20" {href}="data:image/svg+xml;base64,{inner}"/>',
    ],
)
@pytest.mark.parametrize("href", ["href", "xlink:href"])
def test_files_of_the_machine_never_get_into_a_drawing(
    tmp_path: Path, content: str, href: str
) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (40, 20), "red").save(secret)
    nested = f'{SVG} width="40" height="20"><image width="40" height="20" href="{secret}"/></svg>'
    inner = base64.b64encode(nested.encode()).decode()
    filled = content.format(href=href, path=secret, inner=inner)
    red, green, blue = pixel(read_file(drawing(tmp_path, filled)))
    assert (red, green, blue) in {(255, 255, 255), (0, 0, 0)}


@pytest.mark.usefixtures("resvg")
def test_pictures_inside_a_drawing_are_shown(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "lime").save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    content = f'<image width="40" height="20" href="data:image/png;base64,{data}"/>'
    assert pixel(read_file(drawing(tmp_path, content)))[1] > 250


@pytest.mark.usefixtures("resvg")
def test_scripts_do_not_keep_a_drawing_from_being_shown(tmp_path: Path) -> None:
    content = (
        "<script>fetch('http://example.org')</script>"
        '<rect width="40" height="20" fill="lime" onclick="alert(1)"/>'
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>Hi</body></foreignObject>"
    )
    assert pixel(read_file(drawing(tmp_path, content)))[1] > 250


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a SYSTEM "file:///etc/hostname">',
        '<!ENTITY % a SYSTEM "http://example.org/x"> %a;',
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">',
        "".join(f'<!ENTITY a{number} "x">' for number in range(300)),
    ],
)
def test_drawings_that_declare_dangerous_entities_are_refused(tmp_path: Path, subset: str) -> None:
    path = drawing(tmp_path, "<text>&a;</text>", f"<!DOCTYPE svg [{subset}]>")
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "unsupported"
    assert "entities" in analysis.failure.reason


def test_an_entity_repeated_endlessly_is_refused(tmp_path: Path) -> None:
    subset = f'<!ENTITY a "{"x" * 10_000}">'
    path = drawing(tmp_path, f"<text>{'&a;' * 1_000}</text>", f"<!DOCTYPE svg [{subset}]>")
    assert read_file(path).failure is not None


@pytest.mark.usefixtures("resvg")
def test_the_entities_that_illustrator_writes_are_read(tmp_path: Path) -> None:
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" '
        '[<!ENTITY ns_flows "http://ns.adobe.com/Flows/1.0/">]>'
    )
    content = '<g xmlns:a="&ns_flows;"><rect width="40" height="20" fill="lime"/></g>'
    assert pixel(read_file(drawing(tmp_path, content, head)))[1] > 250


@pytest.mark.usefixtures("resvg")
def test_a_drawing_that_repeats_itself_beyond_measure_is_not_drawn(tmp_path: Path) -> None:
    levels = '<g id="a0"><rect width="1" height="1"/></g>' + "".join(
        f'<g id="a{number}">' + f'<use href="#a{number - 1}"/>' * 10 + "</g>"
        for number in range(1, 12)
    )
    analysis = read_file(drawing(tmp_path, f"<title>Bomb</title><defs>{levels}</defs>"))
    assert not is_drawn(analysis)
    assert [value.value for value in analysis.values] == ["Bomb"]
    assert any("too complex" in text for text in analysis.warnings)


def test_a_drawing_nested_too_deeply_keeps_its_title(tmp_path: Path) -> None:
    depth = 5_000
    content = "<title>Deep</title>" + "<g>" * depth + "</g>" * depth
    analysis = read_file(drawing(tmp_path, content))
    assert not is_drawn(analysis)
    assert [value.value for value in analysis.values] == ["Deep"]


HEADER = (
    "%!PS-Adobe-3.0 EPSF-3.0\n%%Title: (Winter poster)\n%%Creator: Illustrator\n%%For: Ann\n"
    "%%CreationDate: 2020-03-01 10:00\n%%BoundingBox: 10 10 110 60\n%%EndComments\n"
)


def test_the_bitmap_preview_of_an_eps_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "poster.eps"
    rows = "% FF0\n" * 4
    preview = f"%%BeginPreview: 4 4 2 4\n{rows.replace('FF0', 'AA')}%%EndPreview\n"
    path.write_text(HEADER + preview + "showpage\n")
    analysis = read_file(path)
    assert (analysis.media_type, analysis.kind) == ("image/x-eps", "image")
    assert (analysis.width, analysis.height) == (100, 50)
    # Two bits a sample, 0 is white: 10 is two thirds of the way to black.
    assert abs(pixel(analysis)[0] - 85) <= 3
    values = {value.name: value.value for value in analysis.values}
    assert (values["title"], values["creator"]) == ("Winter poster", "Ann")
    assert values["created_at"] == "2020-03-01T10:00"
    assert any("Only the preview" in text for text in analysis.warnings)


def test_the_tiff_preview_of_an_eps_is_shown(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (50, 25), "lime").save(buffer, "TIFF")
    code, tiff = HEADER.encode() + b"showpage\n", buffer.getvalue()
    head = b"\xc5\xd0\xd3\xc6" + struct.pack(
        "<6I2x2x", 32, len(code), 0, 0, 32 + len(code), len(tiff)
    )
    path = tmp_path / "poster.eps"
    path.write_bytes(head + code + tiff)
    analysis = read_file(path)
    assert pixel(analysis)[1] > 250
    assert (analysis.width, analysis.height) == (100, 50)


def test_postscript_without_a_preview_is_kept_with_its_properties(tmp_path: Path) -> None:
    path = tmp_path / "poster.eps"
    path.write_text(HEADER + "(/etc/hostname) (r) file 100 string readstring\nshowpage\n")
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "unsupported"
    assert "never run" in analysis.failure.reason
    assert {value.name for value in analysis.values} >= {"title", "creator", "software"}
