"""Answer sign-in, sign-out and the redeeming of one-time codes."""

from ipaddress import IPv6Address, ip_address
from typing import Any

from litestar import Request, Response, delete, post
from litestar.datastructures import Cookie

from backend import clock, database
from backend.http import body, documents
from backend.people.api.identity import COOKIE, settings_of, token_hash_of
from backend.people.api.shapes import SessionShown, device_shown, person_shown
from backend.people.commands.attempts import count_attempt, forgive_attempt
from backend.people.commands.enrolments import RedeemEnrolment, redeem_enrolment
from backend.people.commands.sessions import Opened, SignIn, check_totp, open_session, prove, sign_out
from backend.people.rules import (
    CodeExpired,
    CodeSpent,
    CodeUnknown,
    Throttled,
    TotpNeeded,
    TotpWrong,
    WrongPassword,
)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
OPEN = {"open_to_all": True}


def address_of(request: Request[Any, Any, Any]) -> str:
    """Return where a request comes from; of IPv6 the network, because one subscriber holds 2^64 addresses of it."""
    host = request.client.host if request.client else "unknown"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return address.exploded[:19] if address.ipv4_mapped is None else str(address.ipv4_mapped)
    return host


def cookie(request: Request[Any, Any, Any], token: str, max_age_s: int) -> Cookie:
    """Return the session's cookie, `Secure` unless this is plain http on the machine itself."""
    host = request.url.hostname or ""
    plain = request.scope["scheme"] == "http" and not settings_of(request).secure and host in LOOPBACK
    return Cookie(
        key=COOKIE, value=token, max_age=max_age_s, path="/", httponly=True, samesite="strict", secure=not plain
    )


def opened_response(request: Request[Any, Any, Any], opened: Opened, *, want_token: bool) -> Response[SessionShown]:
    """Return what a fresh session answers: who, on which device, and the cookie."""
    who = opened.signed_in
    shown = SessionShown(
        person_shown(who.person, clock.today(), {}), device_shown(who.device), opened.token if want_token else None
    )
    kept = cookie(request, opened.token, int(opened.lasts.total_seconds()))
    return Response(shown, status_code=201, cookies=[kept], headers={"cache-control": "no-store"})


@post(
    "/api/session",
    opt={**documents(WrongPassword, Throttled, TotpNeeded, TotpWrong, body=SignIn), **OPEN},
)
async def sign_in(request: Request[Any, Any, Any]) -> Response[SessionShown]:
    """Sign in by phone number or login, and password; a second factor when the person has one."""
    asked = await body(request, SignIn)
    address = address_of(request)
    async with database.transaction():
        await count_attempt(asked.login, address)
    person_id = await prove(asked.login, asked.password)
    try:
        async with database.transaction():
            await check_totp(person_id, asked.totp)
            await forgive_attempt(asked.login, address)
            opened = await open_session(person_id, asked.device_id, asked.device_label, enrolled=False)
    except TotpNeeded:
        async with database.transaction():
            await forgive_attempt(asked.login, address)
        raise
    return opened_response(request, opened, want_token=asked.want_token)


@delete("/api/session", opt=OPEN)
async def leave(request: Request[Any, Any, Any]) -> Response[None]:
    """Sign out; doing it twice, or without a session, is harmless."""
    token_hash = token_hash_of(request)
    if token_hash is not None:
        async with database.transaction():
            await sign_out(token_hash)
    return Response(None, status_code=204, cookies=[cookie(request, "", 0)])


@post(
    "/api/enrolments/redeem",
    opt={
        **documents(CodeUnknown, CodeSpent, CodeExpired, Throttled, TotpNeeded, TotpWrong, body=RedeemEnrolment),
        **OPEN,
    },
)
async def redeem(request: Request[Any, Any, Any]) -> Response[SessionShown]:
    """Sign a phone in for 90 days by a code that works once."""
    asked = await body(request, RedeemEnrolment)
    account, address = f"code:{asked.code}", address_of(request)
    async with database.transaction():
        await count_attempt(account, address)
    try:
        async with database.transaction():
            opened = await redeem_enrolment(asked)
            await forgive_attempt(account, address)
    except TotpNeeded:
        async with database.transaction():
            await forgive_attempt(account, address)
        raise
    return opened_response(request, opened, want_token=asked.want_token)
