"""Answer a person about himself: who, where, on which device; his password and second factor."""

from typing import Any

import segno
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from msgspec import Struct

from backend import clock, database
from backend.http import body, documents
from backend.people import queries
from backend.people.api.identity import needs_totp, settings_of
from backend.people.api.sessions import address_of
from backend.people.api.shapes import DeviceShown, PersonShown, device_shown, person_shown
from backend.people.commands.account import (
    ChangePassword,
    ConfirmTotp,
    StartTotp,
    checked_password_hash,
    confirm_totp,
    set_password,
    start_totp,
)
from backend.people.commands.attempts import count_attempt, forgive_attempt
from backend.people.queries import SignedIn
from backend.people.rules import Throttled, TotpNeeded, TotpNotStarted, TotpWrong, WeakPassword, WrongPassword


class TenantShown(Struct):
    """The subdistrict, and who answers for this service."""

    code: str
    name: str
    sponsor: str
    filing_number: str
    complaints: str
    timezone: str


class MeShown(Struct):
    """Everything the phone needs to know about who uses it."""

    person: PersonShown
    device: DeviceShown
    tenant: TenantShown
    rulebook: str | None  # the hash of the newest; the app tells it, because the rulebook stands above people
    needs_totp: bool
    has_totp: bool
    has_password: bool


class TotpShown(Struct):
    """A second factor to be scanned."""

    secret: str
    uri: str
    qr_svg: str


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG element that scales with its container."""
    return segno.make(text, error="m").svg_inline(scale=4, border=2, omitsize=True)


async def named_places(request: Request[Any, Any, Any], codes: list[str]) -> dict[str, str]:
    """Return the names of places; the app tells how to find them, because places stand above people."""
    find = request.app.state.get("place_names")
    return {} if find is None or not codes else await find(codes)


@get("/api/me")
async def me(request: Request[Any, Any, Any], signed_in: NamedDependency[SignedIn]) -> MeShown:
    """Return who is signed in, on which device and in which subdistrict."""
    settings, who = settings_of(request), signed_in.person
    names = await named_places(request, [posting.place_code for posting in who.postings])
    tenant = TenantShown(
        who.tenant, await queries.subdistrict_name(who.tenant), settings.sponsor, settings.filing_number,
        settings.complaints, settings.timezone,
    )  # fmt: skip
    return MeShown(
        person_shown(who, clock.today(settings.timezone), names), device_shown(signed_in.device), tenant,
        request.app.state.get("rulebook"), needs_totp(request, signed_in), signed_in.has_totp, signed_in.has_password,
    )  # fmt: skip


@post(
    "/api/me/password",
    status_code=204,
    opt=documents(WrongPassword, WeakPassword, Throttled, body=ChangePassword),
)
async def change_password(request: Request[Any, Any, Any], signed_in: NamedDependency[SignedIn]) -> None:
    """Set a password; the person's other sessions that a password opened end."""
    asked = await body(request, ChangePassword)
    account, address = f"person:{signed_in.person.id}", address_of(request)
    async with database.transaction():
        await count_attempt(account, address)
    password_hash = await checked_password_hash(signed_in.person.id, asked)
    async with database.transaction():
        await forgive_attempt(account, address)
        await set_password(signed_in.person.id, password_hash, signed_in.token_hash)


@post("/api/me/totp", status_code=201, opt=documents(TotpNeeded, TotpWrong, Throttled, body=StartTotp))
async def begin_totp(request: Request[Any, Any, Any], signed_in: NamedDependency[SignedIn]) -> Response[TotpShown]:
    """Offer a second factor to be scanned; it counts once its first digits are confirmed."""
    asked = await body(request, StartTotp)
    account, address = f"totp:{signed_in.person.id}", address_of(request)
    async with database.transaction():
        await count_attempt(account, address)
    async with database.transaction():
        secret, uri = await start_totp(signed_in.person.id, asked.totp)
        await forgive_attempt(account, address)
    shown = TotpShown(secret, uri, qr_svg(uri))
    return Response(shown, status_code=201, headers={"cache-control": "no-store"})


@put("/api/me/totp", status_code=204, opt=documents(TotpNotStarted, TotpWrong, Throttled, body=ConfirmTotp))
async def finish_totp(request: Request[Any, Any, Any], signed_in: NamedDependency[SignedIn]) -> None:
    """Confirm the second factor by its first digits."""
    asked = await body(request, ConfirmTotp)
    account, address = f"totp:{signed_in.person.id}", address_of(request)
    async with database.transaction():
        await count_attempt(account, address)
    async with database.transaction():
        await confirm_totp(signed_in.person.id, asked.totp)
        await forgive_attempt(account, address)


ROUTES = [me, change_password, begin_totp, finish_totp]
