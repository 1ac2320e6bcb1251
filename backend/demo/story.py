"""Tell what happened in the demo subdistrict: the last full half-year, and the weeks before today."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.demo.answers import IN_PERSON, bodies, filled, hazards_by_look
from backend.demo.cast import CAST
from backend.demo.hands import Hands, made_id
from backend.demo.lives import Found, Lives, Where
from backend.demo.register import House, Site
from backend.demo.subjects import motif_of
from backend.visits.rules import evaluate

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_OFFICERS: Final = ("gas_station", "school", "market")  # inspected by licensed officers; the others are patrolled
HAZARDS: Final = {"gas_station": 2, "school": 4, "market": 6, "enterprise": 15, "assembly": 5, "residential": 11}
"""How many hazards of the half-year were found at each category: 43 in all. Source: the fixture of the summary."""
ENDINGS: Final = ("closed_on_site",) * 12 + ("closed",) * 27
_LATE: Final = {("residential", 2): 1, ("enterprise", 5): 2}  # so many days before the end of the half-year
BURNING: Final = (["heater", "pipeline"], ["heater", "pipeline"], ["lpg"], ["heater", "lpg"], ["none"])


@dataclass(frozen=True, slots=True)
class Period:
    """The last full half-year before a day, from its first to its last day."""

    from_on: date
    to_on: date

    @classmethod
    def before(cls, today: date) -> "Period":
        """Return the last half-year that was over on a day."""
        if today.month > 6:
            return cls(date(today.year, 1, 1), date(today.year, 6, 30))
        return cls(date(today.year - 1, 7, 1), date(today.year - 1, 12, 31))

    def day(self, number: int) -> date:
        """Return a day by its distance from the first; negative ones lie before the period."""
        return self.from_on + timedelta(days=number)


def moment(on: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a day in Shanghai, in UTC."""
    return datetime.combine(on, time(hour, minute), _ZONE).astimezone(UTC)


def place_of(site: Site) -> Where:
    """Return a key premises as the place of a hazard."""
    return Where(
        "premises", site.id, site.category, site.name, site.title, site.lon, site.lat, site.community,
        *_staff(site.community),
    )  # fmt: skip


def door_of(house: House, door: tuple[UUID, str, int, str]) -> Where:
    """Return a household as the place of a visit."""
    community = int(house.grid_code[9:12]) - 1
    worker, leader, admin = _staff(community)
    if house.grid_code == CAST["lan"].place_codes[0]:
        worker, leader, admin = "lan", "guo", "qin"
    if house.grid_code == CAST["bo"].place_codes[0]:
        worker = "bo"
    return Where(
        "household", door[0], "household", f"{house.name}{door[1]}{door[3]}", "住户", house.lon, house.lat, community,
        worker, leader, admin,
    )  # fmt: skip


def _staff(community: int) -> tuple[str, str, str]:
    return f"worker{community + 1}", f"leader{community + 1}", f"admin{community + 1}"


class Story:
    """Writes visits, and the hazards found at them."""

    def __init__(self, hands: Hands, today: date) -> None:
        self.hands, self.today = hands, today
        self.period = Period.before(today)
        self.chance = random.Random("story")  # noqa: S311
        self.lives = Lives(hands, self.chance)

    async def visit(
        self, where: Where, at: datetime, *, wrong: tuple[str, ...] = (), endings: tuple[str, ...] = (), **more: Any
    ) -> None:
        """Record a visit of an entered place, and one hazard with its ending for each of the `wrong` items."""
        track = "inspection" if where.category in _OFFICERS else "patrol"
        chosen = {"co.visit.sources": more.pop("burning")} if "burning" in more else None
        answers, _ = filled(where.category, track, chosen=chosen, wrong=wrong)
        visit_id = made_id(self.chance, at)
        args = self._visit(where, visit_id, at, track, "entered") | {"answers": answers, **self._checklist(where)}
        await self.hands.write(self._visitor(where, track), at, ("record_visit", args))
        findings = evaluate(bodies()[where.category], answers, track).findings
        for finding, ending in zip(findings, endings, strict=True):
            await self.lives.live(
                Found(where, at, finding, bodies()[where.category], visit_id, track, ending, more.get("grade"))
            )

    async def nobody_met(self, where: Where, at: datetime, outcome: str) -> None:
        """Record a visit at which nobody was met, or the residents declined, or the home is vacant."""
        visit_id = made_id(self.chance, at)
        args = self._visit(where, visit_id, at, "patrol", outcome)
        notice = {"delivered": "posted" if outcome == "no_answer" else "none", "signed": "none"}
        if outcome == "declined":
            notice = {"delivered": "in_person", "signed": "none"}
        args |= {"notice": notice}
        if outcome == "no_answer":
            args["revisit"] = {"window": self.chance.choice(("evening", "weekend"))}
        if outcome == "vacant" and self.chance.random() < 0.6:
            args["vacancy_evidence"] = "物业核实长期空置，水电已停。"
        await self.hands.write(where.worker, at, ("record_visit", args))

    def _visit(self, where: Where, visit_id: UUID, at: datetime, track: str, outcome: str) -> dict[str, Any]:
        minutes = self.chance.randint(6, 14) if where.kind == "household" else self.chance.randint(30, 80)
        return {
            "visit_id": visit_id,
            "place_kind": where.kind,
            "place_id": where.id,
            "track": track,
            "outcome": outcome,
            "answers": {},
            "item_notes": {},
            "note": "",
            "photos": [],
            "notice": IN_PERSON,
            "officers": [CAST["hai"].id, CAST["tao"].id] if track == "inspection" else [],
            "started_at": (at - timedelta(minutes=minutes)).isoformat(),
            "ended_at": at.isoformat(),
            "fix": self.lives.fix(where, at, self._visitor(where, track)),
        }

    def _visitor(self, where: Where, track: str) -> str:
        return "hai" if track == "inspection" else where.worker

    def _checklist(self, where: Where) -> dict[str, Any]:
        return {"checklist_id": bodies()[where.category]["id"], "checklist_version": 1}

    async def half_year(self, sites: list[Site]) -> None:
        """Let all 90 premises be visited, and the fixture's hazards be found: 43, 2 voided, and its traps."""
        endings = list(ENDINGS)
        self.chance.shuffle(endings)
        for category, count in HAZARDS.items():
            own = [site for site in sites if site.category == category]
            for number, site in enumerate(own):
                items = hazards_by_look(category)
                share = count // len(own) + (number < count % len(own))
                on = self._day_of(category, number)
                wanted = self._askable(site, items, share, number)
                ends = tuple(self._ending(category, number, index, endings) for index in range(len(wanted)))
                await self.visit(place_of(site), moment(on, 9 + number % 7, 10), wrong=wanted, endings=ends)
        await self._traps(sites)

    def _askable(self, site: Site, items: tuple[Any, ...], share: int, number: int) -> tuple[str, ...]:
        """Return as many items to be wrong, of those that such a place is asked anyway and that a drawing shows."""
        track = "inspection" if site.category in _OFFICERS else "patrol"
        asked, _ = filled(site.category, track)
        general = [
            item["id"]
            for item in items
            if item["id"] in asked and item["severity"] == "general" and motif_of(item) is not None
        ]
        return tuple(sorted({general[(number + step) % len(general)] for step in range(share)}, key=list(asked).index))

    def _ending(self, category: str, number: int, index: int, endings: list[str]) -> str:
        """Return how a hazard ends; four stay open, as the fixture has it."""
        stuck = {("enterprise", 3, 0): "in_rectification", ("school", 1, 0): "transferred_open"}
        if index == 0 and (category, number) in _LATE:
            return "extended"
        return stuck.get((category, number, index)) or endings.pop()

    def _day_of(self, category: str, number: int) -> date:
        """Return the day of a visit; two are so late that their deadlines lie behind the end of the half-year."""
        if (category, number) in _LATE:
            return self.period.to_on - timedelta(days=_LATE[category, number])
        return self.period.day(12 + (number * 5 + len(category) * 3) % 130)

    async def _traps(self, sites: list[Site]) -> None:
        """Write what must not be counted wrongly: voided ones, a place visited thrice, one from before the period."""
        markets = [site for site in sites if site.category == "market"]
        homes = [site for site in sites if site.category == "residential"]
        for number, site in enumerate(homes[20:22]):
            wanted = self._askable(site, hazards_by_look("residential"), 1, number)
            at = moment(self.period.day(60 + number * 9), 15)
            await self.visit(place_of(site), at, wrong=wanted, endings=("voided",))
        for day in (70, 120):
            await self.visit(place_of(markets[0]), moment(self.period.day(day), 10))
        wanted = self._askable(homes[5], hazards_by_look("residential"), 1, 3)
        await self.visit(place_of(homes[5]), moment(self.period.day(-2), 10), wrong=wanted, endings=("closed",))

    async def winter(self, houses: list[House]) -> None:
        """Let part of the doors be visited in the half-year, most in its cold months, and others in the last weeks."""
        for house, door, on, hour in self._rounds(houses):
            await self._call(door_of(house, door), moment(on, hour, self.chance.randint(0, 59)))

    def _rounds(self, houses: list[House]) -> Iterator[tuple[House, tuple[UUID, str, int, str], date, int]]:
        """Yield a walk through the buildings: six months of the half-year, then the present round."""
        cold = [self.period.day(day) for day in (*range(5, 88), *range(95, 175, 4))]
        for number, house in enumerate(houses):
            if number % 3 == 1:
                on = cold[(number * 7) % len(cold)]
                for index, door in enumerate(house.doors):
                    yield house, door, on, 9 + index % 9
        for number, house in enumerate(houses):
            is_lans = house.grid_code == CAST["lan"].place_codes[0]
            if (is_lans and number % 8 < 5) or number % 5 == 0:
                on = self.today - timedelta(days=1 + (number * 3) % 26)
                for index, door in enumerate(house.doors):
                    yield house, door, on, 10 + index % 10

    async def _call(self, where: Where, at: datetime) -> None:
        """Ring at one door."""
        luck = self.chance.random()
        if luck < 0.16:
            await self.nobody_met(where, at, "no_answer")
        elif luck < 0.20:
            await self.nobody_met(where, at, "declined")
        elif luck < 0.26:
            await self.nobody_met(where, at, "vacant")
        else:
            await self.visit(where, at, burning=self.chance.choice(BURNING))

    async def present(self, sites: list[Site], houses: list[House]) -> None:
        """Let hazards be found in the last days, so that every stage, deadline and grade stands on the map today."""
        by_category = {category: [s for s in sites if s.category == category] for category in HAZARDS}
        for number, (category, index, days_ago, ending) in enumerate(_PRESENT):
            site = by_category[category][index]
            wanted = self._askable(site, hazards_by_look(category), 1, number + 4)
            at = moment(self.today - timedelta(days=days_ago), 9 + number % 6, 20)
            await self.visit(place_of(site), at, wrong=wanted, endings=(ending,))
        ktv = next(site for site in by_category["assembly"] if site.id == CAST["wu"].premises_id)
        at = moment(self.today - timedelta(days=1), 20)
        await self.visit(place_of(ktv), at, wrong=("as.exit",), endings=("registered",))
        await self._present_homes(houses)

    async def _present_homes(self, houses: list[House]) -> None:
        lans = [house for house in houses if house.grid_code == CAST["lan"].place_codes[0]]
        others = [house for house in houses if house.grid_code != CAST["lan"].place_codes[0]]
        for number, (ending, days_ago, item) in enumerate(_PRESENT_HOMES):
            house = lans[number % len(lans)] if number % 2 == 0 else others[number * 11 % len(others)]
            door = house.doors[(number * 5 + 3) % len(house.doors)]
            at = moment(self.today - timedelta(days=days_ago), 11 + number % 8, 7)
            burning = ["heater", "lpg"] if item.startswith("co.gas") else ["heater", "pipeline"]
            await self.visit(door_of(house, door), at, wrong=(item,), endings=(ending,), burning=burning)


_PRESENT: Final = (
    ("market", 0, 1, "registered"), ("enterprise", 4, 2, "registered"), ("residential", 7, 2, "dispatched"),
    ("enterprise", 9, 5, "dispatched"), ("assembly", 4, 3, "dispatched"), ("residential", 12, 6, "in_rectification"),
    ("enterprise", 17, 4, "in_rectification"), ("school", 3, 5, "in_rectification"), ("market", 3, 3, "submitted"),
    ("residential", 18, 4, "submitted"), ("enterprise", 25, 2, "extension_pending"),
    ("gas_station", 2, 3, "transferred"),
    ("residential", 26, 9, "closed"), ("enterprise", 30, 8, "closed_on_site"), ("assembly", 7, 7, "closed_on_site"),
)  # fmt: skip
_PRESENT_HOMES: Final = tuple(
    (ending, days_ago, item)
    for ending, days in (
        ("registered", (1, 1, 2)), ("in_rectification", (1, 2, 5, 9)), ("submitted", (4, 8)),
        ("closed", (16, 19, 20, 22)),
        ("closed_on_site", (3, 6, 11, 15)),
    )
    for days_ago, item in zip(
        days, ("co.heater.flue_joint", "co.vent.window", "co.gas.hose", "co.heater.flue_joint"), strict=False
    )
)  # fmt: skip
