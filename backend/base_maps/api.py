"""Speak HTTP for base maps: which there are, tiles of map services by proxy, and parts of PMTiles files."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from backend import clock
from backend.base_maps import rules
from backend.base_maps.queries import Tiles
from backend.base_maps.rules import BaseMap, BaseMapSilent, RangeNotSatisfiable, Span
from backend.base_maps.storage import TileStore
from backend.http import documents, problem_response
from backend.people.api.identity import OFTEN
from backend.people.rules import Permission, Person, not_your_role, reach
from backend.problems import Busy, Malformed, NotFound, NotYourRole
from backend.settings import BadSettings, Settings

_ADDRESS = "/api/base-maps"
_PIECE_BYTES = 262_144
_PICTURES = ("image/png", "image/jpeg", "image/webp")
_ARCHIVE = "application/vnd.pmtiles"
_KEPT_BY_BROWSERS = {"cache-control": "private, max-age=86400"}


class Title(msgspec.Struct, frozen=True):
    """What a base map is called."""

    zh: str
    en: str


class File(msgspec.Struct, frozen=True):
    """A PMTiles file, which is read in parts, or taken along whole; vector tiles have `layers`."""

    url: str
    size_bytes: int
    etag: str
    tile_type: str
    layers: list[str]


class Offered(msgspec.Struct, frozen=True, omit_defaults=True):
    """A base map that somebody may choose; nothing of its service's address or key is told.

    `tiles` are templates from the ground up. `crs` is the datum that its tiles are drawn in: of those in `gcj02` each
    picture lies some hundred metres from where its numbers say.
    """

    name: str
    title: Title
    attribution: str
    review_number: str
    crs: str
    min_zoom: int
    max_zoom: int
    tile_size: int
    bounds: list[float] | None = None
    tiles: list[str] = []
    file: File | None = None


class All(msgspec.Struct, frozen=True):
    """The base maps of somebody's subdistrict."""

    base_maps: list[Offered]


def from_settings(settings: Settings) -> dict[str, Any]:
    """Return, for the application's state, the base maps that the settings' file describes.

    Errors: BadSettings, naming the file and the maps that are wrong.
    """
    if settings.base_maps is None:
        return {"base_maps": {}}
    try:
        found = rules.read(settings.base_maps.read_text(encoding="utf-8"), _look)
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"GRIDWALK_BASE_MAPS={settings.base_maps} cannot be read") from None
    except ValueError as error:
        raise BadSettings(f"GRIDWALK_BASE_MAPS={settings.base_maps} {error}") from None
    return {"base_maps": {each.name: each for each in found}}


def _look(path: str) -> rules.Archive:
    try:
        with Path(path).open("rb") as file:

            def part(at: int, length: int) -> bytes:
                file.seek(at)
                return file.read(length)

            return rules.archive(part)
    except OSError:
        raise ValueError("file cannot be read") from None
    except ValueError as error:
        raise ValueError(f"file {error}") from None


@get(_ADDRESS, opt=documents(NotYourRole, answers={200: All}))
async def base_maps(request: Request[Any, Any, Any], person: NamedDependency[Person]) -> All:
    """Return the base maps that somebody may choose from, with what must stand beside each: none is usual."""
    _must_have_a_map(person)
    mine = [each for each in _all_maps(request).values() if each.is_for(person.tenant)]
    return All([offered for offered in [await _offer(each) for each in mine] if offered is not None])


@get(
    _ADDRESS + "/{name:str}/{layer:int}/{z:int}/{x:int}/{y:int}",
    opt=documents(Malformed, NotYourRole, BaseMapSilent, Busy, answers={200: _PICTURES, 304: None}) | OFTEN,
)
async def base_map_tile(
    request: Request[Any, Any, Any],
    person: NamedDependency[Person],
    name: FromPath[str],
    layer: FromPath[int],
    z: FromPath[int],
    x: FromPath[int],
    y: FromPath[int],
) -> Response[bytes]:
    """Return a tile of a map service, which is asked in the server's name; a transparent one where it has nothing."""
    base_map = _map(request, person, name)
    if not base_map.layers:
        raise NotFound
    if not base_map.has(layer, z, x, y):
        raise Malformed.at("/path", "there is no such tile in this base map's layers and zooms")
    tiles: Tiles = request.app.state.base_map_tiles
    content = await tiles.tile(base_map, layer, z, x, y) or rules.NOTHING_HERE
    headers = _KEPT_BY_BROWSERS | {"etag": f'"{hashlib.sha256(content).hexdigest()[:20]}"'}
    if headers["etag"] == request.headers.get("if-none-match"):
        return Response(b"", status_code=304, headers=headers)
    return Response(content, media_type=rules.media_type(content), headers=headers)


@get(
    _ADDRESS + "/{name:str}/file",
    opt=documents(
        NotYourRole,
        RangeNotSatisfiable,
        BaseMapSilent,
        answers={200: (_ARCHIVE,), 206: (_ARCHIVE,), 304: None},
    )
    | OFTEN,
)
async def base_map_file(
    request: Request[Any, Any, Any], person: NamedDependency[Person], name: FromPath[str]
) -> Response[Any] | Stream:
    """Return a PMTiles file, or the part of it that a Range header asks for."""
    path = _map(request, person, name).file
    if path is None:
        raise NotFound
    file, size_bytes, etag = await asyncio.to_thread(_open, path)
    headers = {"etag": etag, "accept-ranges": "bytes", "cache-control": "private, no-cache"}
    try:
        span = rules.wanted(request.headers.get("range"), request.headers.get("if-range"), etag, size_bytes)
        if span is None and request.headers.get("if-none-match") == etag:
            os.close(file)
            return Response(b"", status_code=304, headers=headers)
    except RangeNotSatisfiable as problem:
        os.close(file)
        answer = problem_response(problem, str(request.scope.get("state", {}).get("instance", "—")))
        answer.headers["content-range"] = f"bytes */{size_bytes}"
        return answer
    sent = span or Span(0, size_bytes)
    headers["content-length"] = str(sent.length)
    if span is not None:
        headers["content-range"] = f"bytes {span.start}-{span.start + span.length - 1}/{size_bytes}"
    return Stream(_pieces(file, sent), status_code=200 if span is None else 206, media_type=_ARCHIVE, headers=headers)


def _must_have_a_map(person: Person) -> None:
    if not reach(person, clock.today(), Permission.VIEW_MAP).scopes:
        raise not_your_role(Permission.VIEW_MAP)


def _all_maps(request: Request[Any, Any, Any]) -> dict[str, BaseMap]:
    return request.app.state.base_maps  # type: ignore[no-any-return]


def _map(request: Request[Any, Any, Any], person: Person, name: str) -> BaseMap:
    """Return a base map of somebody's subdistrict.

    Errors: NotYourRole for somebody without a map; NotFound.
    """
    _must_have_a_map(person)
    found = _all_maps(request).get(name)
    if found is None or not found.is_for(person.tenant):
        raise NotFound
    return found


async def _offer(base_map: BaseMap) -> Offered | None:
    """Return how a base map is offered; None when its file is gone."""
    file = None
    if base_map.file is not None:
        try:
            opened, size_bytes, etag = await asyncio.to_thread(_open, base_map.file)
            os.close(opened)
            said = await asyncio.to_thread(_look, base_map.file)
        except (BaseMapSilent, ValueError):
            return None
        file = File(f"{_ADDRESS}/{base_map.name}/file", size_bytes, etag, said.tile_type, list(said.layers))
    box = base_map.bounds
    return Offered(
        name=base_map.name,
        title=Title(base_map.title_zh, base_map.title_en),
        attribution=base_map.attribution,
        review_number=base_map.review_number,
        crs=base_map.crs,
        min_zoom=base_map.min_zoom,
        max_zoom=base_map.max_zoom,
        tile_size=base_map.tile_size,
        bounds=None if box is None else [box.west, box.south, box.east, box.north],
        tiles=[f"{_ADDRESS}/{base_map.name}/{number}/{{z}}/{{x}}/{{y}}" for number in range(len(base_map.layers))],
        file=file,
    )


def _open(path: str) -> tuple[int, int, str]:
    """Return an open file, its size, and a name for this edition of it: another file, another name.

    Errors: BaseMapSilent when it is gone.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        raise BaseMapSilent from None
    said = os.fstat(file)
    told = hashlib.sha256(f"{said.st_size} {said.st_mtime_ns} ".encode() + os.pread(file, rules.HEADER_BYTES, 0))
    return file, said.st_size, f'"{told.hexdigest()[:20]}"'


async def _pieces(file: int, span: Span) -> AsyncIterator[bytes]:
    """Yield the bytes of a part; a file that was cut meanwhile ends early, which a client sees by the length."""
    try:
        at, end = span.start, span.start + span.length
        while at < end:
            piece = await asyncio.to_thread(os.pread, file, min(_PIECE_BYTES, end - at), at)
            if not piece:
                return
            at += len(piece)
            yield piece
    finally:
        os.close(file)


@contextlib.asynccontextmanager
async def open_for_tiles(app: Litestar) -> AsyncIterator[None]:
    """Hold the tiles that are kept, and the connections to map services, while the server runs."""
    settings: Settings = app.state["settings"]
    limit_bytes = settings.base_map_cache_mb * 1_000_000
    app.state.base_map_tiles = Tiles(TileStore(settings.data / "base-maps", limit_bytes))
    try:
        yield
    finally:
        await app.state.base_map_tiles.close()


routes = [base_maps, base_map_tile, base_map_file]
lifespans = [open_for_tiles]
