"""Complete the OpenAPI document: what a handler reads by hand, and every way it may refuse."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from backend.http import PROBLEM_JSON
from backend.problems import (
    Busy,
    CrossSite,
    Malformed,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    NotYourRole,
    Problem,
    ServerFailed,
    StorageFull,
    TooLarge,
    TooMany,
    UnsupportedContent,
)

EVERYWHERE: tuple[type[Problem], ...] = (Malformed, NotFound, MethodNotAllowed, ServerFailed, Busy, StorageFull)
WHEN_SIGNED_IN: tuple[type[Problem], ...] = (NotSignedIn, NotYourRole)
WHEN_WRITING: tuple[type[Problem], ...] = (CrossSite, TooLarge, UnsupportedContent, TooMany)
_SAID = {201: "Made.", 204: "Nothing is here.", 304: "What the client has is still so."}
_REF = "#/components/schemas/{name}"

_PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457, in two languages, with the facts of the occurrence as further members.",
    "required": ["type", "title", "status", "detail", "title_zh", "detail_zh"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "title_zh": {"type": "string"},
        "detail_zh": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}


def document(app: Litestar) -> dict[str, Any]:
    """Return the whole document as JSON-able values."""
    made: dict[str, Any] = app.openapi_schema.to_schema()
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM_SCHEMA
    for path, method, handler in _operations(app):
        operation = made["paths"].get(path, {}).get(method)
        if operation is None:  # OPTIONS, where the framework answers it
            continue
        _describe_refusals(operation, handler, method)
        _describe_body(operation, handler, schemas)
        _describe_answers(operation, handler, schemas)
        _empty(operation)
    return made


def _operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in route.route_handler_map.items():
                if handler.resolve_include_in_schema():
                    yield route.path_format or "/", method.lower(), handler


def _describe_refusals(operation: dict[str, Any], handler: HTTPRouteHandler, method: str) -> None:
    declared: Iterable[type[Problem]] = handler.opt.get("problems", ())
    kinds = [*EVERYWHERE, *declared]
    if not handler.opt.get("open_to_all"):
        kinds += WHEN_SIGNED_IN
    if method not in ("get", "head", "options"):
        kinds += WHEN_WRITING
    by_status: dict[int, list[type[Problem]]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(kind.status, []).append(kind)
    for status, same in sorted(by_status.items()):
        codes = ", ".join(sorted(kind.code for kind in same))
        operation["responses"][str(status)] = {
            "description": f"Refused: {codes}" if status < 500 else f"Failed: {codes}",
            "content": {PROBLEM_JSON: {"schema": {"$ref": _REF.format(name="Problem")}}},
        }


def _empty(operation: dict[str, Any]) -> None:
    """Say that an answer without content has none."""
    for status in ("204", "304"):
        operation["responses"].get(status, {}).pop("content", None)


def _describe_body(operation: dict[str, Any], handler: HTTPRouteHandler, schemas: dict[str, Any]) -> None:
    wanted = handler.opt.get("body")
    if wanted is None:
        return
    content = {"application/json": {"schema": _schema(wanted, schemas)}}
    operation["requestBody"] = {"required": True, "content": content}


def _describe_answers(operation: dict[str, Any], handler: HTTPRouteHandler, schemas: dict[str, Any]) -> None:
    for status, told in handler.opt.get("answers", {}).items():
        described: dict[str, Any] = {"description": _SAID.get(status, "As asked for."), "headers": {}}
        if isinstance(told, tuple):
            described["content"] = {
                media_type: {"schema": schema}
                for media_type, schema in ((each, {}) if isinstance(each, str) else each for each in told)
            }
        elif told is not None:
            described["content"] = {"application/json": {"schema": _schema(told, schemas)}}
        operation["responses"][str(status)] = described


def _schema(told: Any, schemas: dict[str, Any]) -> Any:
    if isinstance(told, dict):
        return told
    (schema,), parts = msgspec.json.schema_components([told], ref_template=_REF)
    schemas.update(parts)
    return schema
