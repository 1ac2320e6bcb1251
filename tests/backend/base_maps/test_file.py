"""A PMTiles file is served whole and in parts, and a part of another edition is never mixed with the first."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from pmtiles.reader import Reader

from backend import clock
from tests import cast as the_cast
from tests.backend.base_maps.packed import pmtiles
from tests.backend.base_maps.upstream import picture

FILE = "/api/base-maps/town/file"


@pytest.fixture(autouse=True)
async def people(database: Any, frozen_clock: clock.Journey) -> None:
    await the_cast.make_cast()


async def get(app: Any, **headers: str) -> httpx.Response:
    async with the_cast.signed_in(app, "lan") as client:
        return await client.get(FILE, headers=headers)


async def test_the_whole_file_is_as_it_lies_on_the_disk(app: Any, tmp_path: Path) -> None:
    answer = await get(app)

    assert (answer.status_code, answer.headers["accept-ranges"]) == (200, "bytes")
    assert answer.content == (tmp_path / "town.pmtiles").read_bytes()


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-126", 0, 127),
        ("bytes=100-100", 100, 101),
        ("bytes=127-", 127, None),
        ("bytes=-64", -64, None),
        ("bytes=10-999999999999", 10, None),
        ("bytes=-999999999999", 0, None),
        ("BYTES=0-0", 0, 1),
    ],
)
async def test_a_part_is_exactly_what_was_asked_for(
    app: Any, tmp_path: Path, asked: str, start: int, end: int | None
) -> None:
    whole = (tmp_path / "town.pmtiles").read_bytes()
    answer = await get(app, Range=asked)

    part = whole[start:end]
    first = len(whole) + start if start < 0 else start
    assert answer.status_code == 206
    assert answer.content == part
    assert answer.headers["content-length"] == str(len(part))
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=5-1", "bytes=a-b", "bytes=-", "bytes"])
async def test_what_is_no_single_part_is_answered_with_the_whole(app: Any, asked: str) -> None:
    assert (await get(app, Range=asked)).status_code == 200


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=999999999-9999999999", "bytes=-0"])
async def test_behind_the_end_there_is_nothing(app: Any, tmp_path: Path, asked: str) -> None:
    answer = await get(app, Range=asked)

    assert (answer.status_code, answer.json()["type"]) == (416, "/problems/range-not-satisfiable")
    assert answer.headers["content-range"] == f"bytes */{(tmp_path / 'town.pmtiles').stat().st_size}"


async def test_a_part_of_another_edition_is_answered_with_the_whole(app: Any, tmp_path: Path) -> None:
    first = (await get(app, Range="bytes=0-9")).headers["etag"]
    same = await get(app, Range="bytes=0-9", **{"If-Range": first})
    unchanged = await get(app, **{"If-None-Match": first})
    (tmp_path / "new.pmtiles").write_bytes(pmtiles(zooms=(8, 14)))
    os.replace(tmp_path / "new.pmtiles", tmp_path / "town.pmtiles")
    other = await get(app, Range="bytes=0-9", **{"If-Range": first})

    assert (same.status_code, unchanged.status_code) == (206, 304)
    assert other.status_code == 200
    assert other.headers["etag"] != first


async def test_the_formats_own_reader_finds_the_tiles_by_parts(app: Any) -> None:
    parts: dict[tuple[int, int], bytes] = {}

    async with the_cast.signed_in(app, "lan") as client:

        def part(offset: int, length: int) -> bytes:
            if (offset, length) not in parts:
                raise LookupError(offset, length)
            return parts[offset, length]

        while True:
            try:
                tile = Reader(part).get(15, 26342, 14106)
                break
            except LookupError as missing:
                offset, length = missing.args
                asked = {"Range": f"bytes={offset}-{offset + length - 1}"}
                parts[offset, length] = (await client.get(FILE, headers=asked)).content

    assert tile == picture(15, 26342, 14106)
    assert len(parts) == 3


async def test_a_file_that_is_gone_is_not_offered(app: Any, tmp_path: Path) -> None:
    (tmp_path / "town.pmtiles").unlink()

    async with the_cast.signed_in(app, "lan") as client:
        told = (await client.get("/api/base-maps")).json()["base_maps"]
    assert "town" not in {each["name"] for each in told}
    assert (await get(app)).status_code == 502
