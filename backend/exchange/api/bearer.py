"""Provide to the exchange's handlers who asks with which token; a sign-in opens nothing here, a token nothing else."""

import base64
from typing import Any

from litestar import Request
from litestar.di import Provide

from backend import clock, database
from backend.exchange import queries
from backend.exchange.commands import note_use
from backend.exchange.rules import PREFIX, Holder, TokenUnknown
from backend.people import passwords
from backend.people.rules import Permission, not_your_role

LONGEST_TOKEN, LONGEST_BASIC = 100, 400


async def holder(request: Request[Any, Any, Any]) -> Holder:
    """Return who holds the token that a request carries in its `Authorization`.

    Errors: TokenUnknown; NotYourRole when its owner may no longer export anything it was made for.
    """
    token = _token(request.headers.get("authorization", ""))
    if not token.startswith(PREFIX) or len(token) > LONGEST_TOKEN:
        raise TokenUnknown
    found = await queries.holder(passwords.hash_of_token(token))
    if found is None:
        raise TokenUnknown
    known, used_on = found
    if not known.reach.prefixes:
        raise not_your_role(Permission.EXPORT)
    if used_on != clock.today():
        async with database.transaction():
            await note_use(known)
    return known


def _token(said: str) -> str:
    """Return the token of an `Authorization`, empty without one.

    It may also come as the password of somebody: the QGIS that Debian 12 packs can send no other.
    """
    scheme, _, content = said.strip().partition(" ")
    if scheme.lower() == "bearer":
        return content.strip()
    if scheme.lower() != "basic" or len(content) > LONGEST_BASIC:
        return ""
    try:
        return base64.b64decode(content.strip(), validate=True).decode("latin1").partition(":")[2]
    except ValueError:
        return ""


dependencies = {"holder": Provide(holder)}
