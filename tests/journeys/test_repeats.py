"""A push whose answer was lost is sent again: it gets the receipt it was first given, and changes nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from backend import clock, database
from backend.ids import new_id
from backend.sync.commands import KNOWN
from tests.backend.places import ground
from tests.backend.sync.phone import Phone
from tests.cast import HEPING, signed_in
from tests.journeys.mutation_table import _VISIT, DEEDS, Deed
from tests.journeys.test_mutation_table import arguments, bring, filled, perform_visit, things, world

__all__ = ["world"]

BY = {"import_grids": "dai", "accept_held": "dai", "refuse_held": "dai"}
"""Who does what the table lets nobody do there, on a ground or with a record on which it can be done."""


async def everything() -> dict[str, str]:
    """Return every row of every table, except when somebody was last heard of."""
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        table: str(await database.fetch_value(f"SELECT string_agg(t::text, ';' ORDER BY t::text) FROM {table} t"))
        for (table,) in tables
        if table not in ("device", "session")
    }


async def prepared(deed: Deed, world: Any, app: Any, moving_clock: Any) -> Mapping[str, Any]:
    """Return arguments with which somebody gets the deed done, having made what must be there."""
    named = await things(world)
    if deed.name == "import_grids":
        return ground.an_import(HEPING, (f"{HEPING}003", ground.square(2)), effective_on="2026-03-02")
    if deed.name in ("accept_held", "refuse_held"):
        async with signed_in(app, "lan") as lan:
            old = clock.now() - timedelta(hours=80)
            held = await Phone(lan).did("register_household", ground.a_door(room="402"), at=old)
            assert held["outcome"] == "held", held
            return filled(deed.args, named) | {"mutation_id": held["id"]}
    if deed.stage == "visited":
        await perform_visit(world, filled(_VISIT, named) | {"visit_id": named["visit"]})
    else:
        await bring(world, deed.stage, moving_clock)
    return arguments(deed, world, named)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
async def test_a_repeat_gets_the_first_receipt_and_changes_nothing(
    world: Any, app: Any, frozen_clock: Any, deed: Deed
) -> None:
    args = dict(await prepared(deed, world, app, frozen_clock))
    async with signed_in(app, BY.get(deed.name) or deed.ok.split()[0]) as client:
        phone = Phone(client)
        mutation = phone.add(deed.name, args)
        (first,) = await phone.push([mutation])
        stands = await everything()
        again: list[dict[str, Any]] = []
        for later in ({"seconds": 2}, {"days": 4}):  # the second beyond the hours after which a record is held
            frozen_clock.forward(**later)
            again += await phone.push([mutation])
        still = await everything()
        in_company = await phone.push(
            [mutation, mutation | {"id": str(new_id()), "number": 2, "name": "no_such_thing"}]
        )

    assert first["outcome"] == "applied", first
    assert again == [first, first]
    assert (in_company[0], in_company[1]["outcome"]) == (first, "refused")
    assert still == stands
    assert {**await everything(), "receipt": ""} == {**stands, "receipt": ""}


async def test_what_was_refused_stays_refused_when_it_could_be_done_by_now(world: Any, app: Any) -> None:
    building = new_id()
    async with signed_in(app, "lan") as client:
        phone = Phone(client)
        mutation = phone.add("register_household", ground.a_door(building_id=building))
        (first,) = await phone.push([mutation])
        await ground.do("register_building", ground.a_building(id=building, name="4栋"))
        (again,) = await phone.push([mutation])

    assert first["outcome"] == "refused"
    assert again == first
    assert await database.fetch_value("SELECT count(*) FROM household WHERE building_id = $1", building) == 0


def test_every_mutation_is_repeated() -> None:
    assert {deed.name for deed in DEEDS} == set(KNOWN)
