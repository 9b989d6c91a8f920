"""Templates to pages: everything escaped, nothing inline, headers that hold browsers to it."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.video.clock import clock
from service.documents import wording as documents
from service.version import VERSION
from service.web import wording
from service.web.question import Question
from service.web.static_files import StaticFiles

_FOLDER = Path(__file__).parent

_HEADERS = {
    # File names and document text are hostile by assumption: should one ever get into the
    # markup, it still cannot run, load or send anything.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "img-src 'self' blob: data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}

_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd")
"""Characters that turn the direction of text, and so show ``exe.jpg`` for ``gpj.exe``."""

static_files = StaticFiles(_FOLDER / "static")


def _visible(value: object) -> object:
    """Text without hidden turns; markup consists of what went through here already."""
    return value.translate(_TURNS) if type(value) is str else value


_templates = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"),
    autoescape=True,
    finalize=_visible,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["clock"] = clock
_templates.globals.update(
    static=static_files.address, version=VERSION, wording=wording, documents=documents
)


def page(
    template: str, *, question: Question, status: int = 200, **context: object
) -> HTMLResponse:
    """Render a template; ``question`` fills the search box that every page carries."""
    html = _templates.get_template(template).render(question=question, **context)
    return HTMLResponse(html, status_code=status, headers=_HEADERS)
