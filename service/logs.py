"""Logs as lines for people or as JSON for programs. No questions, texts or file names in them."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered; empty outside of one."""

_FIELDS = "fields"


def configure(level: str, form: Literal["text", "json"]) -> None:
    """Send what Magpie logs to the standard error output.

    Args:
        level: the least important level to show.
        form: ``json`` writes one object a line.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if form == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries tell what they do with files and addresses: only what they warn of is shown.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for room in ("models", "pipelines", "service"):
        logging.getLogger(room).setLevel(level)


def event(log: logging.Logger, level: int, text: str, **fields: Any) -> None:
    """Log something with fields that programs can read."""
    log.log(level, text, extra={_FIELDS: fields})


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if known := request_id.get():
            entry["request_id"] = known
        entry |= getattr(record, _FIELDS, {})
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        fields = getattr(record, _FIELDS, {})
        if known := request_id.get():
            fields = {**fields, "request_id": known}
        said = " ".join(f"{name}={value}" for name, value in fields.items())
        return f"{super().formatMessage(record)} {said}".rstrip()
