"""GET /api/devices/waiting: what devices within one's reach still hold, told in counts, and to whom."""

from datetime import timedelta
from typing import Any

from backend import clock
from backend.demo.cast import HEPING
from tests.backend.people.test_devices import a_device
from tests.cast import GRID_1, NEXT_GRID, signed_in


async def says(database: Any, device: Any, mutations: int, photos: int, size: int, hours_ago: int = 1) -> None:
    """Note what a device says it still holds, as a push does."""
    await database.execute(
        "UPDATE device SET waiting_mutations = $2, waiting_photos = $3, waiting_bytes = $4, last_heard_at = $5"
        " WHERE id = $1", device.id, mutations, photos, size, clock.now() - timedelta(hours=hours_ago),
    )  # fmt: skip


async def test_what_holds_most_comes_first_and_nobody_is_named(app: Any, cast: Any, database: Any) -> None:
    little, much, none = [await a_device(login, database) for login in ("lan", "guo", "bo")]
    await says(database, little, 1, 2, 700_000)
    await says(database, much, 6, 7, 2_400_000, hours_ago=30)
    await says(database, none, 0, 0, 0)

    async with signed_in(app, "dai") as desk:
        shown = (await desk.get("/api/devices/waiting")).json()

    codes = [each["code"] for each in shown["devices"]]
    assert codes[:2] == [much.code, little.code]
    assert none.code in codes[2:]
    assert (shown["mutations"], shown["photos"], shown["bytes"]) == (7, 9, 3_100_000)
    assert shown["devices"][1]["place_codes"] == [GRID_1]
    kept = {"code", "label", "place_codes", "last_heard_at", "waiting_mutations", "waiting_photos", "waiting_bytes"}
    assert set(shown["devices"][0]) == kept | {"revoked"}


async def test_a_community_sees_its_own_devices_only(app: Any, cast: Any, database: Any) -> None:
    here, there = await a_device("lan", database), await a_device("bo", database)
    for device in (here, there):
        await says(database, device, 1, 0, 0)

    async with signed_in(app, "qin") as desk:
        shown = (await desk.get("/api/devices/waiting")).json()
        outside = await desk.get(f"/api/devices/waiting?place={NEXT_GRID[:12]}")
        narrowed = (await desk.get(f"/api/devices/waiting?place={HEPING}")).json()
        wrong = await desk.get("/api/devices/waiting?place=12x")

    assert here.code in {each["code"] for each in shown["devices"]}
    assert there.code not in {each["code"] for each in shown["devices"]}
    assert outside.status_code == 404
    assert narrowed == shown
    assert wrong.status_code == 400


async def test_a_withdrawn_device_is_listed_while_it_holds_something(app: Any, cast: Any, database: Any) -> None:
    empty, full = await a_device("lan", database), await a_device("lan", database)
    await says(database, full, 3, 0, 0)
    await database.execute("UPDATE device SET revoked_at = now() WHERE id = ANY($1)", [empty.id, full.id])

    async with signed_in(app, "shen") as desk:
        listed = {each["code"]: each["revoked"] for each in (await desk.get("/api/devices/waiting")).json()["devices"]}

    assert listed[full.code] is True
    assert empty.code not in listed
