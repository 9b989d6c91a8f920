"""The OpenAPI document: how to prove who one is, and an example of every body and answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_PROBLEM = "application/problem+json"
_OPEN = frozenset({"/health", "/ready", "/version"})
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})

_ID = "0193a1c2-7b1e-7cc3-9d5f-2f6b0c1d2e3f"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

VALUES: Mapping[str, Any] = {
    "actor": "owner",
    "asset_id": _ID,
    "detail": "There is no asset with this id; `magpie search` shows the ids.",
    "duration_s": 12.5,
    "evidence": "page 2",
    "height": 3000,
    "id": _ID,
    "job_id": _ID,
    "like": _ID,
    "media_topic": "20001128",
    "media_type": "image/jpeg",
    "message": "Nothing good found. Try other words, or fewer of them.",
    "name": "harbour.jpg",
    "next_cursor": "WyItY3JlYXRlZCIsIjIwMjYtMDEtMzEiXQ",
    "origin": "/photos/harbour.jpg",
    "original": f"/v1/assets/{_ID}/original?v={_HASH[:16]}",
    "page": 2,
    "pages": 14,
    "perceptual": _HASH[:16],
    "pixels": _HASH,
    "preview": f"/v1/assets/{_ID}/preview?v={_HASH[:16]}",
    "relevance": 0.91,
    "score": 0.31,
    "sha256": _HASH,
    "size": 2_483_112,
    "snippet": "… the ferry leaves the harbour at nine …",
    "thumbnail": f"/v1/assets/{_ID}/thumbnail?v={_HASH[:16]}",
    "title": "Ferry in the harbour",
    "took_ms": 18.4,
    "total": 1,
    "unit": "image",
    "version": "0.1.0",
    "width": 4000,
    "words": "a ferry in the harbour",
}
"""What a field of some name holds in the examples, where its type allows."""

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
}


def describe(app: FastAPI) -> None:
    """Let the application give its document with the scheme of its keys and with examples."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    spec = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    components = spec.setdefault("components", {})
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token that the home's `server.json` holds.",
        }
    }
    spec["security"] = [{"token": []}]
    for path in _OPEN & spec["paths"].keys():
        for operation in spec["paths"][path].values():
            operation["security"] = []
    for status, media_type, content in _contents(spec):
        if "example" in content or "examples" in content or "schema" not in content:
            continue
        if media_type == _PROBLEM:
            content["example"] = _problem(int(status))
        elif media_type == "application/json":
            content["example"] = example(content["schema"], components.get("schemas", {}))
    return spec


def _contents(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Status (empty for a request), media type and content of every body in the document."""
    for item in spec["paths"].values():
        for method, operation in item.items():
            if method not in _METHODS:
                continue
            for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
                yield "", media_type, content
            for status, answer in operation["responses"].items():
                for media_type, content in answer.get("content", {}).items():
                    yield status, media_type, content


def example(
    schema: Mapping[str, Any], known: Mapping[str, Any], name: str = "", depth: int = 0
) -> Any:
    """A value that a JSON schema allows.

    Args:
        known: the schemas that references name.
        name: of the field that holds the value.
        depth: how far inside of the body it stands; schemas may hold themselves.
    """
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            kinds = [each for each in schema[key] if each.get("type") != "null"]
            return example(kinds[0], known, name, depth) if kinds else None
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind in _TYPES:
        return _plain(kind, schema, name)
    if kind == "boolean":
        return bool(schema.get("default", False))
    if kind == "array":
        return _some(schema, known, name, depth)
    fields = schema.get("properties", {})
    wanted = fields if depth < 4 else {key: fields[key] for key in schema.get("required", ())}
    return {key: example(each, known, key, depth + 1) for key, each in wanted.items()}


def _some(schema: Mapping[str, Any], known: Mapping[str, Any], name: str, depth: int) -> list[Any]:
    least = schema.get("minItems", 0)
    if depth >= 4 and not least:
        return []
    return [example(schema.get("items", {}), known, name, depth + 1)] * max(1, least)


def _plain(kind: str, schema: Mapping[str, Any], name: str) -> Any:
    given = VALUES.get(name)
    if given is not None and isinstance(given, _TYPES[kind]) and _fits(given, schema):
        return given
    if kind != "string":
        return schema.get("default") or schema.get("minimum") or int("exclusiveMinimum" in schema)
    if schema.get("format") == "date-time":
        return "2026-01-31T09:30:00Z"
    if schema.get("format") == "date":
        return "2026-01-31"
    return schema.get("default") or _ID if name.endswith("_id") else schema.get("default") or name


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    if isinstance(value, str):
        return "format" not in schema and len(value) <= schema.get("maxLength", len(value))
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _problem(status: int) -> dict[str, Any]:
    known = status in set(HTTPStatus)
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase if known else "Refused",
        "status": status,
        "detail": "What went wrong, and what to do next.",
        "code": "short_word",
    }
