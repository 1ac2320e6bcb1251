"""Visits and checklists are read within one's reach, and nowhere else."""

from typing import Any

import pytest

from backend.ids import new_id
from tests import cast as the_cast
from tests.cast import signed_in


async def _get(app: Any, login: str, path: str, **query: Any) -> Any:
    async with signed_in(app, login) as client:
        return await client.get(path, params=query)


async def test_the_visits_of_a_place_are_listed_latest_first(app: Any, world: Any) -> None:
    await world.do("record_visit", world.a_visit())
    await world.do("record_visit", world.at_home(ended_at="2026-03-02T00:55:00Z"))

    answer = await _get(app, "lan", "/api/visits", place_id=world.door)

    assert answer.status_code == 200
    assert [visit["outcome"] for visit in answer.json()["visits"]] == ["entered", "no_answer"]


async def test_one_visit_is_read_by_its_id_corrected_or_not(app: Any, world: Any) -> None:
    visit = world.a_visit()
    await world.do("record_visit", visit)
    new = {"visit_id": new_id(), "corrects": visit["visit_id"], "reason": "点错了", "outcome": "declined"}
    await world.do("correct_visit", visit | new)

    answer = await _get(app, "shen", f"/api/visits/{visit['visit_id']}")

    assert answer.json()["corrected_by"] == str(new["visit_id"])
    assert answer.json()["place_code"] == the_cast.GRID_1


async def test_the_responsible_unit_reads_what_was_found_at_its_premises_and_no_more(app: Any, world: Any) -> None:
    ours, home = world.at_ktv(), world.a_visit()
    await world.do("record_visit", ours)
    await world.do("record_visit", home)

    assert (await _get(app, "wu", f"/api/visits/{ours['visit_id']}")).status_code == 200
    assert (await _get(app, "wu", f"/api/visits/{home['visit_id']}")).status_code == 404


@pytest.mark.parametrize("login", ["bo", "zhou", "nobody"])
async def test_strangers_find_nothing(app: Any, world: Any, login: str) -> None:
    visit = world.a_visit()
    await world.do("record_visit", visit)

    async with signed_in(app, login) as client:
        for path in (f"/api/visits/{visit['visit_id']}", f"/api/visits?place_id={world.door}"):
            assert (await client.get(path)).status_code == 404
        assert (await client.get(f"/api/coverage?place_code={the_cast.GRID_1}")).status_code == 404


async def test_an_administrator_of_accounts_reads_no_household(app: Any, world: Any) -> None:
    visit = world.a_visit()
    await world.do("record_visit", visit)

    answer = await _get(app, "min", f"/api/visits/{visit['visit_id']}")

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/not-your-role"


@pytest.mark.parametrize(
    "path",
    [
        "/api/checklists",
        "/api/checklists/a/1",
        "/api/coverage?place_code=450299001",
        "/api/visits/018f0000-0000-7000-8000-0000000000f1",
        "/api/visits?place_id=018f0000-0000-7000-8000-0000000000f1",
    ],
)
async def test_nobody_reads_anything_without_signing_in(client: Any, path: str) -> None:
    assert (await client.get(path)).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/api/visits",
        "/api/visits?place_id=none",
        "/api/visits?place_id=018f0000-0000-7000-8000-0000000000f1&limit=0",
        "/api/visits?place_id=018f0000-0000-7000-8000-0000000000f1&limit=9999",
        "/api/coverage",
        "/api/coverage?place_code=45029900",
        "/api/coverage?place_code=450299001%0A",
        "/api/coverage?place_code=450299001&from_on=yesterday",
        "/api/coverage?place_code=450299001&from_on=2026-03-01&to_on=2026-02-01",
        "/api/coverage?place_code=450299001&to_on=9999-12-31",
    ],
)
async def test_bad_questions_are_told_what_is_wrong(app: Any, world: Any, path: str) -> None:
    answer = await _get(app, "dai", path)

    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize("path", ["none/1", "co.household/2", "co.household/0", "co.household/99999999999", "检查/1"])
async def test_a_checklist_that_is_not_published_is_not_found(app: Any, world: Any, path: str) -> None:
    assert (await _get(app, "lan", f"/api/checklists/{path}")).status_code == 404


async def test_checklists_are_shared_below_their_subdistrict_only(app: Any, world: Any) -> None:
    ours, theirs = await _get(app, "lan", "/api/checklists"), await _get(app, "zhou", "/api/checklists")

    listed = ours.json()["checklists"]
    assert sum(each["items"] for each in listed) == 161
    assert all(each["newest"] and each["status"].startswith("draft") for each in listed)
    assert theirs.json() == {"checklists": []}
    assert (await _get(app, "zhou", "/api/checklists/co.household/1")).status_code == 404


async def test_a_checklist_is_read_whole_with_its_basis(app: Any, world: Any) -> None:
    answer = await _get(app, "lan", "/api/checklists/ws.school/1")

    body = answer.json()["body"]
    assert answer.json()["id"] == "ws.school"
    assert {basis["ref"] for item in body["items"] for basis in item["basis"]} <= set(body["sources"])
