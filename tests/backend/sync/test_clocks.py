"""A phone's clock that is wrong by minutes, days or years, or set meanwhile: noted, flagged, never a loss."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.ids import new_id
from backend.sync.rules import CLOCK_MOVED, heard
from tests.backend.hazards.conftest import World, cast, world
from tests.backend.places.ground import a_door
from tests.backend.sync.phone import Phone, fixed
from tests.cast import signed_in

__all__ = ["cast", "world"]

WRONG = {
    "12 minutes slow": timedelta(minutes=-12),
    "an hour fast": timedelta(hours=1),
    "three days slow": timedelta(days=-3),
    "a year fast": timedelta(days=365),
    "in 1970": datetime(1970, 1, 1, 8, tzinfo=UTC) - datetime(2026, 3, 2, 1, tzinfo=UTC),
    "in 2099": datetime(2099, 12, 31, tzinfo=UTC) - datetime(2026, 3, 2, 1, tzinfo=UTC),
}


@pytest.fixture
async def lan(app: Any, world: World) -> Any:
    async with signed_in(app, "lan") as client:
        yield Phone(client)


def reporting(world: World) -> dict[str, Any]:
    """Return what reports a hazard at the KTV."""
    return {"hazard_id": new_id()} | world.found()


async def history(lan: Phone, hazard_id: Any) -> dict[str, Any]:
    answer = await lan.client.get(f"/api/hazards/{hazard_id}")
    assert answer.status_code == 200, answer.text
    hazard: dict[str, Any] = answer.json()["hazard"]
    return hazard


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_clock_loses_nothing_and_the_record_says_how_wrong(
    lan: Phone, world: World, frozen_clock: Any, wrong: str
) -> None:
    at = frozen_clock.at + WRONG[wrong]
    args = reporting(world)
    made = lan.add("report_hazard", args, at=at - timedelta(minutes=10), id=id_made_at(at))
    (receipt,) = await lan.push([made], sent_at=fixed(at))

    assert receipt["outcome"] == "applied"
    event = (await history(lan, args["hazard_id"]))["events"][0]
    assert event["clock_off_s"] == round(-WRONG[wrong].total_seconds())
    assert event["clock_moved_s"] == 0
    assert event["at"][:16] == "2026-03-02T00:50"  # ten minutes ago, whatever the phone called it


async def test_a_clock_that_was_set_right_before_sending_does_not_move_what_was_recorded(
    lan: Phone, world: World, frozen_clock: Any
) -> None:
    """An hour slow in the cellar; the network sets it right on the stairs."""
    args = reporting(world)
    slow = frozen_clock.at - timedelta(hours=1, minutes=10)
    made = lan.add("report_hazard", args, at=slow) | {"skew_ms": 3_600_000}
    (receipt,) = await lan.push([made], sent_at=fixed(frozen_clock.at))

    assert receipt["outcome"] == "applied"
    event = (await history(lan, args["hazard_id"]))["events"][0]
    assert (event["clock_off_s"], event["clock_moved_s"]) == (3600, 3600)
    assert event["at"][:16] == "2026-03-02T00:50"


async def test_deadlines_run_on_the_servers_time_whatever_the_phone_says(
    lan: Phone, world: World, frozen_clock: Any, database: Any
) -> None:
    years_ago = frozen_clock.at - timedelta(days=800)
    args = reporting(world)
    await lan.push([lan.add("report_hazard", args, at=years_ago)], sent_at=fixed(years_ago))

    received = await database.fetch_value(
        "SELECT received_at FROM hazard_event WHERE hazard_id = $1", args["hazard_id"]
    )
    assert received == frozen_clock.at
    assert (await history(lan, args["hazard_id"]))["reported_at"][:10] == "2026-03-02"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_moment_that_cannot_be_is_held_for_the_office_or_taken_as_now_but_never_lost(
    lan: Phone, frozen_clock: Any, at: str
) -> None:
    made = lan.add("register_household", a_door(room="999")) | {"at": at}
    (receipt,) = await lan.push([made], sent_at=fixed(frozen_clock.at))

    assert receipt["outcome"] == ("applied" if at.startswith("9999") else "held"), receipt


async def test_ids_of_a_wrong_clock_are_ids_like_any_other(lan: Phone, database: Any) -> None:
    ids = [id_made_at(datetime(year, 1, 1, tzinfo=UTC)) for year in (1970, 1999, 2099)]
    for each in ids:
        assert (await lan.did("register_household", a_door(room=str(each)[:8], id=each), id=each))[
            "outcome"
        ] == "applied"

    assert await database.fetch_value("SELECT count(*) FROM receipt WHERE id = ANY ($1)", ids) == 3
    assert {row["outcome"] for row in await lan.push([])} == set()


@pytest.mark.parametrize("told_ms", [None, 0, 30_000, -59_000])
def test_two_measurements_that_differ_by_seconds_are_no_change_of_the_clock(told_ms: int | None) -> None:
    now = datetime(2026, 3, 2, 1, tzinfo=UTC)
    told = None if told_ms is None else timedelta(milliseconds=told_ms)

    found = heard(now - timedelta(minutes=5), now, now, told)

    assert (found.at, found.moved) == (now - timedelta(minutes=5), timedelta(0))


def test_nothing_is_made_after_it_arrived_nor_before_ten_years_whatever_the_device_knew() -> None:
    now = datetime(2026, 3, 2, 1, tzinfo=UTC)

    assert heard(now, now, now, timedelta(days=900)).at == now
    assert now - heard(now, now, now, timedelta(days=-9000)).at < timedelta(days=3651)
    assert heard(now, now, now, CLOCK_MOVED + timedelta(seconds=1)).moved == CLOCK_MOVED + timedelta(seconds=1)


def id_made_at(at: datetime) -> UUID:
    """Return an id as a phone makes one whose clock says so."""
    return new_id(max(at, datetime(1970, 1, 1, tzinfo=UTC)))
