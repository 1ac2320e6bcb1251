"""Answer a person about himself: who, where, on which device; his password and second factor."""

import base64
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import segno
from litestar import Litestar, Request, Response, get, post, put
from litestar.di import NamedDependency
from msgspec import Struct

from backend import clock, database, envelopes
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
from backend.people.commands.keys import OpenDataKey, open_data_key
from backend.people.queries import SignedIn
from backend.people.rules import (
    SignInAgain,
    Throttled,
    TotpNeeded,
    TotpNotStarted,
    TotpWrong,
    WeakPassword,
    WrongPassword,
)


class TenantShown(Struct):
    """The subdistrict, and who answers for this service."""

    code: str
    name: str
    sponsor: str
    filing_number: str
    complaints: str
    timezone: str


class KeysShown(Struct):
    """What this device seals with, base64: the server's public key and its id, and what only this device knows."""

    key_id: str
    public_key: str
    device_key: str


class DataKeyShown(Struct):
    """The key of one's own data on a phone, base64."""

    data_key: str


class MeShown(Struct):
    """Everything the phone needs to know about who uses it."""

    person: PersonShown
    device: DeviceShown
    tenant: TenantShown
    rulebook: str | None  # the hash of the newest; the app tells it, because the rulebook stands above people
    needs_totp: bool
    has_totp: bool
    has_password: bool
    pin: str  # whether a PIN must guard the data on a phone: `required`, or only `offered`
    keys: KeysShown


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
        settings.pin, _keys_of(signed_in),
    )  # fmt: skip


def _keys_of(who: SignedIn) -> KeysShown:
    keeper = envelopes.keeper()
    return KeysShown(*map(_as_text, (keeper.key_id, keeper.public_key, keeper.device_key(who.device.id))))


def _as_text(key: bytes) -> str:
    return base64.b64encode(key).decode()


@post(
    "/api/me/data-key",
    status_code=200,
    opt=documents(SignInAgain, envelopes.EnvelopeUnreadable, envelopes.EnvelopeForAnotherServer, body=OpenDataKey),
)
async def recover_data_key(request: Request[Any, Any, Any], signed_in: NamedDependency[SignedIn]) -> DataKeyShown:
    """Open the envelope in which a phone keeps the key of the person's own data; the phone's PIN was forgotten."""
    asked = await body(request, OpenDataKey)
    async with database.transaction():
        return DataKeyShown(await open_data_key(asked, signed_in))


@contextlib.asynccontextmanager
async def open_for_keys(app: Litestar) -> AsyncIterator[None]:
    """Open the server's secret, made at the first start."""
    envelopes.open_keeper(app.state["settings"].data)
    yield


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


ROUTES = [me, recover_data_key, change_password, begin_totp, finish_totp]
