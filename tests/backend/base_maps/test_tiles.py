"""The proxy gives the tiles of the services that the operator named, and is of no use for anything else."""

import asyncio
import io
import logging
import math
from typing import Any

import httpx
import numpy
import pytest
from PIL import Image

from backend import clock
from backend.base_maps.rules import NOTHING_HERE
from tests import cast as the_cast
from tests.backend.base_maps.conftest import KEY
from tests.backend.base_maps.upstream import MARK, Upstream, picture, pixel_in_degrees, pixel_of

Z, X, Y = 15, 26342, 14106
TILE = f"/api/base-maps/district/0/{Z}/{X}/{Y}"


async def get(app: Any, path: str, login: str = "lan", **headers: str) -> httpx.Response:
    async with the_cast.signed_in(app, login) as client:
        return await client.get(path, headers=headers)


@pytest.fixture(autouse=True)
async def people(database: Any, frozen_clock: clock.Journey) -> None:
    await the_cast.make_cast()


async def test_a_phone_is_told_which_maps_there_are_and_no_key(app: Any, upstream: Upstream) -> None:
    answer = await get(app, "/api/base-maps")

    told = {each["name"]: each for each in answer.json()["base_maps"]}
    assert set(told) == {"degrees", "district", "shifted", "town"}
    assert told["district"]["review_number"] == "桂S（2026）00-1号"
    assert told["district"]["attribution"] == "某区自然资源局"
    assert told["district"]["tiles"] == ["/api/base-maps/district/0/{z}/{x}/{y}"]
    assert told["shifted"]["crs"] == "gcj02"
    assert told["town"]["file"]["tile_type"] == "png"
    assert KEY not in answer.text
    assert str(upstream.port) not in answer.text


async def test_a_tile_comes_from_the_service_with_the_key_that_the_phone_never_sees(
    app: Any, upstream: Upstream
) -> None:
    answer = await get(app, TILE)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == picture(Z, X, Y)
    assert answer.headers["cache-control"] == "private, max-age=86400"
    assert upstream.asked == [f"/wgs84/{Z}/{X}/{Y}?tk={KEY}"]
    assert not {"cookie", "authorization"} & {name.lower() for each in upstream.headers for name in each}


async def test_a_service_that_cuts_in_degrees_is_laid_where_the_map_has_it(app: Any, upstream: Upstream) -> None:
    z = 17
    at_x, at_y = pixel_of(MARK, z)
    answer = await get(app, f"/api/base-maps/degrees/0/{z}/{int(at_x // 256)}/{int(at_y // 256)}")

    assert answer.status_code == 200
    pixels = numpy.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"), dtype=int)
    y, x = numpy.nonzero((pixels[..., 0] > 190) & (pixels[..., 1] < 30))
    middle = (x.mean() + 0.5, y.mean() + 0.5)
    assert middle == (pytest.approx(at_x % 256, abs=0.8), pytest.approx(at_y % 256, abs=0.8))
    # A square of degrees is higher on the map than it is wide, by 1 / cos of the latitude.
    height, width = y.max() - y.min() + 1, x.max() - x.min() + 1
    assert height / width == pytest.approx(1 / math.cos(math.radians(MARK.lat)), abs=0.06)
    rows = {int(path.split("/")[-1]) for path in upstream.asked}
    assert int(pixel_in_degrees(MARK, z)[1] // 256) in rows
    assert len(rows) <= 2
    asked = len(upstream.asked)
    await get(app, f"/api/base-maps/degrees/0/{z}/{int(at_x // 256)}/{int(at_y // 256)}")
    assert len(upstream.asked) == asked


async def test_a_service_in_degrees_may_have_nothing_or_say_nonsense(app: Any, upstream: Upstream) -> None:
    tile = f"/api/base-maps/degrees/0/{Z}/{X}/{Y}"
    upstream.mood = "nothing"
    answer = await get(app, tile)
    assert (answer.status_code, answer.content) == (200, NOTHING_HERE)
    upstream.mood = "torn"
    answer = await get(app, f"/api/base-maps/degrees/0/{Z}/{X + 1}/{Y}")
    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/base-map-silent")
    upstream.mood = "well"
    assert (await get(app, f"/api/base-maps/degrees/0/{Z}/{X + 1}/{Y}")).status_code == 200


async def test_a_tile_is_asked_for_once_and_again_when_its_time_is_over(
    app: Any, upstream: Upstream, frozen_clock: clock.Journey
) -> None:
    first = await get(app, TILE)
    again = await get(app, TILE)
    known = await get(app, TILE, **{"If-None-Match": first.headers["etag"]})
    assert (again.content, known.status_code, len(upstream.asked)) == (first.content, 304, 1)

    frozen_clock.forward(days=8)
    await get(app, TILE)
    assert len(upstream.asked) == 2


async def test_many_who_want_the_same_tile_ask_the_service_once(app: Any, upstream: Upstream) -> None:
    upstream.mood = "slow"
    async with the_cast.signed_in(app, "lan") as client:
        answers = await asyncio.gather(*(client.get(TILE) for _ in range(12)))

    assert {answer.status_code for answer in answers} == {200}
    assert len(upstream.asked) == 1


async def test_a_silent_service_is_said_and_an_old_tile_is_better_than_none(
    app: Any, upstream: Upstream, frozen_clock: clock.Journey
) -> None:
    kept = await get(app, TILE)
    frozen_clock.forward(days=30)
    upstream.mood = "dead"
    old, none = await get(app, TILE), await get(app, f"/api/base-maps/district/0/{Z}/{X}/{Y + 1}")

    assert (old.status_code, old.content) == (200, kept.content)
    assert (none.status_code, none.json()["type"]) == (502, "/problems/base-map-silent")


@pytest.mark.parametrize("mood", ["forbidden", "page", "elsewhere", "endless", "bomb", "dead"])
async def test_what_is_no_tile_is_refused_and_not_kept(app: Any, upstream: Upstream, mood: str) -> None:
    upstream.mood = mood
    answer = await get(app, TILE)

    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/base-map-silent")
    assert KEY not in answer.text
    assert [path for path in upstream.asked if "secret" in path] == []

    upstream.mood = "well"
    assert (await get(app, TILE)).status_code == 200


async def test_where_the_service_has_nothing_the_tile_is_transparent(app: Any, upstream: Upstream) -> None:
    upstream.mood = "nothing"
    first, again = await get(app, TILE), await get(app, TILE)

    assert first.status_code == again.status_code == 200
    assert first.headers["content-type"] == "image/png"
    assert len(first.content) < 100
    assert len(upstream.asked) == 1


async def test_a_service_that_keeps_failing_is_left_alone_for_a_while(app: Any, upstream: Upstream) -> None:
    upstream.mood = "forbidden"
    for row in range(9):
        await get(app, f"/api/base-maps/district/0/{Z}/{X}/{Y + row}")

    assert len(upstream.asked) == 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("district/1/15/26342/14106", 400),
        ("district/-1/15/26342/14106", 400),
        ("district/0/2/1/1", 400),
        ("district/0/19/1/1", 400),
        ("district/0/15/32768/0", 400),
        ("district/0/15/-1/0", 400),
        ("district/0/15/1e3/0", 404),
        ("district/0/15/1/..%2F..%2Fsecret", 404),
        ("others/0/15/26342/14106", 404),
        ("nowhere/0/15/26342/14106", 404),
        ("town/0/15/26342/14106", 404),
        ("district/file", 404),
        ("district/0/15/26342/14106?url=http://127.0.0.1/", 400),
    ],
)
async def test_nothing_but_a_tile_of_a_known_map_is_asked_for(
    app: Any, upstream: Upstream, path: str, status: int
) -> None:
    answer = await get(app, f"/api/base-maps/{path}")

    assert answer.status_code == status
    assert upstream.asked == []


async def test_ground_that_is_not_ours_costs_nothing_of_the_keys_quota(app: Any, upstream: Upstream) -> None:
    answer = await get(app, f"/api/base-maps/district/0/{Z}/100/100")

    assert (answer.status_code, len(answer.content) < 100, upstream.asked) == (200, True, [])


@pytest.mark.parametrize("login", ["wu", "nobody"])
async def test_who_has_no_map_has_no_base_map(app: Any, upstream: Upstream, login: str) -> None:
    answers = [await get(app, path, login) for path in ("/api/base-maps", TILE, "/api/base-maps/town/file")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert upstream.asked == []


async def test_a_stranger_gets_nothing(client: httpx.AsyncClient, upstream: Upstream) -> None:
    answers = [await client.get(path) for path in ("/api/base-maps", TILE, "/api/base-maps/town/file")]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert upstream.asked == []


async def test_the_key_is_in_no_log(app: Any, upstream: Upstream, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await get(app, TILE)
    upstream.mood = "forbidden"
    for row in range(1, 9):
        await get(app, f"/api/base-maps/district/0/{Z}/{X}/{Y + row}")

    assert "left alone" in caplog.text
    assert KEY not in caplog.text


async def test_kept_tiles_never_take_more_room_than_was_given(app: Any, upstream: Upstream, settings: Any) -> None:
    one = len(picture(Z, X, Y))
    store = app.state.base_map_tiles._store
    store._limit_bytes = 10 * one
    for row in range(30):
        await get(app, f"/api/base-maps/district/0/{Z}/{X}/{Y + row - 15}")

    kept = [path.stat().st_size for path in (settings.data / "base-maps").rglob("*") if path.is_file()]
    assert 0 < sum(kept) <= 10 * one
    assert len(kept) >= 5
