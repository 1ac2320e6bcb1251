"""Do what is done at the server's own keyboard: invite the first administrator, and check the installation."""

import shutil
from collections.abc import AsyncIterator

from backend import database
from backend.first_migration import FOLDER
from backend.people.commands.enrolments import start_enrolment_at_office
from backend.people.commands.invite import invite_first
from backend.settings import Settings

LEAST_FREE_BYTES = 2_000_000_000
LARGEST_RANDOM_PAGE_COST = 2.0


async def invite(tenant: str, name: str, login: str, subdistrict: str | None) -> str:
    """Return the one-time code by which the first administrator of a subdistrict signs in.

    Errors: Malformed, LoginTaken.
    """
    async with database.transaction():
        person = await invite_first(tenant, name=name, login=login, subdistrict_name=subdistrict)
        made = await start_enrolment_at_office(person, tenant)
    return made.code


async def findings(settings: Settings) -> AsyncIterator[tuple[bool, str]]:
    """Yield what was checked: whether it is well, and a sentence."""
    number = int(await database.fetch_value("SHOW server_version_num"))
    yield number >= 150_000, f"PostgreSQL {number // 10_000} (15 or newer is needed)"
    known = {path.stem for path in FOLDER.glob("[0-9]*.py")}
    exists = await database.fetch_value("SELECT to_regclass('migration')")
    ran = {row["name"] for row in await database.fetch("SELECT name FROM migration")} if exists else set()
    yield ran == known, f"schema: {len(ran & known)} of {len(known)} migrations have run"
    cost = float(await database.fetch_value("SHOW random_page_cost"))
    yield cost <= LARGEST_RANDOM_PAGE_COST, f"random_page_cost = {cost} (1.1 suits solid disks; 4 makes the map slow)"
    free = shutil.disk_usage(settings.data).free
    yield free >= LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free in {settings.data}"
    yield settings.secure, "HTTPS" if settings.secure else "no HTTPS: phones cannot work offline, locate or photograph"
    named = bool(settings.sponsor and settings.complaints)
    yield named, "sponsor and complaints entry are shown" if named else "GRIDWALK_SPONSOR, GRIDWALK_COMPLAINTS missing"
