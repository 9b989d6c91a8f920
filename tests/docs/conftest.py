"""The repository and its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".venv", ".git", ".magpie", "build", "node_modules"}


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    return sorted(
        page
        for page in ROOT.rglob("*.md")
        if not _NOT_OURS.intersection(page.relative_to(ROOT).parts)
        and not any(part.startswith(".") for part in page.relative_to(ROOT).parts)
    )


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(params=pages(), ids=lambda page: str(page.relative_to(ROOT)))
def page(request: pytest.FixtureRequest) -> Path:
    """Each page in turn."""
    return Path(request.param)
