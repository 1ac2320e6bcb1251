"""Do what is done at the server's own keyboard: invite the first administrator, and check the installation."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from backend import clock, database, vault
from backend.base_maps.api import from_settings
from backend.first_migration import FOLDER
from backend.people.commands.account import forget_sealed_of_people
from backend.people.commands.audit import note_office
from backend.people.commands.enrolments import start_enrolment_at_office
from backend.people.commands.invite import invite_first
from backend.photos.commands import audit_store
from backend.photos.storage import open_store
from backend.places.commands.grid_files import GridFile, SurveyAsked, import_survey, survey_file
from backend.places.commands.upkeep import forget_sealed_of_places
from backend.places.queries import communities_in
from backend.places.reading import Progress
from backend.settings import BadSettings, Settings

LEAST_FREE_BYTES = 2_000_000_000
LARGEST_RANDOM_PAGE_COST = 2.0
CLOCKS_APART = timedelta(seconds=5)


class Weight(StrEnum):
    """How much a finding matters: a fault must be mended, advice may be."""

    WELL = "ok"
    ADVICE = "··"
    FAULT = "!!"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    weight: Weight
    sentence: str


def _fault(is_well: bool, sentence: str) -> Finding:
    return Finding(Weight.WELL if is_well else Weight.FAULT, sentence)


def _advice(is_well: bool, sentence: str) -> Finding:
    return Finding(Weight.WELL if is_well else Weight.ADVICE, sentence)


async def invite(tenant: str, name: str, login: str, subdistrict: str | None) -> str:
    """Return the one-time code by which the first administrator of a subdistrict signs in.

    Errors: Malformed, LoginTaken.
    """
    async with database.transaction():
        person = await invite_first(tenant, name=name, login=login, subdistrict_name=subdistrict)
        made = await start_enrolment_at_office(person, tenant)
    return made.code


class NothingLost(RuntimeError):
    """The secret is where it belongs, so that nothing is given up."""


async def lay_grids(
    tenant: str, file: GridFile, asked: SurveyAsked, *, only_check: bool, hear: Callable[[Progress], None]
) -> dict[str, object]:
    """Return the report on a file's grids, which are in force afterwards when it is clean and more than a check.

    Errors: GridFileUnreadable, NotYet, GroundMoved.
    """
    at = clock.now()
    communities = await communities_in([tenant], tenant)
    found, survey_id = await survey_file(file, asked, tenant, communities, at, hear)
    if survey_id is not None and not only_check:
        async with database.transaction(tenant):
            await import_survey(survey_id, tenant, at, lambda _: None, hear)
            await note_office(tenant, "import_grid_file", kind="grid_survey", record_id=survey_id)
    return found.report


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was given up that only a lost secret opened."""

    sign_in_phones: int
    second_factors: int
    contact_phones: int


async def forget_sealed(settings: Settings) -> Forgotten:
    """Return what was given up, so that an installation that lost its secret starts again with a new one.

    Errors: NothingLost.
    """
    if await vault.known_mark() is None or await vault.opens(settings.data):
        raise NothingLost(f"nothing to forget: {settings.data / vault.FILE} opens what this database has sealed")
    async with database.transaction():
        phones, factors = await forget_sealed_of_people()
        contacts = await forget_sealed_of_places()
        await vault.renew(settings.data)
    return Forgotten(phones, factors, contacts)


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what was checked, in words; needs the pool open."""
    async for each in _of_database(settings):
        yield each
    yield await _of_clock()
    if await database.fetch_value("SELECT to_regclass('secret_mark')"):
        yield await _of_secret(settings)
    if await database.fetch_value("SELECT to_regclass('photo')"):
        async for each in _of_photos(settings):
            yield each
    free = shutil.disk_usage(settings.data).free
    yield _fault(free >= LEAST_FREE_BYTES, f"disk: {free / 1e9:.1f} GB free in {settings.data}")
    unsafe = "no HTTPS: phones cannot work offline, locate or photograph; see GRIDWALK_TLS and GRIDWALK_PUBLIC_URL"
    yield _advice(settings.secure, "HTTPS" if settings.secure else unsafe)
    if settings.base_maps is not None:
        yield _of_base_maps(settings)
    named = bool(settings.sponsor and settings.complaints)
    yield _advice(
        named, "sponsor and complaints entry are shown" if named else "GRIDWALK_SPONSOR, GRIDWALK_COMPLAINTS missing"
    )


def _of_base_maps(settings: Settings) -> Finding:
    try:
        found = from_settings(settings)["base_maps"]
    except BadSettings as error:
        return _fault(False, str(error))
    return _fault(True, f"base maps: {', '.join(found) or 'none'}")


async def _of_database(settings: Settings) -> AsyncIterator[Finding]:
    number = int(await database.fetch_value("SHOW server_version_num"))
    where = "external" if settings.database_url else "embedded"
    yield _fault(number >= 150_000, f"PostgreSQL {number // 10_000}, {where} (15 or newer is needed)")
    known = {path.stem for path in FOLDER.glob("[0-9]*.py")}
    exists = await database.fetch_value("SELECT to_regclass('migration')")
    ran = {row["name"] for row in await database.fetch("SELECT name FROM migration")} if exists else set()
    yield _fault(ran == known, f"schema: {len(ran & known)} of {len(known)} migrations have run{_strange(ran - known)}")
    cost = float(await database.fetch_value("SHOW random_page_cost"))
    yield _advice(
        cost <= LARGEST_RANDOM_PAGE_COST, f"random_page_cost = {cost} (1.1 suits solid disks; 4 makes the map slow)"
    )


def _strange(names: set[str]) -> str:
    return f", and {', '.join(sorted(names))} of a newer version" if names else ""


async def _of_clock() -> Finding:
    theirs = await database.fetch_value("SELECT clock_timestamp()")
    apart = abs(clock.now() - theirs)
    sentence = f"clock: {clock.now():%Y-%m-%d %H:%M:%S} UTC, {apart.total_seconds():.1f} s from the database's"
    if await database.fetch_value("SELECT to_regclass('receipt')"):
        newest = await database.fetch_value("SELECT max(received_at) FROM receipt")
        if newest is not None and newest > clock.now() + CLOCKS_APART:
            return Finding(Weight.FAULT, f"{sentence}, and behind the newest record of {newest:%Y-%m-%d %H:%M:%S}")
    return _fault(apart <= CLOCKS_APART, sentence)


async def _of_secret(settings: Settings) -> Finding:
    mark = await vault.known_mark()
    if mark is None or await vault.opens(settings.data):
        return Finding(Weight.WELL, "secret: it opens the telephone numbers and second factors")
    return Finding(Weight.FAULT, f"secret: {vault.SecretLost(settings.data / vault.FILE)}")


async def _of_photos(settings: Settings) -> AsyncIterator[Finding]:
    if not (settings.data / "photos").is_dir():
        expected = await database.fetch_value("SELECT count(*) FROM photo")
        yield _fault(expected == 0, f"photos: {expected} in the database, none in {settings.data / 'photos'}")
        return
    await asyncio.to_thread(open_store, settings.data / "photos")
    found = await audit_store()
    yield _fault(not found.missing, f"photos: {found.whole} whole, {len(found.missing)} missing{_first(found.missing)}")
    yield _fault(not found.damaged, f"photos: {len(found.damaged)} damaged{_first(found.damaged)}")
    yield _advice(not found.unknown, f"photos: {len(found.unknown)} that no record knows{_first(found.unknown)}")


def _first(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names[:3])}{' …' if len(names) > 3 else ''})" if names else ""
