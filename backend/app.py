"""Wire settings, slices and edges into one application; nothing else knows all slices."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.params import FromPath

from backend import __version__, database, http, openapi, problems
from backend.front import Front
from backend.listening import Listener
from backend.settings import Settings
from backend.shell import Shell

# A slice's `api` offers `routes`, and may offer `dependencies` (for every handler), `lifespans`, `doors` (which see a
# request before it is routed), `hears` (what to call when the database says something on a channel), `state`: what
# slices below it may ask the application for, and `from_settings`, which makes such a state or refuses the settings.
SLICES = (
    "people", "places", "photos", "visits", "hazards", "sync", "hazard_map", "exchange", "base_maps", "positions",
)  # fmt: skip

PHONE_APP = Path(__file__).parent.parent / "pwa" / "dist"


def create_app(
    settings: Settings,
    *,
    connect: dict[str, Any] | None = None,
    slices: Sequence[str] | None = None,
    phone_app: Path = PHONE_APP,
    authority: bytes | None = None,
) -> Litestar:
    """Return the application.

    `connect` says how asyncpg reaches the database; without it, `settings.database_url` does.
    `authority` is the certificate, PEM, that phones nearby install before they trust this server.
    """
    where = connect or {"dsn": settings.database_url}
    slices = SLICES if slices is None else slices
    apis = _apis(slices)
    app = Litestar(
        route_handlers=[*OWN_ROUTES, *(route for api in apis for route in api.routes)],
        dependencies=_dependencies(apis),
        before_request=http.only_known_parameters,
        exception_handlers=http.EXCEPTION_HANDLERS,
        lifespan=[_database(where), *(each for api in apis for each in getattr(api, "lifespans", ()))],
        request_max_body_size=http.BODY_LIMIT_BYTES,
        openapi_config=OpenAPIConfig(title="Gridwalk 巡格", version=__version__),
        logging_config=None,
    )
    for door in (each for api in apis for each in getattr(api, "doors", ())):
        app.asgi_handler = door(app.asgi_handler)
    app.asgi_handler = Front(app.asgi_handler, Shell(phone_app), settings)
    furnish(app, settings, slices, authority=authority)
    return app


def furnish(app: Litestar, settings: Settings, slices: Sequence[str], *, authority: bytes | None = None) -> None:
    """Give an application that is not running all that it holds, made anew."""
    apis = _apis(slices)
    listener = Listener(_offered(apis, "hears"))
    app.state = State(_state(apis, settings) | {"settings": settings, "listener": listener, "authority": authority})


def _apis(slices: Sequence[str]) -> list[ModuleType]:
    present = [name for name in slices if find_spec(f"backend.{name}") and find_spec(f"backend.{name}.api")]
    return [import_module(f"backend.{name}.api") for name in present]


def _dependencies(apis: Sequence[ModuleType]) -> dict[str, Provide]:
    found = {
        "settings": Provide(_settings, sync_to_thread=False),
        "listener": Provide(_listener, sync_to_thread=False),
    }
    return found | _offered(apis, "dependencies")


def _offered(apis: Sequence[ModuleType], name: str) -> dict[str, Any]:
    offered: dict[str, Any] = {}
    for api in apis:
        offered |= getattr(api, name, {})
    return offered


def _state(apis: Sequence[ModuleType], settings: Settings) -> dict[str, Any]:
    """Return what slices hold for each other.

    Errors: BadSettings of a slice that reads more than the settings themselves say.
    """
    state = _offered(apis, "state")
    for api in apis:
        state |= api.from_settings(settings) if hasattr(api, "from_settings") else {}
    return state


def _settings(request: Request[Any, Any, State]) -> Settings:
    return request.app.state.settings  # type: ignore[no-any-return]


def _listener(request: Request[Any, Any, State]) -> Listener:
    return request.app.state.listener  # type: ignore[no-any-return]


def _database(where: dict[str, Any]) -> Any:
    """Return a lifespan with the pool open and a listener running; a pool that is open already stays open."""

    @contextlib.asynccontextmanager
    async def open_for_business(app: Litestar) -> AsyncIterator[None]:
        ours = database.ENGINE.pool is None
        if ours:
            await database.open_pool(**where)
        listener: Listener = app.state.listener
        listening = asyncio.create_task(listener.run(where), name="listening")
        try:
            yield
        finally:
            listener.stop()
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            if ours:
                await database.close_pool()

    return open_for_business


@get("/health/live", opt={"open_to_all": True})
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "live"}


@get("/health/ready", opt={"open_to_all": True})
async def ready(request: Request[Any, Any, State]) -> dict[str, str]:
    """Say whether requests would be served: the database answers and changes are heard."""
    await database.fetch_value("SELECT 1")
    if not request.app.state.listener.connected.is_set():
        raise problems.Busy(retry_after_s=1)
    return {"status": "ready"}


@get("/problems/{code:str}", opt={"open_to_all": True})
async def problem_kind(code: FromPath[str]) -> dict[str, object]:
    """Explain one kind of refusal: when it happens and what to do."""
    kind = problems.catalogue().get(code)
    if kind is None:
        raise problems.NotFound
    return {
        "type": f"/problems/{kind.code}",
        "status": kind.status,
        "title": kind.title_en,
        "title_zh": kind.title_zh,
        "detail": kind.detail_en,
        "detail_zh": kind.detail_zh,
        "meaning": (kind.__doc__ or "").strip(),
        "retryable": kind.retryable,
    }


@get("/api/openapi.json", include_in_schema=False)
async def openapi_document(request: Request[Any, Any, State]) -> Response[bytes]:
    """Return the OpenAPI 3.1 document, made once."""
    state = request.app.state
    if "openapi" not in state:
        state.openapi = openapi.document(request.app)
    return http.json_response(request, state.openapi)


@get("/ca.crt", include_in_schema=False, opt={"open_to_all": True})
async def authority_certificate(request: Request[Any, Any, State]) -> Response[bytes]:
    """Return the certificate of this server's own authority, for a phone to install."""
    authority: bytes | None = request.app.state.authority
    if authority is None:
        raise problems.NotFound
    return Response(authority, media_type="application/x-x509-ca-cert")


OWN_ROUTES = (live, ready, problem_kind, openapi_document, authority_certificate)
