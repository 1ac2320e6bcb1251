"""A ground with a home, a KTV and the cast, and the ways to act on its hazards."""

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend import database
from backend.hazards.commands import MUTATIONS
from backend.hazards.queries import HazardRow, rows_for_phone
from backend.ids import new_id
from backend.people.rules import Person
from backend.photos.commands import announce
from tests import cast as the_cast
from tests.backend.places import ground

FIX = {
    "lon": ground.WEST + 0.001, "lat": ground.SOUTH + 0.001, "accuracy_m": 12.0, "crs": "wgs84", "source": "gps",
    "taken_at": "2026-03-02T00:59:00Z",
}  # fmt: skip
ON_THE_BORDER = FIX | {"lon": ground.WEST + ground.STEP - 0.0001, "accuracy_m": 30.0}
NOTICE = {"delivered": "in_person", "signed": "signed"}
BEFORE = {"sha256": "ab" * 32, "role": "before"}
AFTER = {"sha256": "cd" * 32, "role": "after"}


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices a hazard needs, and no more."""
    return ("people", "places", "photos", "visits", "hazards", "sync")


@dataclass
class World:
    """What stands in the database, and the ways to act in it."""

    cast: dict[str, Person]
    home: UUID
    hazard_id: UUID = field(default_factory=new_id)

    async def do(self, name: str, by: str, *, at: Any = None, **given: Any) -> None:
        """Take one step of the hazard as somebody, as push does."""
        wanted = {"hazard_id": self.hazard_id} | given
        mutations = {name: MUTATIONS[name]}
        await the_cast.perform(mutations, name, wanted, self.cast[by], at=at)

    def found(self, **changed: Any) -> dict[str, Any]:
        """Return what reports a general hazard in the KTV, with some fields changed."""
        report = {
            "place_kind": "premises", "place_id": the_cast.KTV, "track": "patrol", "category": "assembly",
            "what": ["安全出口上锁"], "description": "", "grade": "general", "advice": "立即开锁",
            "proposed_due_days": 3, "photos": [BEFORE], "fix": FIX, "location_note": "",
        }  # fmt: skip
        return report | changed

    def found_at_home(self, **changed: Any) -> dict[str, Any]:
        """Return what reports a general hazard in the home."""
        home = {"place_kind": "household", "place_id": self.home, "category": "household"}
        return self.found(**home | changed)

    async def report(self, by: str = "lan", **changed: Any) -> None:
        """Report the hazard in the KTV."""
        await perform_whole("report_hazard", {"hazard_id": self.hazard_id} | self.found(**changed), self.cast[by])

    async def report_on_the_border(self, **changed: Any) -> None:
        """Report it in public, in the first grid, with a circle that also touches the second."""
        in_public = {"place_kind": "none", "place_id": None, "category": "public_area", "fix": ON_THE_BORDER}
        await self.report(**in_public | changed)

    async def dispatched(self) -> None:
        """Report the hazard and dispatch it until 9 March."""
        await self.report()
        await self.do("dispatch_hazard", "qin", **DISPATCH)

    async def in_rectification(self) -> None:
        """Report, dispatch and start."""
        await self.dispatched()
        await self.do("start_rectification", "wu", receipt="signed")

    async def submitted(self) -> None:
        """Report, dispatch, start and submit."""
        await self.in_rectification()
        await self.do("submit_rectification", "wu", description="已开锁", photos=[AFTER])

    async def row(self, hazard_id: UUID | None = None) -> HazardRow:
        """Return the hazard as phones get it."""
        (row,) = await rows_for_phone("hazard", [hazard_id or self.hazard_id], self.cast["dai"])
        return row

    async def everything(self) -> list[Any]:
        """Return all that a refused step must leave as it was."""
        return [
            [tuple(row) for row in await database.fetch(f"SELECT t::text FROM {table} t ORDER BY 1")]
            for table in ("hazard", "hazard_event", "photo_mention", "change")
        ]


DISPATCH = {
    "due_on": "2026-03-09", "measures": "打开安全出口", "responsible_unit": "好声音KTV", "responsible_title": "店长",
    "notice": NOTICE,
}  # fmt: skip


async def perform_whole(name: str, args: dict[str, Any], by: Person) -> None:
    """Do one mutation with its nulls."""
    wanted, command = MUTATIONS[name]
    decoded = msgspec.json.decode(msgspec.json.encode(args), type=wanted, strict=True)
    async with database.transaction():
        await command(decoded, the_cast.an_act(by))


async def arrive(*sha256s: str) -> None:
    """Let photos arrive, as the last piece of their upload does."""
    for sha256 in sha256s:
        await database.execute(
            """INSERT INTO photo
                 (sha256, tenant, person_id, device_id, size_bytes, kind, width, height, seal, received_at)
               VALUES ($1, $2, $3, $3, 1, 'jpeg', 1, 1, '', now())""",
            sha256,
            int(the_cast.TENANT),
            new_id(),
        )
    await announce(list(sha256s), the_cast.TENANT)


@pytest.fixture
async def cast(database: ModuleType, frozen_clock: Any) -> dict[str, Person]:
    """Everybody, by login."""
    return await the_cast.make_cast()


_TABLES = ("community", "grid", "grid_edition", "building", "household", "premises", "change")
_kept: dict[str, str] = {}
HOME = UUID("018f0000-0000-7000-8000-00000000d001")


@pytest.fixture
async def world(cast: dict[str, Person]) -> World:
    """Heping with two grids, a home and a KTV.

    The first time in a process it is made by mutations; later the rows that these left are put back.
    """
    if _kept:
        for table in _TABLES:
            sql = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::json)"
            await database.execute(sql, _kept[table])
        await database.execute("SELECT setval('revision_seq', max(revision)) FROM change")
        return World(cast, HOME)
    await ground.make_ground()
    await ground.do("register_household", ground.a_door(id=HOME), "lan")
    await ground.do("register_premises", ground.some_premises(id=the_cast.KTV))
    for table in _TABLES:
        _kept[table] = str(await database.fetch_value(f"SELECT json_agg(t)::text FROM {table} t"))
    return World(cast, HOME)
