"""Every answer, good or bad, has the status, the type and the form that the OpenAPI document tells of it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import httpx
import jsonschema_rs
import msgspec
import pytest
from litestar import Litestar

from backend import clock
from backend.ids import new_id
from backend.places.commands.grid_files import GridFile, keep_file
from backend.visits import templates
from tests.backend.hazards.conftest import World
from tests.backend.photos.test_upload import NAME, PHOTO, PIECE, TUS, begin, metadata, send
from tests.backend.places import ground
from tests.backend.places.corpus import sound
from tests.cast import CAST, GRID_1, GRID_2, KTV, PASSWORD, TENANT, a_client, signed_in
from tests.hostile.next_door import a_visit, did
from tests.hostile.pushing import envelope, sent
from tests.journeys.test_mutation_table import all_mutations

QUERIES = {
    "/api/visits": [{"place_id": str(KTV)}, {"place_id": "x"}, {}],
    "/api/coverage": [{"place_code": GRID_1}, {"place_code": "1"}, {"place_code": GRID_1, "from_on": "2027-01-01"}],
    "/api/hazard-map": [{"bbox": "109.3,24.2,109.5,24.4"}, {"bbox": "1,2"}, {"bbox": "nan,0,inf,1"}],
    "/api/hazard-map/past": [{"on": "2026-03-01"}, {"on": "2099-01-01"}, {"on": "x"}, {}],
    "/api/hazards": [{}, {"stage": "open"}, {"q": "KTV", "limit": "1"}, {"limit": "0"}, {"after": "?"}],
    "/api/photos/{sha256}": [{"size": size} for size in ("thumb", "screen", "original", "stamped", "vast")],
    "/api/sync/pull": [{}, {"cursor": "x"}, {"grids": "1"}, {"kinds": "hazard,household"}, {"kinds": "x"}],
    "/api/people": [{}, {"role": "grid_worker"}, {"role": "king"}, {"place": GRID_1}],
    "/api/premises": [{}, {"category": "assembly"}, {"grid": "x"}, {"after": "x"}, {"q": "声"}],
    "/api/exports/{name}": [{}, {"f": "kml"}, {"f": "shp"}, {"f": "xls"}, {"x": "1"}, {"within": "1"}, {"q": "\x00"}],
    "/api/grids": [{}, {"at": "2026-03-01"}, {"at": "x"}],
    "/api/grids/files": [{"name": "x.geojson"}, {"name": ""}, {}],
    "/api/grids/files/{file_id}": [{}, {"layer": "none"}, {"encoding": "latin1"}],
}
A_TOKEN = {"label": "县级平台", "place_code": GRID_1, "collections": ["grids"], "days": 1}
A_SURVEY = {"crs": "wgs84", "columns": {"code": "code", "name": "name"}, "effective_on": "2026-03-01"}
A_SPLIT = {"kind": "split", "codes": [GRID_1], "line": []}
A_PLAN = {"community_code": GRID_1[:12], "edit": {"kind": "merge", "codes": [GRID_1, GRID_2], "line": []}}
LEFT_OUT = {("get", "/api/sync/live"), ("delete", "/api/session"), ("post", "/api/me/password")}
"""A stream without an end has its own test; the other two would end the session that asks."""


class Question(NamedTuple):
    """One request, and where the document tells of its answer."""

    method: str
    path: str
    url: str
    sends: dict[str, Any]


@pytest.fixture
async def rich(app: Litestar, world: World) -> dict[str, str]:
    """One of everything in Heping; the things by which the document's addresses are filled."""
    body, visit = templates.shipped()[0], new_id()
    known: Any = all_mutations()
    await did(known, "publish_checklist", {"id": body["id"], "version": 1, "body": body}, world.cast["min"])
    await did(known, "record_visit", a_visit(visit, world.home), world.cast["lan"])
    await world.report(photos=[{"sha256": NAME, "role": "before"}])
    async with signed_in(app, "lan") as lan:
        await send(lan, (await begin(lan)).headers["location"], PHOTO, 0)
    file_id = await keep_file(TENANT, GridFile("x.geojson", sound()), clock.now())
    things = {
        "premises_id": KTV, "household_id": world.home, "building_id": ground.BUILDING, "hazard_id": world.hazard_id,
        "visit_id": visit, "checklist_id": body["id"], "version": 1, "sha256": NAME, "upload_id": new_id(),
        "token_id": new_id(), "name": "premises", "file_id": file_id, "about": file_id,
        "kind": "premises", "place_id": KTV, "code": "malformed", "fid": 1, "z": 14, "x": 13170, "file": "7051.mvt",
        "layer": 0, "y": 7051,
    }  # fmt: skip
    return {name: str(each) for name, each in things.items()}


@pytest.fixture
async def clients(app: Litestar, rich: dict[str, str]) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Six of the cast, signed in, and somebody who is not."""
    async with AsyncExitStack() as stack:
        known = {
            login: await stack.enter_async_context(signed_in(app, login))
            for login in ("lan", "dai", "wu", "xiao", "min", "zhou")
        }
        stranger = await stack.enter_async_context(a_client(app))
        stranger.device_id = new_id()  # type: ignore[attr-defined]
        yield known | {"stranger": stranger}


def bodies(client: httpx.AsyncClient) -> dict[str, list[bytes]]:
    """Return good bodies and bad ones by the address they are for."""
    given = {
        "/api/grids/check": [ground.an_import(), ground.an_import(crs="wgs85"), {}],
        "/api/grids/changes/plan": [A_PLAN, A_PLAN | {"edit": A_SPLIT}, {}],
        "/api/grids/files/{file_id}/survey": [A_SURVEY, A_SURVEY | {"crs": "EPSG:1"}, {}],
        "/api/places/{kind}/{place_id}/phone": [{"reason": "约复查"}, {"reason": ""}, {"reason": 7}],
        "/api/session": [{"login": "lan", "password": PASSWORD}, {"login": "lan", "password": "x"}, {"login": 1}],
        "/api/enrolments": [{"person_id": str(CAST["lan"].id)}, {"person_id": str(new_id())}, []],
        "/api/enrolments/redeem": [{"code": "AAAA-BBBB-CCCC"}, {"code": 1}],
        "/api/tokens": [A_TOKEN, {**A_TOKEN, "days": 0}, {**A_TOKEN, "place_code": "450299002"}, {}],
        "/api/me/totp": [{}, {"totp": "123456"}, {"totp": 1}],
    }
    encoded = {path: [msgspec.json.encode(each) for each in values] for path, values in given.items()}
    return encoded | {"/api/sync/push": [envelope(client, [sent("x", "{}")]), envelope(client, ["{}"]), b"{"]}


def questions(document: dict[str, Any], things: dict[str, str], client: httpx.AsyncClient) -> Iterator[Question]:
    """Yield for every documented operation good requests and bad ones."""
    sendable = bodies(client)
    for path, item in document["paths"].items():
        for method in item.keys() - {"parameters"}:
            if (method, path) in LEFT_OUT:
                continue
            urls = [path.format_map(things), path.format_map(dict.fromkeys(things, "0"))]
            for url in dict.fromkeys(urls):
                for sends in _sends(method, path, sendable):
                    yield Question(method, path, url, sends)


def _sends(method: str, path: str, sendable: dict[str, list[bytes]]) -> list[dict[str, Any]]:
    if path.startswith("/api/photos") and method in ("post", "head", "patch", "delete"):
        piece = PIECE | {"upload-offset": "0", "upload-length": "1000", "upload-metadata": metadata()}
        return [{"headers": piece}, {"headers": TUS}, {"headers": {}}]
    if path in sendable and method in ("post", "put"):
        kinds = [{"content-type": "application/json"}] * len(sendable[path])
        sends = [{"content": body, "headers": kind} for body, kind in zip(sendable[path], kinds, strict=True)]
        return [
            *sends,
            {"content": b"a=1", "headers": {"content-type": "text/plain"}},
            {"json": {}, "headers": FOREIGN},
        ]
    return [{"params": params} for params in QUERIES.get(path, [{}])]


FOREIGN = {"origin": "https://elsewhere.example"}


def fault(document: dict[str, Any], asked: Question, answer: httpx.Response) -> str | None:
    """Return what of an answer the document does not tell, None when it tells all."""
    told = document["paths"][asked.path][asked.method]["responses"].get(str(answer.status_code))
    if answer.status_code >= 500:
        return "failed"
    if told is None:
        return "status not documented"
    content, kind = told.get("content", {}), answer.headers.get("content-type", "").partition(";")[0]
    if not answer.content:
        return None if answer.status_code in (204, 304) or asked.method == "head" or not content else "nothing came"
    if kind not in content:
        return f"came as {kind}, documented as {sorted(content)}"
    if not kind.endswith("json"):
        return None
    schema = {"components": document["components"], **content[kind]["schema"]}
    errors = [
        f"{each.instance_path}: {each.message[:200]}" for each in jsonschema_rs.iter_errors(schema, answer.json())
    ]
    return "; ".join(errors[:3]) or None


async def test_everything_that_is_answered_is_documented(
    app: Litestar, rich: dict[str, str], clients: dict[str, httpx.AsyncClient]
) -> None:
    document = (await clients["dai"].get("/api/openapi.json")).json()
    faults, statuses = set(), set()

    for client in clients.values():
        for asked in questions(document, rich, client):
            answer = await client.request(asked.method.upper(), asked.url, **asked.sends)
            statuses.add(answer.status_code)
            found = fault(document, asked, answer)
            if found is not None:
                faults.add(f"{asked.method} {asked.path} {answer.status_code}: {found}")

    assert sorted(faults) == []
    assert statuses >= {200, 201, 204, 400, 401, 403, 404, 409, 412, 415, 422}


async def test_what_a_client_has_already_is_not_sent_again(
    rich: dict[str, str], clients: dict[str, httpx.AsyncClient]
) -> None:
    document = (await clients["dai"].get("/api/openapi.json")).json()
    for path in ("/api/hazard-map/summary", "/api/tiles/grids/{z}/{x}/{file}", "/api/photos/{sha256}"):
        first = await clients["dai"].get(path.format_map(rich))
        again = await clients["dai"].get(path.format_map(rich), headers={"if-none-match": first.headers["etag"]})

        assert (first.status_code, again.status_code) == (200, 304), path
        assert fault(document, Question("get", path, "", {}), again) is None


async def test_every_answer_with_content_is_described(clients: dict[str, httpx.AsyncClient]) -> None:
    document = (await clients["dai"].get("/api/openapi.json")).json()
    undescribed = [
        f"{method} {path} {status}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        for status, told in operation["responses"].items()
        for kind, content in told.get("content", {}).items()
        if kind.endswith("json") and content.get("schema", {}) in ({}, {"type": "string"}, {"type": "null"})
    ]

    assert undescribed == []
