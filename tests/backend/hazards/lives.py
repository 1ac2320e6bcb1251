"""Let hazards live through mutations for weeks, by chance, and say how each stood at the end of any day."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, database
from backend.hazards.commands import MUTATIONS
from backend.hazards.queries.load import hazard as load
from backend.hazards.rules import Stage, day_of, deadline_on
from backend.ids import new_id
from backend.problems import Problem
from tests import cast as the_cast
from tests.backend.hazards.conftest import AFTER, FIX, NOTICE, World

Stood = tuple[str, str, date | None]
"""A stage, a grade, and the deadline that runs."""


class Lives:
    """A chance by which hazards are reported and stepped on; `late` records reach the server days later."""

    def __init__(self, world: World, journey: clock.Journey, seed: int, *, late: bool) -> None:
        self.world, self.journey, self.late = world, journey, late
        self.chance = random.Random(seed)
        self.ids: list[UUID] = []
        self.seen: dict[date, dict[UUID, Stood]] = {}

    async def go_on(self, days: int) -> None:
        """Live so many days, and note how everything stands at the end of each."""
        for _ in range(days):
            for _ in range(self.chance.randint(0, 3)):
                await self._report()
            for each in self.chance.sample(self.ids, len(self.ids) // 2):
                await self._step(each)
            self.seen[day_of(clock.now())] = {each: await now_of(each) for each in self.ids}
            self.journey.forward(hours=24)

    def _made_at(self) -> datetime:
        days = self.chance.choice([0, 0, 1, 2]) if self.late else 0
        return clock.now() - timedelta(days=days, minutes=self.chance.randint(0, 9 * 60) if self.late else 0)

    async def _report(self) -> None:
        hazard_id = new_id()
        place = self.chance.choice([{}, {}, self.world.found_at_home(), _in_public(self.chance), _nowhere()])
        found = self.world.found(**place) | {
            "hazard_id": hazard_id,
            "proposed_due_days": self.chance.choice([None, 2, 5]),
        }
        by = "qin" if self.chance.random() < 0.2 else "lan"
        await self._do("report_hazard", by, {"grade": self.chance.choice(_GRADES[found["place_kind"]])}, found)
        self.ids.append(hazard_id)

    async def _step(self, hazard_id: UUID) -> None:
        today = clock.today()
        soon, later = ((today + timedelta(self.chance.randint(*days))).isoformat() for days in ((0, 6), (4, 12)))
        coin = self.chance.random() < 0.5
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("fix_on_site", "lan", {"measures": "当场开锁", "photos": [AFTER]}),
            ("give_advice", "lan", {"notice": NOTICE, "due_on": soon}),
            (
                "dispatch_hazard",
                "qin",
                {
                    "due_on": soon,
                    "measures": "清理",
                    "responsible_unit": "KTV",
                    "notice": NOTICE,
                    "responsible_title": "店长",
                },
            ),
            (
                "transfer_hazard",
                "dai",
                {"department": "fire", "receipt_number": "1", "reply_due_on": soon, "reason": "a"},
            ),
            (
                "reply_transfer",
                "xiao",
                {"result": "sent_back" if coin else "rectified", "verified": not coin, "note": "a", "photos": []},
            ),
            ("start_rectification", "lan", {"receipt": "signed"}),
            ("request_extension", "lan", {"new_due_on": later, "reason": "a", "interim_measures": "b"}),
            ("decide_extension", "jing", {"granted": coin, "reason": "a"}),
            ("submit_rectification", "lan", {"description": "a", "photos": [AFTER]}),
            ("pass_reinspection", "guo", {"note": "a", "photos": []}),
            ("fail_reinspection", "qin", {"reason": "a", "new_due_on": later}),
            ("grade_hazard", "hai", {"grade": "confirmed_major", "criteria": "GB", "reason": "a"}),
            ("note_hazard", "lan", {"note": "a", "photos": []}),
            ("look_back", "qin", {"result": "held", "note": "a"}),
        ]
        if self.chance.random() < 0.1:
            steps.append(("void_hazard", "jing", {"reason": "a"}))
        self.chance.shuffle(steps)
        for name, by, given in steps[:9]:
            if await self._do(name, by, given, {"hazard_id": hazard_id}):
                return

    async def _do(self, name: str, by: str, given: dict[str, Any], more: dict[str, Any]) -> bool:
        wanted, command = MUTATIONS[name]
        decoded = msgspec.json.decode(msgspec.json.encode(more | given), type=wanted, strict=True)
        try:
            async with database.transaction():
                await command(decoded, the_cast.an_act(self.world.cast[by], at=self._made_at()))
        except Problem:
            return False
        return True


_GRADES = {
    "household": ("general", "life_threatening"),
    "premises": ("general", "suspected_major"),
    "none": ("general",),
}


def _in_public(chance: random.Random) -> dict[str, Any]:
    fix = FIX | {"lon": FIX["lon"] + chance.random() * 0.001, "lat": FIX["lat"] + chance.random() * 0.001}
    return {"place_kind": "none", "place_id": None, "category": "public_area", "fix": fix}


def _nowhere() -> dict[str, Any]:
    """Return a public spot whose grid somebody picked, without a position."""
    return {
        "place_kind": "none",
        "place_id": None,
        "category": "public_area",
        "fix": None,
        "grid_code": the_cast.GRID_1,
    }


async def now_of(hazard_id: UUID) -> Stood:
    """Return how a hazard stands now."""
    found = await load(hazard_id)
    assert found is not None
    return found.stage.value, found.grade.value, deadline_on(found)


async def replayed(hazard_id: UUID, day: date) -> Stood | None:
    """Return how a hazard stood at the end of a day by what its events say that each of them replaced."""
    events = await database.fetch(
        "SELECT at, to_stage, given FROM hazard_event WHERE hazard_id = $1 ORDER BY serial", hazard_id
    )
    taken = 0
    while taken < len(events) and day_of(events[taken]["at"]) <= day:
        taken += 1
    if taken == 0:
        return None
    hazard = await load(hazard_id)
    assert hazard is not None
    fields: dict[str, Any] = {name: getattr(hazard, name) for name in ("grade", "due_on", "reply_due_on")}
    for event in reversed(events[taken:]):
        before = msgspec.json.decode(event["given"]).get("before", {})
        fields |= {name: before[name] for name in fields if name in before}
    stage = Stage(events[taken - 1]["to_stage"])
    runs = fields["reply_due_on" if stage is Stage.TRANSFERRED else "due_on"]
    ended = stage in (Stage.CLOSED, Stage.CLOSED_ON_SITE, Stage.VOIDED)
    return stage.value, str(fields["grade"]), None if ended or runs is None else date.fromisoformat(str(runs))
