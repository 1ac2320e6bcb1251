"""Provide to every handler who asks and on which device; nobody signed in is refused here, once."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide

from backend import clock
from backend.people import passwords, queries, remembered
from backend.people.queries import Device, SignedIn
from backend.people.rules import DESK_ROLES, Person, TotpSetUpNeeded
from backend.problems import NotSignedIn
from backend.settings import Settings

OFTEN = {"often": True}
"""For the `opt` of a route that phones ask many times a minute."""
COOKIE = "gridwalk"
LONGEST_TOKEN = 200


def settings_of(request: Request[Any, Any, Any]) -> Settings:
    """Return the settings that the app was made with."""
    settings = request.app.state.get("settings")
    return settings if isinstance(settings, Settings) else Settings()


def _token(request: Request[Any, Any, Any]) -> str | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    return request.cookies.get(COOKIE)


async def signed_in(request: Request[Any, Any, Any]) -> SignedIn:
    """Return the live session that a request carries.

    Routes that say OFTEN are content with one that is remembered for seconds, and only while this server would hear
    of a change: withdrawal is at once everywhere.
    Errors: NotSignedIn, DeviceRevoked.
    """
    return await _signed_in(request, often=bool(request.route_handler.opt.get("often")))


async def who_asks_often(request: Request[Any, Any, Any]) -> SignedIn:
    """Return who asks, as a route that says OFTEN has it, for a request that is answered before it is routed.

    Errors: NotSignedIn, DeviceRevoked, TotpSetUpNeeded.
    """
    who = await _signed_in(request, often=True)
    await person(request, who)
    return who


async def _signed_in(request: Request[Any, Any, Any], *, often: bool) -> SignedIn:
    listener = request.app.state.get("listener")
    hears = listener is not None and listener.connected.is_set()
    token_hash = token_hash_of(request)
    find = remembered.person_of if often and hears else queries.person_of
    found = None if token_hash is None else await find(token_hash)
    if found is None:
        raise NotSignedIn
    return found


def token_hash_of(request: Request[Any, Any, Any]) -> bytes | None:
    """Return the hash of the token that a request carries, whether or not it still counts."""
    token = _token(request)
    return passwords.hash_of_token(token) if token and len(token) <= LONGEST_TOKEN else None


def needs_totp(request: Request[Any, Any, Any], who: SignedIn) -> bool:
    """Must this person still set up a second factor before anything else?"""
    if who.has_totp or not settings_of(request).require_totp:
        return False
    return not DESK_ROLES.isdisjoint(who.person.roles(clock.today()))


async def person(request: Request[Any, Any, Any], signed_in: NamedDependency[SignedIn]) -> Person:
    """Return who asks, unless a second factor must be set up first.

    Errors: TotpSetUpNeeded.
    """
    if needs_totp(request, signed_in):
        raise TotpSetUpNeeded
    return signed_in.person


def device(signed_in: NamedDependency[SignedIn], person: NamedDependency[Person]) -> Device:  # noqa: ARG001
    """Return the device a request comes from.

    It asks for the person so that the framework looks for one after the other: for two at once it starts a group of
    tasks, which costs a request more than all the rest of this file.
    """
    return signed_in.device


dependencies = {
    "signed_in": Provide(signed_in),
    "person": Provide(person),
    "device": Provide(device, sync_to_thread=False),
}
