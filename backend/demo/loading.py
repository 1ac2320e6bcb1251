"""Load the demo into an empty database, through the same mutations that phones push, with a line of progress."""

import sys
import time
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import shapely

from backend import clock, database
from backend.demo.cast import CAST, COMMUNITIES, FIRST, NAMES, OTHER_TENANT, PASSWORD, STAFF, TENANT, Part
from backend.demo.ground import plots
from backend.demo.hands import Hands
from backend.demo.register import House, Site, code_of, houses, sites
from backend.demo.spots import report_spots
from backend.demo.story import Period, Story, moment
from backend.ids import new_id
from backend.people import commands as people
from backend.people import passwords
from backend.photos.storage import open_store
from backend.settings import Settings
from backend.visits.templates import shipped


def sign_ins() -> list[str]:
    """Return what to print: who can sign in to the demo, and by which password."""
    shown = ("lan", "guo", "qin", "dai", "hai", "jing", "wu", "xiao", "shen", "min")
    roles = {
        "lan": "网格员 grid worker", "guo": "网格长 grid leader", "qin": "社区 community", "dai": "调度 dispatcher",
        "hai": "安全员 safety officer", "jing": "分管领导 leader", "wu": "责任单位 responsible unit",
        "xiao": "消防 department", "shen": "督查 supervisor (reads)", "min": "管理员 administrator",
    }  # fmt: skip
    return [f"演示账号 Demo sign-ins, password {PASSWORD}:", *(f"  {login:<5} {roles[login]}" for login in shown)]


async def load_if_empty(settings: Settings) -> bool:
    """Return whether the demo was loaded now; it is not when the database already knows anybody.

    A load that was cut off left its mark in the data folder: what it wrote is thrown away, and it begins anew.
    """
    mark = settings.data / "demo-is-loading"
    if mark.exists() and await _only_ours():
        await _empty()
    elif await database.fetch_value("SELECT EXISTS (SELECT FROM person)"):
        return False
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    open_store(settings.data / "photos")
    began = time.monotonic()
    await Loading(clock.now()).run()
    mark.unlink()
    print(f"\r  demo data: ready in {time.monotonic() - began:.0f} s{'':40}", file=sys.stderr, flush=True)
    return True


async def _only_ours() -> bool:
    """Are all people in the database of the demo? Then nobody has begun to work in it since the load was cut off."""
    ours = [part.id for part in {**CAST, **STAFF}.values()]
    return not await database.fetch_value("SELECT EXISTS (SELECT FROM person WHERE id <> ALL ($1))", ours)


async def _empty() -> None:
    """Empty every table of ours, in a database that only a cut-off load of the demo has filled."""
    rows = await database.fetch("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'")
    names = ", ".join(row["name"] for row in rows if row["name"] != "migration")
    await database.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


class Loading:
    """The acts of the demo, in their order."""

    def __init__(self, now: datetime) -> None:
        self.today = clock.today()
        self.now = now
        self.period = Period.before(self.today)
        self.opened_at = moment(self.period.from_on - timedelta(days=30), 8)
        self.hands = Hands()

    async def run(self) -> None:
        """Write everything."""
        found, built = sites(), list(houses())
        story = Story(self.hands, self.today)
        for words, act in (
            ("people", self.people),
            ("ground", self.ground),
            ("checklists", self.checklists),
            ("places", partial(self.places, found, built)),
            ("half-year", partial(story.half_year, found)),
            ("doors", partial(story.winter, built)),
            ("today", partial(story.present, found, built)),
            ("public spots", partial(report_spots, self.hands, self.today)),
            ("open cases", self.old_cases),
        ):
            print(f"\r  demo data: {words} … {self.hands.done} records{'':12}", end="", file=sys.stderr, flush=True)
            await act()

    async def people(self) -> None:
        """Invite everybody, each by an administrator, and let all share the demo's password."""
        hashed = await passwords.hash_of(PASSWORD)
        with clock.travel(self.opened_at):
            for tenant, login in FIRST.items():
                async with database.transaction():
                    await people.invite_first(
                        tenant, name=CAST[login].name, login=login, subdistrict_name=NAMES[tenant],
                        person_id=CAST[login].id,
                    )  # fmt: skip
        for login, part in {**CAST, **STAFF}.items():
            if login not in FIRST.values():
                await self._invite(login, part)
        with clock.travel(self.opened_at):
            for part in {**CAST, **STAFF}.values():
                async with database.transaction():
                    await people.set_password(part.id, hashed)

    async def _invite(self, login: str, part: Part) -> None:
        by = FIRST[part.place_codes[0][:9]]
        keyed = {"premises_id": part.premises_id, "department": part.department}
        who = {"person_id": part.id, "name": part.name, "login": login, "licence_number": part.licence_number}
        first, *others = part.place_codes
        await self.hands.write(
            by, self.opened_at, ("invite_person", {**who, "role": part.role, "place_code": first, **keyed})
        )
        for code in others:
            more = {"posting_id": new_id(self.opened_at), "person_id": part.id, "role": part.role, "place_code": code}
            await self.hands.write(by, self.opened_at, ("add_posting", more))

    async def ground(self) -> None:
        """Register the communities and import their grids."""
        at = self.opened_at + timedelta(hours=1)
        for number, name in enumerate(COMMUNITIES, 1):
            code = f"{TENANT}{number:03d}"
            grids = [plot for plot in plots() if plot.community == number - 1]
            features = [
                {
                    "type": "Feature",
                    "properties": {"code": code_of(plot), "name": f"第{plot.sequence}网格", "kind": "basic"},
                    "geometry": shapely.geometry.mapping(plot.shape),
                }
                for plot in grids
            ]
            await self.hands.write(
                "min", at,
                ("register_community", {"id": new_id(at), "code": code, "name": f"{name}社区"}),
                ("import_grids", {
                    "community_code": code, "crs": "wgs84", "effective_on": at.date(),
                    "features": {"type": "FeatureCollection", "features": features},
                }),
            )  # fmt: skip
        other = {"id": new_id(at), "code": f"{OTHER_TENANT}001", "name": "邻街社区"}
        await self.hands.write("ming", at, ("register_community", other))

    async def checklists(self) -> None:
        """Publish the seven templates."""
        at = self.opened_at + timedelta(hours=2)
        await self.hands.write(
            "min", at,
            *(("publish_checklist", {"id": body["id"], "version": 1, "body": body}) for body in shipped()),
        )  # fmt: skip

    async def places(self, found: list[Site], built: list[House]) -> None:
        """Register the premises, the buildings and their doors."""
        at = self.opened_at + timedelta(hours=3)
        await self.hands.write("min", at, *(("register_premises", _premises(site)) for site in found))
        for house in built:
            doors = [
                {"id": door, "unit": unit, "floor": floor, "room": room, "use": "dwelling"}
                for door, unit, floor, room in house.doors
            ]
            await self.hands.write(
                "min", at,
                ("register_building", _building(house)),
                ("register_households", {"building_id": house.id, "households": doors}),
            )  # fmt: skip

    async def old_cases(self) -> None:
        """Let the leader confirm the escalation of what stayed open since the half-year."""
        rows = await database.fetch(
            """SELECT id FROM hazard WHERE stage = 'in_rectification' AND due_on < $1 ORDER BY due_on LIMIT 1""",
            _days_before(self.today, 30),
        )
        at = min(self.now, moment(self.today, 9) - timedelta(days=1))
        for row in rows:
            await self.hands.write("jing", at, ("escalate_hazard", {"hazard_id": row["id"], "level": "subdistrict"}))


def _days_before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def _premises(site: Site) -> dict[str, Any]:
    return {
        "id": site.id, "grid_code": site.grid_code, "category": site.category, "name": site.name,
        "address": f"{COMMUNITIES[site.community]}社区第{int(site.grid_code[-3:])}网格",
        "lon": site.lon, "lat": site.lat,
        "contact_title": site.title, "contact_phone": site.phone,
    }  # fmt: skip


def _building(house: House) -> dict[str, Any]:
    return {
        "id": house.id, "grid_code": house.grid_code, "name": house.name, "address": house.name, "lon": house.lon,
        "lat": house.lat, "units": house.units, "floors": house.floors,
    }  # fmt: skip
