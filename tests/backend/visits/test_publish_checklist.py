"""A checklist is published once and for good, by a system administrator, and only in the agreed form."""

import copy
from typing import Any

import asyncpg
import msgspec
import pytest

from backend import database
from backend.problems import NotYourRole
from backend.visits import queries, templates
from backend.visits.rules import ChecklistInvalid, ChecklistPublished
from tests import cast as the_cast
from tests.backend.visits.vectors_stated import OPERATORS


def publication(**changed: Any) -> dict[str, Any]:
    """The made checklist as version 1, unless told otherwise."""
    return {"id": OPERATORS["id"], "version": 1, "body": OPERATORS, **changed}


async def test_a_published_checklist_is_found_by_id_and_version(world: Any) -> None:
    await world.do("publish_checklist", publication(), "min")

    body = await queries.body_of(the_cast.TENANT, "made.operators", 1)
    assert body == OPERATORS
    assert await queries.body_of(the_cast.TENANT, "made.operators", 2) is None
    assert await queries.body_of(the_cast.OTHER_TENANT, "made.operators", 1) is None


async def test_publishing_the_same_again_is_harmless_and_another_body_is_refused(world: Any) -> None:
    await world.do("publish_checklist", publication(), "min")
    changed = copy.deepcopy(OPERATORS)
    changed["items"][0]["en"] = "Another question"

    await world.do("publish_checklist", publication(), "min")
    with pytest.raises(ChecklistPublished):
        await world.do("publish_checklist", publication(body=changed), "min")
    await world.do("publish_checklist", publication(body=changed, version=2), "min")

    assert await database.fetch_value("SELECT count(*) FROM checklist WHERE checklist_id = 'made.operators'") == 2


@pytest.mark.parametrize("login", [each for each in the_cast.CAST if each not in ("min", "ming")])
async def test_nobody_but_a_system_administrator_publishes(world: Any, login: str) -> None:
    with pytest.raises(NotYourRole):
        await world.do("publish_checklist", publication(), login)


async def test_a_faulty_body_is_refused_with_its_places(world: Any) -> None:
    faulty = copy.deepcopy(OPERATORS)
    faulty["items"][2]["typo"] = 1

    with pytest.raises(ChecklistInvalid) as refusal:
        await world.do("publish_checklist", publication(body=faulty), "min")

    assert refusal.value.facts["errors"] == [{"pointer": "/items/2/typo", "reason": "is not a known name"}]


async def test_the_id_is_the_bodys_own(world: Any) -> None:
    with pytest.raises(ChecklistInvalid):
        await world.do("publish_checklist", publication(id="made.other"), "min")


async def test_the_database_itself_lets_no_checklist_change(world: Any) -> None:
    for sql in ("UPDATE checklist SET version = 9", "DELETE FROM checklist"):
        with pytest.raises(asyncpg.RaiseError):
            await database.execute(sql)


async def test_phones_get_every_version_with_its_sources_and_certainty(world: Any) -> None:
    changes = await database.fetch("SELECT id, place_code, gone FROM change WHERE kind = 'checklist'")

    rows = await queries.rows_for_phone("checklist", [row["id"] for row in changes], world.cast["lan"])

    assert {row["place_code"] for row in changes} == {the_cast.TENANT}
    assert {row.id for row in rows} == {row["id"] for row in changes}
    sent = msgspec.json.decode(msgspec.json.encode(rows))
    assert {row["id"]: row["body"] for row in sent} == {body["id"]: body for body in templates.shipped()}
    assert all(row["version"] == 1 and row["body"]["status"].startswith("draft for review") for row in sent)
