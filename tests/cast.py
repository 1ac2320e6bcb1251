"""The people of every test and of the demo, made through the slice's own commands, and clients signed in as them."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
from argon2 import PasswordHasher

from backend import clock, database
from backend.acts import Act, Command
from backend.demo.cast import (
    CAST,
    COMMUNITIES,
    DISTRICT,
    FIRST,
    GRID_1,
    GRID_2,
    HEPING,
    KTV,
    NAMES,
    NEXT_GRID,
    OTHER_GRID,
    OTHER_TENANT,
    PASSWORD,
    TENANT,
    Part,
)
from backend.ids import new_id
from backend.people import commands, queries
from backend.people.rules import Person

POSTED_BEFORE = timedelta(days=365)
"""How long before the present the cast is posted, so that a test may let things happen in the past."""


__all__ = [
    "CAST", "COMMUNITIES", "DISTRICT", "GRID_1", "GRID_2", "HEPING", "KTV", "NEXT_GRID", "OTHER_GRID", "OTHER_TENANT",
    "PASSWORD", "TENANT",
]  # fmt: skip

_TABLES = ("subdistrict", "person", "posting")
_made: dict[str, dict[str, str]] = {}
_password_hash: list[str] = []


async def make_cast() -> dict[str, Person]:
    """Return the whole cast, by login, in a database that has none of it yet.

    The first time in a process they are invited one by one; later the rows that this left are put back.
    """
    since = clock.now() - POSTED_BEFORE
    key = since.date().isoformat()
    if key in _made:
        for table in _TABLES:
            sql = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, $1::json)"
            await database.execute(sql, _made[key][table])
    else:
        await _invite_all(since)
        _made[key] = {table: await _rows(table) for table in _TABLES}
    return {login: await person(login) for login in CAST}


async def _rows(table: str) -> str:
    return str(await database.fetch_value(f"SELECT json_agg(t)::text FROM {table} t"))


async def _invite_all(since: datetime) -> None:
    with clock.travel(since):
        for tenant, login in FIRST.items():
            async with database.transaction():
                await commands.invite_first(
                    tenant, name=CAST[login].name, login=login, subdistrict_name=NAMES[tenant], person_id=CAST[login].id
                )
        for login, part in CAST.items():
            if login not in FIRST.values():
                await _invite(login, part)
        for login in CAST:
            async with database.transaction():
                await commands.set_password(CAST[login].id, _hash())


async def _invite(login: str, part: Part) -> None:
    by = await person(FIRST[part.place_codes[0][:9]])
    keyed = {"premises_id": part.premises_id, "department": part.department}
    first, *others = part.place_codes
    given = {"name": part.name, "login": login, "licence_number": part.licence_number, "role": part.role, **keyed}
    await perform(commands.MUTATIONS, "invite_person", given | {"person_id": part.id, "place_code": first}, by)
    for code in others:
        more = {"posting_id": new_id(), "person_id": part.id, "role": part.role, "place_code": code}
        await perform(commands.MUTATIONS, "add_posting", more, by)
    if login == "nobody":
        posting = (await person(login)).postings[0]
        ended = {"posting_id": posting.id, "to_on": posting.from_on - timedelta(days=1)}
        await perform(commands.MUTATIONS, "end_posting", ended, by)


def _hash() -> str:
    """The real hash with the least work: what it costs otherwise stands in people/test_passwords.py."""
    if not _password_hash:
        _password_hash.append(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    return _password_hash[0]


async def person(login: str) -> Person:
    """Return a member of the cast as the database has it now."""
    found = await queries.person(CAST[login].id)
    assert found is not None
    return found


def an_act(
    by: Person, *, at: datetime | None = None, device_id: UUID | None = None, number: int = 1, code: str = "X7K2"
) -> Act:
    """Return an act of somebody, now unless told otherwise, on a device that need not exist."""
    now = clock.now()
    return Act(by, device_id or new_id(), f"{code}-{number:04}", at or now, now, new_id(), by.tenant)


async def perform(
    mutations: Mapping[str, tuple[type[Any], Command]], name: str, args: Mapping[str, object], by: Person, **act: Any
) -> None:
    """Do one mutation as push does: decode its arguments strictly, run its command in one transaction."""
    wanted, command = mutations[name]
    encoded = msgspec.json.encode({key: value for key, value in args.items() if value is not None})
    decoded = msgspec.json.decode(encoded, type=wanted, strict=True)
    async with database.transaction():
        await command(decoded, an_act(by, **act))


def a_client(app: Any, **options: Any) -> httpx.AsyncClient:
    """Return a client that speaks to the app as a browser on the same machine does, signed in as nobody."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", **options)


@asynccontextmanager
async def signed_in(app: Any, login: str, *, device_id: UUID | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the cookie of a fresh session of a member of the cast; `client.device_id` is its device.

    It spares the password's 20 ms; test_sign_in.py goes in by the front door.
    """
    async with database.transaction():
        opened = await commands.open_session(CAST[login].id, device_id, f"{login} 的手机", enrolled=True)
    async with a_client(app) as client:
        client.cookies.set("gridwalk", opened.token, domain="localhost.local")
        client.device_id = opened.signed_in.device.id  # type: ignore[attr-defined]
        yield client


def as_json(value: object) -> Any:
    """Return what a value becomes on its way to the server and back."""
    return json.loads(msgspec.json.encode(value))
