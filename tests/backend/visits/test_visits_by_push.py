"""Through the front door: a phone pushes visits, good and hostile ones, and pulls what it keeps."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.visits import queries
from tests.backend.sync.phone import Phone, code_of
from tests.cast import signed_in


@pytest.fixture
async def lan(app: Any, world: Any) -> AsyncIterator[Phone]:
    """Lan's phone."""
    async with signed_in(app, "lan") as client:
        yield Phone(client)


async def test_a_visit_goes_up_and_its_checklist_comes_down(world: Any, lan: Phone) -> None:
    visit = world.at_home(note="三楼👩‍🚒，𠮷家旁", item_notes={"co.heater.type": "顶部没有烟管"})

    receipt = await lan.did("record_visit", visit)
    await lan.pull()

    assert receipt["outcome"] == "applied"
    row = lan.held("visit")[str(visit["visit_id"])]
    assert row["note"] == visit["note"]
    assert row["revision"] == receipt["revision"] or row["revision"] > 0
    assert row["number"].endswith("-0001")
    assert lan.held("checklist")["co.household"]["version"] == 1
    assert len(lan.held("checklist")) == 7


async def test_the_same_visit_sent_twice_is_recorded_once(world: Any, lan: Phone) -> None:
    mutation = lan.add("record_visit", world.a_visit())

    first, second = await lan.push([mutation]), await lan.push([mutation])

    assert first[0]["outcome"] == second[0]["outcome"] == "applied"
    assert len(await queries.visits_of(world.door, 10)) == 1


HOSTILE: dict[str, dict[str, Any]] = {
    "ten thousand answers": {"answers": {f"a.x{number}": "ok" for number in range(10_000)}},
    "answers as a list": {"answers": []},
    "an id with a control character": {"answers": {"co.\u0007": "ok"}},
    "a number as text": {"checklist_version": "1"},
    "a NUL in the note": {"note": "a\u0000b"},
    "a direction override": {"note": "a\u202eb"},
    "a note too long": {"note": "字" * 2001},
    "an unknown field": {"rating": 5},
    "an unknown outcome": {"outcome": "refused"},
    "an unknown track": {"track": "raid"},
    "a place that is none": {"place_kind": "none"},
    "a place id that is none": {"place_id": "601"},
    "a day as an instant": {"started_at": "2026-03-02"},
    "an instant without a zone": {"started_at": "2026-03-02T00:40:00"},
    "an impossible position": {"fix": {"lon": 200, "lat": 24, "accuracy_m": 5, "crs": "wgs84", "source": "gps"}},
    "a position without datum": {"fix": {"lon": 109, "lat": 24, "accuracy_m": 5}},
    "a photo that is no hash": {"photos": [{"sha256": "x", "role": "item"}]},
    "a photo of an unknown role": {"photos": [{"sha256": "a" * 64, "role": "selfie"}]},
    "a thousand photos": {"photos": [{"sha256": "a" * 64, "role": "item"}] * 1000},
    "a script as signature": {"notice": {"delivered": "in_person", "signed": "signed", "signature": "<svg/>"}},
    "a signature too long": {"notice": {"delivered": "in_person", "signed": "signed", "signature": "M" + "0" * 20_001}},
    "a nested heap": {"answers": {"co.visit.occupancy": json.loads("[" * 400 + "]" * 400)}},
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_visits_are_refused_in_words_and_hold_nobody_up(world: Any, lan: Phone, name: str) -> None:
    bad = lan.add("record_visit", world.at_home(**HOSTILE[name]))
    good = lan.add("record_visit", world.a_visit())

    receipts = await lan.push([bad, good])

    assert [receipt["outcome"] for receipt in receipts] == ["refused", "applied"]
    assert receipts[0]["problem"]["detail"]
    assert receipts[0]["problem"]["detail_zh"]
    assert [row.outcome for row in await queries.visits_of(world.door, 10)] == ["no_answer"]


@pytest.mark.parametrize(
    "body", [{}, {"items": 5}, {"items": [{}]}, {"id": "\u0000"}, {"a\u0000": 1}, {"schema": ["x"] * 500}]
)
async def test_hostile_checklists_are_refused(app: Any, world: Any, body: dict[str, Any]) -> None:
    async with signed_in(app, "min") as client:
        receipt = await Phone(client).did("publish_checklist", {"id": "co.household", "version": 2, "body": body})

    assert code_of(receipt) == "checklist-invalid"


async def test_a_phone_row_of_a_door_says_how_its_last_visit_ended(world: Any) -> None:
    await world.do("record_visit", world.at_home())

    rows = await queries.rows_for_phone("household", [world.door, world.second_door], world.cast["lan"])

    assert {row.id: row.last_visit and row.last_visit.hazards for row in rows} == {
        world.door: 1,
        world.second_door: None,
    }
