"""Register a community, and ask the one question every command of this slice begins with."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from backend import changes, database
from backend.acts import Act
from backend.people.rules import why_not
from backend.places.rules import NEEDS, AlreadyRegistered, sealed_kind, why_not_in_use, why_not_nested
from backend.problems import NotFound
from backend.texts import CommunityCode, Name
from backend.vault import vault

Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]


def allow(act: Act, mutation: str, place_code: str, *, premises_id: UUID | None = None) -> None:
    """Let the act pass, or raise NotFound outside the author's reach and NotYourRole inside it."""
    problem = why_not(act.person, NEEDS[mutation], place_code, on=act.on, premises_id=premises_id)
    if problem is not None:
        raise problem


def sealed_phone(phone: str | None, kind: str, place_id: UUID) -> bytes | None:
    """Return a contact phone as the database keeps it: only the server's secret opens it."""
    return None if phone is None else vault().seal(phone, sealed_kind(kind), place_id)


async def grid_in_use(code: str, on: date) -> None:
    """Let a grid of that code that is in use on a day pass, or raise NotFound or PlaceRetired."""
    row = await database.fetch_row("SELECT name, retired_on FROM grid WHERE code = $1", code)
    if row is None:
        raise NotFound
    problem = why_not_in_use(row["name"], row["retired_on"], on)
    if problem is not None:
        raise problem


class RegisterCommunity(Struct, forbid_unknown_fields=True, frozen=True):
    """What registering a community needs."""

    id: UUID
    code: CommunityCode
    name: Name


async def register_community(args: RegisterCommunity, act: Act) -> None:
    """Remember a community of the author's subdistrict."""
    allow(act, "register_community", args.code)
    problem = why_not_nested(args.code, act.tenant)
    if problem is not None:
        raise problem
    await database.lock_tenant(act.tenant)
    stored = await database.fetch_value(
        "INSERT INTO community (id, code, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id",
        args.id,
        args.code,
        args.name,
    )
    if stored is None:
        raise AlreadyRegistered(what=args.code)
    await changes.touch("community", args.id, args.code)
