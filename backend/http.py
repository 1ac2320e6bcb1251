"""Turn bytes into values and refusals into problem+json: strictly on the way in, in words on the way out."""

import gzip
import logging
import re
import secrets
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.routes import HTTPRoute
from litestar.types import ExceptionHandlersMap

from backend.database import is_full, is_passing
from backend.problems import (
    Busy,
    Malformed,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    ServerFailed,
    StorageFull,
    TooLarge,
    TooMany,
    UnsupportedContent,
)

log = logging.getLogger("gridwalk.http")
Wanted = TypeVar("Wanted")

BODY_LIMIT_BYTES = 2_000_000
PROBLEM_JSON = "application/problem+json"
_SMALLEST_GZIP_BYTES = 1_000


def decode(body: bytes | msgspec.Raw, wanted: type[Wanted]) -> Wanted:
    """Return the value that a JSON text holds: no number from a text, no unknown form, no NaN.

    Errors: Malformed, naming the field by its JSON pointer.
    """
    try:
        return _decoder(wanted).decode(body)  # type: ignore[no-any-return,arg-type]
    except msgspec.DecodeError as error:
        reason, _, path = str(error).partition(" - at `")
        raise Malformed.at(_pointer(path.rstrip("`")), reason) from None
    except RecursionError:
        raise Malformed.at("", "nested too deeply") from None
    except UnicodeDecodeError:
        raise Malformed.at("", "not UTF-8") from None


@lru_cache(maxsize=512)
def _decoder(wanted: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(wanted, strict=True)


def _pointer(path: str) -> str:
    """Return the JSON pointer (RFC 6901) of a path such as `$.mutations[0].id`."""
    steps = re.findall(r"\.([^.\[]+)|\[([^\]]*)\]", path)
    return "".join(f"/{name or index}" for name, index in steps)


async def body(request: Request[Any, Any, Any], wanted: type[Wanted]) -> Wanted:
    """Return the value in a request's JSON body.

    Errors: Malformed; UnsupportedContent unless it is called JSON; TooLarge beyond the handler's limit.
    """
    called = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if called != "application/json":
        raise UnsupportedContent(accepted="application/json")
    return decode(await request.body(), wanted)


FEATURES: dict[str, Any] = {
    "type": "object",
    "description": "A FeatureCollection of RFC 7946.",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "properties": {"type": {"const": "Feature"}, "id": {"type": "integer"}},
            },
        },
    },
}
"""The schema of GeoJSON."""


def documents(*problems: type[Problem], body: Any = None, answers: Mapping[int, Any] | None = None) -> dict[str, Any]:
    """Return a handler's `opt` that tells the OpenAPI document what it reads with `body` and how it may refuse.

    `answers` says by status what the handler's own annotation cannot: the type or the schema of the JSON that it
    encodes itself, the media types of what is no JSON (or of other JSON, each with its schema), or None where nothing
    comes.
    """
    return {"problems": problems, "body": body, "answers": answers or {}}


async def only_known_parameters(request: Request[Any, Any, Any]) -> None:
    """Let a request pass that asks by what its handler reads: a filter that nobody applies would be a wrong answer.

    A handler whose `opt` says `reads_query` looks itself.

    Errors: Malformed, naming each parameter that there is not, or that comes twice.
    """
    if not request.scope.get("query_string") or request.route_handler.opt.get("reads_query"):
        return
    known = parameters(request.app)[request.scope["path_template"], request.method]
    counted = Counter(name for name, _ in request.query_params.multi_items())
    there_are = f"there are: {', '.join(sorted(known))}" if known else "there are none"
    wrong = [
        (
            name[:40],
            f"there is no such parameter here; {there_are}" if name not in known else "it is given more than once",
        )
        for name, times in counted.items()
        if name not in known or times > 1
    ]
    if wrong:
        raise Malformed(errors=[{"pointer": f"/query/{name}", "reason": reason} for name, reason in wrong])


def parameters(app: Litestar) -> dict[tuple[str, str], frozenset[str]]:
    """Return what may be asked, by the template of a path and the method, with what its dependencies read."""
    if "parameters" not in app.state:
        app.state.parameters = {
            (route.path_format or "/", method): frozenset(each.field_alias for each in reads.expected_query_params)
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for method, (_, reads) in route.route_handler_map.items()
        }
    return app.state.parameters  # type: ignore[no-any-return]


def json_response(
    request: Request[Any, Any, Any], content: Any, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Return a JSON response, compressed when it is worth it and the client can read it."""
    encoded, sent = msgspec.json.encode(content), {"vary": "accept-encoding", **(headers or {})}
    if len(encoded) >= _SMALLEST_GZIP_BYTES and accepts(request.headers.get("accept-encoding", ""), "gzip"):
        encoded, sent["content-encoding"] = gzip.compress(encoded, 5, mtime=0), "gzip"
    return Response(encoded, media_type="application/json", headers=sent)


def accepts(accept_encoding: str, coding: str) -> bool:
    """Does an Accept-Encoding header allow a coding? (RFC 9110 §12.5.3; `;q=0` forbids.)"""
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False


def problem_response(problem: Problem, instance: str) -> Response[bytes]:
    """Return a refusal as RFC 9457 wants it."""
    headers = {"cache-control": "no-store"}
    wait_s = problem.facts.get("retry_after_s") or _spread(problem)
    if wait_s is not None:
        headers["retry-after"] = str(wait_s)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    content = msgspec.json.encode(problem.as_body(instance), enc_hook=str)
    return Response(content, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers)


def _spread(problem: Problem) -> int | None:
    """Return after how many seconds to come back: by chance, so that 200 phones do not return in the same one."""
    longest_s = {429: 60, 503: 10, 507: 90}.get(problem.status)
    return None if longest_s is None else longest_s // 5 + secrets.randbelow(longest_s)


def _instance(request: Request[Any, Any, Any]) -> str:
    return str(request.scope.get("state", {}).get("instance", "—"))


def _refused(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    log.info("%s refused: %s", _instance(request), problem.code)
    return problem_response(problem, _instance(request))


def _of_litestar(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Answer what the framework itself refuses."""
    if error.detail == "client disconnected prematurely":
        return _refused(request, Busy(retry_after_s=1))  # nobody is there to read it, and nothing of ours failed
    if error.status_code >= 500:
        return _failed(request, error)
    return _refused(request, _translate(error, request))


def _translate(error: HTTPException, request: Request[Any, Any, Any]) -> Problem:
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        return Malformed(errors=[_field_error(each) for each in error.extra])
    limit = request.route_handler.resolve_request_max_body_size() if error.status_code == 413 else None
    known: dict[int, Problem] = {
        401: NotSignedIn(),
        404: NotFound(),
        405: MethodNotAllowed(),
        413: TooLarge(limit_bytes=limit),
        415: UnsupportedContent(accepted="application/json"),
        429: TooMany(retry_after_s=60),
    }
    return known.get(error.status_code) or Malformed.at("", error.detail)


def _field_error(each: Any) -> dict[str, str]:
    if not isinstance(each, dict):
        return {"pointer": "", "reason": str(each)}
    place = "/".join(part for part in (str(each.get("source") or ""), str(each.get("key") or "")) if part)
    return {"pointer": f"/{place}" if place else "", "reason": str(each.get("message", "not valid"))}


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Log a failure with its traceback, and tell strangers nothing of it."""
    instance = _instance(request)
    if is_full(error):
        log.error("%s %s %s: no room: %s", instance, request.method, request.url.path, error)
        return problem_response(StorageFull(), instance)
    if is_passing(error):
        log.warning("%s %s %s: %s: %s", instance, request.method, request.url.path, type(error).__name__, error)
        return problem_response(Busy(), instance)
    log.error("%s %s %s failed", instance, request.method, request.url.path, exc_info=error)
    return problem_response(ServerFailed(instance=instance), instance)


def response_to(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Return what is answered to an error, whatever it is."""
    if isinstance(error, Problem):
        return _refused(request, error)
    if isinstance(error, ConnectionAbortedError):
        return _refused(request, Busy(retry_after_s=1))  # nobody is there to read it, and nothing of ours failed
    return _of_litestar(request, error) if isinstance(error, HTTPException) else _failed(request, error)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    Problem: _refused,
    HTTPException: _of_litestar,
    Exception: response_to,
}
