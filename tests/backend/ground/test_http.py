"""What comes in is read strictly; what is refused is told in words; what fails is told to nobody but the log."""

import logging
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, Request, Response, get, post
from litestar.params import FromQuery

from backend import http, problems
from backend.front import Front
from backend.settings import Settings
from backend.shell import Shell


class Point(msgspec.Struct, forbid_unknown_fields=True):
    lon: float
    lat: float


class Order(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    count: int
    points: list[Point] = []


@post("/api/orders", opt=http.documents(body=Order))
async def take(request: Request[Any, Any, Any]) -> dict[str, object]:
    order = await http.body(request, Order)
    return {"name": order.name, "count": order.count}


@get("/api/fail/{kind:str}")
async def fail(request: Request[Any, Any, Any]) -> None:
    raise {
        "mistake": ZeroDivisionError("secret detail"),
        "passing": ConnectionRefusedError("secret detail"),
        "wait": problems.TooMany(retry_after_s=7),
        "stranger": problems.NotSignedIn(),
    }[request.path_params["kind"]]


@get("/api/many")
async def many(request: Request[Any, Any, Any], limit: FromQuery[int]) -> Response[bytes]:
    return http.json_response(request, ["row"] * limit)


def make_app(settings: Settings, folder) -> Litestar:
    app = Litestar(
        [take, fail],
        exception_handlers=http.EXCEPTION_HANDLERS,
        request_max_body_size=1_000,
        openapi_config=None,
        logging_config=None,
    )
    app.asgi_handler = Front(app.asgi_handler, Shell(folder), settings)
    return app


@pytest.fixture
async def front(settings, tmp_path):
    transport = httpx.ASGITransport(make_app(settings, tmp_path / "none"), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def test_a_good_body_is_read(front):
    answer = await front.post("/api/orders", json={"name": "灭火器 🧯", "count": 2})

    assert answer.status_code == 201
    assert answer.json() == {"name": "灭火器 🧯", "count": 2}


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        (b'{"name": "a", "count": "2"}', "/count"),
        (b'{"name": "a", "count": 2.5}', "/count"),
        (b'{"name": "a", "count": true}', "/count"),
        (b'{"name": 5, "count": 2}', "/name"),
        (b'{"name": "a", "count": 2, "points": [{"lon": 1, "lat": 2}, {"lon": "1", "lat": 2}]}', "/points/1/lon"),
        (b'{"name": "a", "count": 2, "points": [{"lon": NaN, "lat": 2}]}', ""),
        (b'{"name": "a", "count": 2, "more": 1}', ""),
        (b'{"name": "a"}', ""),
        (b'{"name": "\xff", "count": 2}', ""),
        (b'{"name": "\\ud800", "count": 2}', ""),
        (b"{", ""),
        (b"", ""),
        (b"null", ""),
        (b"[" * 900, ""),
    ],
)
async def test_a_bad_body_is_refused_by_the_field_that_is_wrong(front, sent, pointer):
    answer = await front.post("/api/orders", content=sent, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/malformed"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert answer.json()["errors"][0]["reason"]


@given(st.binary(max_size=60))
def test_any_bytes_are_either_read_or_malformed(sent):
    try:
        assert isinstance(http.decode(sent, Order), Order)
    except problems.Malformed as refusal:
        assert refusal.facts["errors"]  # noqa: PT017


def test_deep_nesting_is_refused_and_not_a_crash():
    with pytest.raises(problems.Malformed):
        http.decode(b'{"x":' * 100_000, Order)


async def test_a_body_of_another_type_is_refused(front):
    answer = await front.post("/api/orders", data={"name": "a"})

    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-content")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_refused_with_the_limit(front, announced):
    async def pieces():
        for _ in range(30):
            yield b" " * 100

    answer = await front.post(
        "/api/orders",
        content=b" " * 3_000 if announced else pieces(),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 413
    assert answer.json()["limit_bytes"] == 1_000


async def test_a_mistake_of_ours_is_logged_and_tells_strangers_nothing(front, caplog):
    with caplog.at_level(logging.ERROR):
        answer = await front.get("/api/fail/mistake")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["type"] == "/problems/server-failed"
    assert answer.json()["instance"] in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_failure_of_the_moment_asks_to_try_again(front):
    answer = await front.get("/api/fail/passing")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.text


async def test_how_long_to_wait_is_a_header_too(front):
    assert (await front.get("/api/fail/wait")).headers["retry-after"] == "7"


async def test_a_stranger_is_told_how_to_identify_himself(front):
    assert (await front.get("/api/fail/stranger")).headers["www-authenticate"] == "Bearer"


async def test_unknown_addresses_and_methods_are_problems(front):
    missing, wrong = await front.get("/api/nothing"), await front.delete("/api/orders")

    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    assert (wrong.status_code, wrong.json()["type"]) == (405, "/problems/method-not-allowed")


@pytest.mark.parametrize(
    ("accepted", "yes"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("x-gzip", False),
        ("", False),
    ],
)
def test_a_coding_is_used_only_where_it_is_accepted(accepted, yes):
    assert http.accepts(accepted, "gzip") is yes


async def test_only_answers_worth_it_are_compressed(settings, tmp_path):
    app = Litestar([many], openapi_config=None, logging_config=None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        large, small = await client.get("/api/many?limit=1000"), await client.get("/api/many?limit=2")
        plain = await client.get("/api/many?limit=1000", headers={"accept-encoding": "identity"})

    assert large.headers["content-encoding"] == "gzip"
    assert large.json() == plain.json() == ["row"] * 1000
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in plain.headers
    assert int(large.headers["content-length"]) < len(large.content) / 10
