"""What the exchange does not understand it refuses by name, and it describes itself as the standard wants."""

import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.definitions import OPENAPI_30

from backend.exchange.rules import COLLECTIONS, CRS84, EPSG_4490, MOST_FEATURES, Name, asked
from backend.problems import Malformed
from tests.backend.exchange.conftest import Ask, a_token
from tests.backend.hazards.conftest import World

BAD = [
    ("colour", "red"), ("bbox", "1,2,3"), ("bbox", "1,2,3,4,5"), ("bbox", "a,b,c,d"), ("bbox", "nan,0,1,1"),
    ("bbox", "1e999,0,1,1"), ("bbox", "0,0,1,1e999"), ("bbox", "170,0,-170,10"), ("bbox", "0,10,10,0"),
    ("bbox", "0,0,9,10,10,1"),
    ("bbox", "0,0,190,10"), ("bbox", "1_0,0,20,10"), ("bbox", ""), ("crs", "EPSG:4326"), ("crs", CRS84.upper()),
    ("bbox-crs", "x"), ("datetime", "yesterday"), ("datetime", "2026-13-01"), ("datetime", "2026-02-30"),
    ("datetime", "../.."), ("datetime", "/"), ("datetime", ".."), ("datetime", ""),
    ("datetime", "2026-03-03/2026-03-02"),
    ("datetime", "2026-03-01T00:00:00"), ("datetime", "a/b/c"), ("datetime", "0000-01-01"),
    ("datetime", "9999-12-31T25:00:00Z"), ("due_on", "2026-W10-1"),
    ("limit", "0"), ("limit", "-1"), ("limit", "ten"), ("limit", "1.5"), ("limit", ""), ("limit", "١٠"), ("after", "x"),
    ("f", "html"), ("f", ""), ("stage", "open"), ("stage", "draft"), ("listed", "yes"), ("returned_count", "many"),
    ("returned_count", "99999999999"), ("due_on", "soon"), ("what", "x"), ("reported_by", "x"), ("number", "9" * 400),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda each: str(each)[:30])
async def test_what_is_not_understood_is_refused_by_its_name(world: World, ask: Ask, name: str, value: str) -> None:
    answer = await ask(await a_token("dai"), "/collections/hazards/items", **{name: value})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/query/{name}"]


async def test_a_box_across_the_antimeridian_is_refused_with_what_to_do(world: World, ask: Ask) -> None:
    answer = await ask(await a_token("dai"), "/collections/grids/items", bbox="170,-10,-170,10")

    assert "antimeridian" in answer.json()["errors"][0]["reason"]
    assert "two halves" in answer.json()["errors"][0]["reason"]


@pytest.mark.parametrize("path", ["", "/conformance", "/api", "/collections", "/collections/grids"])
async def test_no_page_passes_over_a_parameter_that_it_does_not_know(world: World, ask: Ask, path: str) -> None:
    token = await a_token("dai")

    good, bad = await ask(token, path, f="json"), await ask(token, path, lang="zh")
    twice = await ask(token, f"{path}?f=json&f=json")

    assert (good.status_code, bad.status_code, twice.status_code) == (200, 400, 400)


async def test_more_than_the_most_gives_the_most(world: World, ask: Ask) -> None:
    answer = await ask(await a_token("dai"), "/collections/grids/items", limit=MOST_FEATURES * 50)

    assert answer.status_code == 200
    assert asked([("limit", "50000")], COLLECTIONS[Name.GRIDS]).limit == MOST_FEATURES


_names = st.sampled_from(
    ["bbox", "datetime", "limit", "crs", "bbox-crs", "after", "f", "stage", "due_on", "overdue", "x"]
)


@given(st.lists(st.tuples(_names, st.text(max_size=60) | st.from_regex(r"[-0-9.,/TZ:+]{0,40}")), max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_is_asked_is_understood_or_refused(query: list[tuple[str, str]]) -> None:
    try:
        found = asked(query, COLLECTIONS[Name.HAZARDS])
    except Malformed:
        return
    assert dict(query) == found.given
    assert 1 <= found.limit <= MOST_FEATURES
    assert found.box is None or (found.box[0] <= found.box[2] and found.box[1] <= found.box[3])


async def test_the_first_page_leads_everywhere(world: World, ask: Ask) -> None:
    token = await a_token("dai")
    page = (await ask(token)).json()
    links = {link["rel"]: link for link in page["links"]}

    assert set(links) == {"self", "service-desc", "conformance", "data"}
    for link in links.values():
        answer = await ask(token, link["href"])
        assert (answer.status_code, answer.headers["content-type"]) == (200, link["type"]), link
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in (await ask(token, "/conformance")).text
    for told in (await ask(token, "/collections")).json()["collections"]:
        assert told["crs"] == [CRS84, EPSG_4490]
        for link in told["links"]:
            answer = await ask(token, link["href"])
            assert (answer.status_code, answer.headers["content-type"]) == (200, link["type"]), link


async def test_its_definition_is_valid_openapi_3_0(world: World, ask: Ask) -> None:
    answer = await ask(await a_token("dai"), "/api")
    document = answer.json()

    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert [str(each) for each in jsonschema_rs.iter_errors(OPENAPI_30, document)] == []
    assert document["servers"] == [{"url": "http://localhost/api/exchange"}]
    assert re.findall("#/components/([a-z]+)/([A-Za-z-]+)", answer.text)
    for kind, name in re.findall("#/components/([a-z]+)/([A-Za-z-]+)", answer.text):
        assert name in document["components"][kind]


async def test_every_answer_is_as_the_definition_says(app: Any, world: World, ask: Ask) -> None:
    await world.dispatched()
    token = await a_token("dai")
    document = (await ask(token, "/api")).json()
    things = {"featureId": str(world.hazard_id)}
    for path, item in document["paths"].items():
        for params in ({}, {"f": "json"}, {"no": "such"}):
            answer = await ask(token, path.format_map(things).rstrip("/"), **params)
            told = item["get"]["responses"][str(answer.status_code)]["content"]
            (media_type,) = told
            assert answer.headers["content-type"] == media_type, path
            schema = {"components": document["components"], **told[media_type]["schema"]}
            assert [str(each) for each in jsonschema_rs.iter_errors(_plain(schema), answer.json())] == [], path


def _plain(schema: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema: what is nullable may be null."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _plain(each) for name, each in schema.items() if name != "nullable"}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain
