"""The phone's app arrives small, is asked for again only when it changed, and never in the place of a script."""

import gzip

import httpx
import pytest

from backend.shell import Shell

PAGE = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
async def phone(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>巡格")
    (tmp_path / "sw.js").write_text("self")
    script = b"export const answer = 42;" * 100
    (tmp_path / "assets" / "main-abc.js").write_bytes(script)
    (tmp_path / "assets" / "main-abc.js.gz").write_bytes(gzip.compress(script))
    (tmp_path / "assets" / "main-abc.js.br").write_bytes(b"pretend brotli")
    transport = httpx.ASGITransport(Shell(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        client.headers["accept-encoding"] = "identity"
        yield client


async def test_the_start_page_is_checked_at_every_start(phone):
    answer = await phone.get("/")

    assert answer.text == "<!doctype html>巡格"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


async def test_assets_are_kept_for_good(phone):
    answer = await phone.get("/assets/main-abc.js")

    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("br, gzip", "br"), ("gzip, br;q=0", "gzip"), ("identity", None), ("", None)],
)
async def test_the_smallest_copy_that_is_accepted_is_sent(phone, accepted, coding):
    request = phone.build_request("GET", "/assets/main-abc.js", headers={"accept-encoding": accepted})
    answer = await phone.send(request, stream=True)

    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "accept-encoding"
    await answer.aclose()


async def test_what_has_not_changed_is_not_sent_again(phone):
    first = await phone.get("/sw.js")
    again = await phone.get("/sw.js", headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    changed = await phone.get("/sw.js", headers={"if-none-match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.parametrize("path", ["/today", "/hazards/0190-abc", "/visit/"])
async def test_a_place_inside_the_app_opens_its_start_page(phone, path):
    answer = await phone.get(path, headers=PAGE)

    assert answer.status_code == 200
    assert "巡格" in answer.text


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/assets/main-old.js", PAGE),
        ("/assets/gone", PAGE),
        ("/favicon.ico", PAGE),
        ("/today", {"accept": "*/*"}),
        ("/../pyproject.toml", PAGE),
        ("/assets/%2e%2e/%2e%2e/pyproject.toml", {"accept": "*/*"}),
    ],
)
async def test_what_is_not_there_stays_missing(phone, path, headers):
    answer = await phone.get(path, headers=headers)

    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"


async def test_head_tells_the_length_without_the_body(phone):
    answer = await phone.head("/sw.js")

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "4", b"")


async def test_nothing_is_written_to_the_shell(phone):
    assert (await phone.post("/")).status_code == 405


async def test_an_app_that_was_never_built_is_an_app_without_files(tmp_path):
    transport = httpx.ASGITransport(Shell(tmp_path / "none"))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        assert (await client.get("/", headers=PAGE)).status_code == 404
