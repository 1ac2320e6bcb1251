"""Phones get the last visit of each place only, and hear when its photos arrive."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend import changes, database
from backend.ids import new_id
from backend.photos.commands import announce
from backend.visits import queries
from tests import cast as the_cast

SHA = "ab" * 32


async def _here(kind: str) -> dict[UUID, bool]:
    rows = await database.fetch("SELECT id, gone FROM change WHERE kind = $1", kind)
    return {row["id"]: not row["gone"] for row in rows}


async def test_the_place_and_its_last_visit_change_together(world: Any) -> None:
    before = await changes.newest(the_cast.TENANT)
    first = world.at_home(revisit={"on": "2026-03-07", "window": "weekend"})

    await world.do("record_visit", first)

    newer = await database.fetch("SELECT kind, id FROM change WHERE revision > $1 ORDER BY revision", before)
    assert [(row["kind"], row["id"]) for row in newer] == [("visit", first["visit_id"]), ("household", world.door)]
    last = (await queries.last_visits("household", [world.door, world.second_door]))[world.door]
    assert the_cast.as_json(last) == {
        "id": str(first["visit_id"]),
        "outcome": "entered",
        "ended_at": "2026-03-02T00:50:00Z",
        "hazards": 1,
        "revisit_on": "2026-03-07",
        "revisit_window": "weekend",
    }


async def test_a_newer_visit_replaces_the_older_on_phones(world: Any) -> None:
    first, second = world.a_visit(), world.a_visit(ended_at="2026-03-02T00:55:00Z", outcome="declined")
    await world.do("record_visit", first)

    await world.do("record_visit", second)

    assert await _here("visit") == {first["visit_id"]: False, second["visit_id"]: True}


async def test_an_older_visit_that_arrives_late_stays_off_phones(world: Any) -> None:
    newer, older = world.a_visit(), world.a_visit(ended_at="2026-02-20T00:50:00Z", outcome="vacant")
    await world.do("record_visit", newer)

    await world.do("record_visit", older)

    assert await _here("visit") == {newer["visit_id"]: True, older["visit_id"]: False}
    assert (await queries.last_visits("household", [world.door]))[world.door].id == newer["visit_id"]


async def test_households_and_premises_have_their_own_last_visits(world: Any) -> None:
    await world.do("record_visit", world.at_ktv())

    assert await queries.last_visits("household", [world.ktv]) == {}
    assert (await queries.last_visits("premises", [world.ktv]))[world.ktv].hazards == 1
    also = await database.fetch_value("SELECT also FROM change WHERE kind = 'visit'")
    assert also == [f"premises:{world.ktv}"]


async def test_a_row_says_which_photos_are_still_on_their_way(world: Any) -> None:
    visit = world.at_home(photos=[{"sha256": SHA, "role": "item", "item_id": "co.heater.type"}])
    await world.do("record_visit", visit)

    (row,) = await queries.rows_for_phone("visit", [visit["visit_id"]], world.cast["lan"])

    assert row.photos_awaited == 1
    assert row.photos == [{"sha256": SHA, "role": "item", "item_id": "co.heater.type", "arrived": False}]
    sent = msgspec.json.decode(msgspec.json.encode(row))
    assert sent["fix"]["accuracy_m"] == 28
    assert sent["revisit"] is None


async def _a_photo_arrives(at: datetime) -> None:
    await database.execute(
        "INSERT INTO photo (sha256, tenant, person_id, device_id, size_bytes, kind, width, height, seal, received_at)"
        " VALUES ($1, $2, $3, $3, 9, 'jpeg', 1, 1, '', $4)",
        SHA,
        int(the_cast.TENANT),
        new_id(),
        at,
    )
    await announce([SHA], the_cast.TENANT)


async def test_a_photo_that_arrives_changes_the_visit_that_names_it(world: Any, frozen_clock: Any) -> None:
    visit = world.at_home(photos=[{"sha256": SHA, "role": "item"}])
    await world.do("record_visit", visit)
    before = await changes.newest(the_cast.TENANT)

    await _a_photo_arrives(frozen_clock.at)

    assert (await queries.visit_rows([visit["visit_id"]]))[0].photos_awaited == 0
    newer = await database.fetch("SELECT kind, id FROM change WHERE revision > $1", before)
    assert [(row["kind"], row["id"]) for row in newer] == [("visit", visit["visit_id"])]


async def test_a_photo_of_a_replaced_visit_brings_it_back_to_no_phone(world: Any, frozen_clock: Any) -> None:
    first = world.at_home(photos=[{"sha256": SHA, "role": "item"}])
    await world.do("record_visit", first)
    await world.do("record_visit", world.a_visit(ended_at="2026-03-02T00:58:00Z"))

    await _a_photo_arrives(frozen_clock.at)

    assert (await _here("visit"))[first["visit_id"]] is False
