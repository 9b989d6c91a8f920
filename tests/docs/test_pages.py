"""What the pages say is so: links, settings, figures."""

from __future__ import annotations

import re
from pathlib import Path

from service.settings import Settings

_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_FIGURE = re.compile(
    r"(?<![\w.])(?:\d+(?:[.,]\d+)?\s?(?:ms|s|seconds|minutes|MB|GB|%|images/s|files/s)\b"
    r"|0?\.\d{2,})"
)
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_ROW = re.compile(r"^\| `(MAGPIE_\w+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_figures_in_the_readme_say_how_they_were_measured(root: Path) -> None:
    for section in re.split(r"^#+ ", (root / "README.md").read_text(encoding="utf-8"), flags=re.M):
        figures = _FIGURE.findall(section)
        if not figures:
            continue
        assert _DATE.search(section), f"{figures}: say on what date"
        assert "cores" in section, f"{figures}: say on what machine"
        assert "`" in section, f"{figures}: say by what command"


def test_every_setting_is_explained_with_its_default(root: Path) -> None:
    text = (root / "service" / "README.md").read_text(encoding="utf-8")
    rows = {name: (default, meaning) for name, default, meaning in _ROW.findall(text)}
    assert set(rows) == {f"MAGPIE_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default, meaning = rows[f"MAGPIE_{name.upper()}"]
        assert meaning == field.description
        if field.default_factory is None:
            assert default == (f"`{_written(field.default)}`" if field.default != "" else "empty")


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
