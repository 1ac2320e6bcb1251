"""Nothing that a request asks for is silently left out: what no parameter is called is refused, at every address."""

import re

import pytest
from httpx import AsyncClient
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from backend.exchange.rules import ADDRESS
from backend.http import parameters
from tests.backend.photos.test_upload import TUS
from tests.cast import make_cast, signed_in

IN_A_PATH = {"int": "1", "str": "nothing", "uuid": "018f0000-0000-7000-8000-000000000000"}
ITS_OWN = (ADDRESS, "/api/exports/{")
"""What reads its query itself, because every property is a parameter; tests/backend/exchange asks it for nonsense."""


def served(app: Litestar) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Return the method, the address and the handler of all that is not the framework's own documentation."""
    return [
        (method, route.path, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute) and not route.path.startswith("/schema")
        for method, (handler, _) in route.route_handler_map.items()
    ]


def address(path: str) -> str:
    return re.sub(r"\{[a-z_0-9]+:([a-z]+)\}", lambda found: IN_A_PATH[found[1]], path)


async def test_every_address_refuses_a_parameter_that_it_does_not_read(app: Litestar) -> None:
    await make_cast()
    silent, asked = [], 0
    async with signed_in(app, "dai") as dai:
        for method, path, handler in served(app):
            if handler.opt.get("reads_query"):
                continue
            answer = await dai.request(method, address(path), params={"not_a_parameter": "1"}, headers=TUS)
            asked += 1
            told = method == "HEAD" or '"pointer":"/query/not_a_parameter"' in answer.text
            if answer.status_code != 400 or not told:
                silent.append(f"{method} {path}: {answer.status_code}")

    assert asked > 60
    assert silent == []


def test_only_the_data_interface_and_its_files_read_the_query_themselves(app: Litestar) -> None:
    themselves = {path for _, path, handler in served(app) if handler.opt.get("reads_query")}

    assert themselves
    assert all(path.startswith(ITS_OWN) for path in themselves)
    assert {path for _, path, _ in served(app) if path.startswith(ITS_OWN)} == themselves


async def test_the_document_names_what_is_read(app: Litestar, client: AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    for (path, method), known in parameters(app).items():
        operation = paths.get(path, {}).get(method.lower())
        if operation is not None:
            told = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
            assert told == known, f"{method} {path}"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("bbox=109.4,24.3,109.5,24.4", {"/query/bbox": "there is no such parameter here; there are: after, category"}),
        ("stage=closed&stage=voided", {"/query/stage": "it is given more than once"}),
        ("Stage=closed&limit=5&%E9%9A%90%E6%82%A3", {"/query/Stage": "there is no such parameter here"}),
        ("%00x" * 9 + "=1", {"": "a zero character"}),
    ],
)
async def test_a_refusal_names_the_parameter(app: Litestar, query: str, wrong: dict[str, str]) -> None:
    await make_cast()
    async with signed_in(app, "dai") as dai:
        answer = await dai.get(f"/api/hazards?{query}")
        known = await dai.get("/api/hazards?stage=closed&limit=5")

    body = answer.json()
    assert (answer.status_code, body["type"]) == (400, "/problems/malformed")
    told = {each["pointer"]: each["reason"] for each in body["errors"]}
    for pointer, reason in wrong.items():
        assert told[pointer].startswith(reason)
    assert known.status_code == 200
