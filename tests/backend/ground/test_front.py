"""The door: headers on every answer, no writes from other sites, a log without secrets."""

import logging

import asyncpg
import httpx
import pytest

from backend.app import create_app
from backend.server import DiscreetFormatter
from backend.settings import Settings


def client_of(settings: Settings, folder, scheme="http"):
    app = create_app(settings, connect={"host": "/nowhere"}, slices=(), phone_app=folder)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://testserver")


@pytest.fixture
async def door(settings, tmp_path):
    async with client_of(settings, tmp_path / "none") as client:
        yield client


@pytest.mark.parametrize("path", ["/health/live", "/api/nothing", "/problems/not-found", "/nothing.js"])
async def test_every_answer_carries_the_security_headers(door, path):
    headers = (await door.get(path)).headers

    policy = headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["permissions-policy"].startswith("camera=(self), geolocation=(self)")
    assert "strict-transport-security" not in headers


async def test_behind_tls_browsers_are_told_to_stay_there(tmp_path):
    settings = Settings(data=tmp_path, public_url="https://gridwalk.example.cn")
    async with client_of(settings, tmp_path / "none") as client:
        assert "max-age" in (await client.get("/health/live")).headers["strict-transport-security"]


async def test_records_are_kept_out_of_caches(door):
    assert (await door.get("/api/nothing")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://testserver"},
    ],
)
async def test_a_write_from_another_site_is_refused(door, headers):
    answer = await door.post("/api/anything", headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/cross-site")


@pytest.mark.parametrize(
    "headers", [{}, {"origin": "http://testserver"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
)
async def test_a_write_of_our_own_passes_the_door(door, headers):
    assert (await door.post("/api/anything", headers=headers)).status_code == 404


async def test_a_write_through_the_proxy_passes_by_its_public_address(tmp_path):
    settings = Settings(data=tmp_path, public_url="https://gridwalk.example.cn")
    async with client_of(settings, tmp_path / "none") as client:
        answer = await client.post("/api/anything", headers={"origin": "https://gridwalk.example.cn"})

    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["/api/x?q=%00", "/api/%00", "/%00"])
async def test_a_zero_character_is_refused_at_the_door(door, address):
    assert (await door.get(address)).status_code == 400


async def test_the_log_names_the_request_and_keeps_its_secrets(door, caplog):
    with caplog.at_level(logging.INFO, logger="gridwalk.access"):
        answer = await door.get("/api/nothing?phone=13800000000", headers={"authorization": "Bearer secret-token"})
        await door.get("/enrol/one-time-code")

    assert answer.json()["instance"] in caplog.text
    assert "/api/nothing" in caplog.text
    assert "13800000000" not in caplog.text
    assert "secret-token" not in caplog.text
    assert "/enrol/…" in caplog.text
    assert "one-time-code" not in caplog.text


def test_no_line_of_the_log_tells_a_number_a_code_or_a_token():
    said = asyncpg.UniqueViolationError("duplicate key")
    said.detail = "Key (login)=(李小明) already exists."
    words = (
        "of 13812342107 with Bearer aa-bb_cc, gridwalk=dd.ee; at https://x.cn/enrol#ff-gg by postgresql://me:hh@db/x"
    )
    record = logging.LogRecord("gridwalk", logging.ERROR, "", 0, words, None, (type(said), said, None))

    line = DiscreetFormatter().format(record)

    for secret in ("138", "2107", "aa-bb", "dd.ee", "ff-gg", "hh", "李小明"):
        assert secret not in line
    for told in ("duplicate key", "https://x.cn/enrol#", "@db/x"):
        assert told in line


async def test_who_comes_by_plain_http_is_told_how_to_come_by_https(tmp_path):
    settings = Settings(data=tmp_path, tls="local")
    async with client_of(settings, tmp_path / "none") as client:
        told, live = await client.get("/"), await client.get("/health/live")
    async with client_of(settings, tmp_path / "none", "https") as client:
        served = await client.get("/health/live")

    assert told.status_code == 426
    assert "https://testserver/" in told.text
    assert "HTTPS" in told.text
    assert live.status_code == served.status_code == 200


async def test_without_its_database_the_server_lives_and_is_not_ready(door):
    assert (await door.get("/health/live")).status_code == 200
    assert (await door.get("/health/ready")).status_code == 503


async def test_with_its_database_the_server_is_ready(client):
    assert (await client.get("/health/ready")).json() == {"status": "ready"}


async def test_every_refusal_is_explained_at_its_address(client):
    refusal = (await client.get("/api/nothing")).json()
    explained = (await client.get(refusal["type"])).json()

    assert explained["title"] == refusal["title"]
    assert explained["meaning"].endswith(".")
    assert (await client.get("/problems/unheard-of")).status_code == 404
