"""Two reports of one thing, and the ways to join one to the other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from backend.ids import new_id
from backend.problems import Problem
from tests.backend.hazards.conftest import AFTER, FIX, World, perform_whole

METRE = 1 / 111_195
PUBLIC = {"place_kind": "none", "place_id": None, "category": "public_area", "location_note": "东门外"}


@dataclass
class Two:
    """The hazard of the world, and a second report of it."""

    world: World
    other: UUID

    async def join(self, by: str = "jing", *, one: UUID | None = None, kept: UUID | None = None) -> None:
        """Join the second to the first, or as given."""
        given = {"hazard_id": one or self.other, "duplicate_of": kept or self.world.hazard_id, "reason": "重复登记"}
        await self.world.do("void_hazard", by, **given)

    async def report_again(self, by: str = "guo", **changed: Any) -> UUID:
        """Report it once more; return the id."""
        hazard_id = new_id()
        found = self.world.found(**changed)
        await perform_whole("report_hazard", {"hazard_id": hazard_id} | found, self.world.cast[by])
        return hazard_id


async def at_the_ktv(world: World) -> Two:
    """Return two reports of the KTV's locked exit."""
    await world.report()
    twice = Two(world, new_id())
    twice.other = await twice.report_again(photos=[AFTER | {"role": "before"}])
    return twice


async def in_public(world: World, metres: float, **changed: Any) -> Two:
    """Return two reports in public, so many metres apart."""
    exact = FIX | {"accuracy_m": 0.0}
    await world.report(**PUBLIC | {"fix": exact})
    twice = Two(world, new_id())
    away = exact | {"lat": exact["lat"] + metres * METRE}
    twice.other = await twice.report_again(**PUBLIC | {"fix": away} | changed)
    return twice


async def refused(code: str, world: World, joining: Any) -> Problem:
    """Return the refusal of a joining, which left everything as it was."""
    before = await world.everything()
    with pytest.raises(Problem) as refusal:
        await joining
    assert refusal.value.code == code, refusal.value
    assert await world.everything() == before
    return refusal.value
