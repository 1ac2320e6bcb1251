"""A past day over HTTP: its tiles, its counts and its list, and what is refused."""

from typing import Any

import pytest

from backend import clock
from backend.hazards.queries import stood
from backend.ids import new_id
from tests import cast as the_cast
from tests.backend.hazard_map.test_map import get, layers, tile_at
from tests.backend.hazards.conftest import World

TILE = f"/api/tiles/hazards/{tile_at(16)}.mvt"


@pytest.fixture
async def lived(world: World, frozen_clock: clock.Journey) -> World:
    """A hazard that was reported on the 2nd, dispatched on the 4th until the 9th, and voided on the 12th."""
    await world.report()
    frozen_clock.forward(days=2)
    await world.do("dispatch_hazard", "qin", due_on="2026-03-09", measures="打开安全出口", responsible_unit="好声音KTV",
                   notice={"delivered": "in_person", "signed": "signed"})  # fmt: skip
    frozen_clock.forward(days=8)
    await world.do("void_hazard", "jing", reason="重复登记")
    frozen_clock.forward(days=20)
    return world


@pytest.mark.parametrize(
    ("on", "stage", "due"),
    [("2026-03-02", "registered", "soon"), ("2026-03-04", "dispatched", "later"), ("2026-03-09", "dispatched", "soon"),
     ("2026-03-10", "dispatched", "overdue"), ("2026-03-12", "voided", "none"), ("2026-04-01", "voided", "none")],
)  # fmt: skip
async def test_a_tile_shows_how_it_stood(app: Any, lived: World, on: str, stage: str, due: str) -> None:
    (feature,) = layers(await get(app, "dai", f"{TILE}?on={on}"))["hazards"]["features"]

    assert (feature["properties"]["stage"], feature["properties"]["due"]) == (stage, due)


async def test_filters_ask_about_the_day_and_not_about_now(app: Any, lived: World) -> None:
    open_then = await get(app, "dai", f"{TILE}?on=2026-03-05&stage=open")
    voided_then = await get(app, "dai", f"{TILE}?on=2026-03-05&stage=voided")
    late_then = await get(app, "dai", f"{TILE}?on=2026-03-10&overdue=true")
    before = await get(app, "dai", f"{TILE}?on=2026-03-01")

    assert [each.status_code for each in (open_then, voided_then, late_then, before)] == [200, 204, 200, 204]


async def test_the_day_comes_with_counts_and_a_list(app: Any, lived: World) -> None:
    answer = (await get(app, "dai", "/api/hazard-map/past?on=2026-03-10&stage=open")).json()

    assert answer["places"] == [{"place_code": the_cast.GRID_1, "open": 1, "overdue": 1, "closed": 0}]
    assert answer["total"] == 1
    (row,) = answer["hazards"]
    assert (row["id"], row["stage"], row["deadline_on"]) == (str(lived.hazard_id), "dispatched", "2026-03-09")


async def test_the_days_begin_with_the_first_hazard(app: Any, lived: World) -> None:
    assert (await get(app, "dai", "/api/hazard-map/days")).json() == {"first_on": "2026-03-02", "last_on": "2026-04-01"}
    assert (await get(app, "bo", "/api/hazard-map/days")).json() == {"first_on": None, "last_on": "2026-04-01"}


@pytest.mark.parametrize("on", ["2026-04-02", "1999-12-31", "x", "2026-02-30", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", [TILE, "/api/hazard-map/past"])
async def test_a_day_that_is_not_past_is_a_400(app: Any, lived: World, path: str, on: str) -> None:
    assert (await get(app, "dai", f"{path}?on={on}")).status_code == 400


async def test_a_department_sees_the_past_of_what_is_its_own_now(app: Any, world: World) -> None:
    today = clock.today()
    assert (await get(app, "xiao", f"/api/hazard-map/past?on={today}")).json()["total"] == 0
    await world.report()
    await world.do("transfer_hazard", "dai", department="fire", receipt_number="2026-118", reply_due_on="2026-03-09",
                   reason="超出职责")  # fmt: skip

    told = (await get(app, "xiao", f"/api/hazard-map/past?on={today}")).json()
    tile = await get(app, "xiao", f"{TILE}?on={today}")

    assert [row["stage"] for row in told["hazards"]] == ["transferred"]
    assert tile.status_code == 200
    assert (await get(app, "bo", f"{TILE}?on={today}")).status_code == 204


async def test_the_same_day_is_sent_again_only_when_something_has_changed(app: Any, lived: World) -> None:
    path = "/api/hazard-map/past?on=2026-03-10"
    first = await get(app, "dai", path)
    again = await get(app, "dai", path, **{"if-none-match": first.headers["etag"]})
    lived.hazard_id = new_id()
    await lived.report()
    after = await get(app, "dai", path, **{"if-none-match": first.headers["etag"]})

    assert (again.status_code, after.status_code) == (304, 200)


async def test_too_many_steps_are_refused_in_both_languages(
    app: Any, lived: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stood, "MOST_STEPS", 2)
    for path in (f"{TILE}?on=2026-03-10", "/api/hazard-map/past?on=2026-03-10", "/api/hazard-map/days"):
        refused = await get(app, "dai", path)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/past-not-held")
        assert "隐患太多" in refused.json()["title_zh"]
