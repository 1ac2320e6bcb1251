"""Provide to the exchange's handlers who asks with which token; a sign-in opens nothing here, a token nothing else."""

from typing import Any

from litestar import Request
from litestar.di import Provide

from backend import clock, database
from backend.exchange import queries
from backend.exchange.commands import note_use
from backend.exchange.rules import PREFIX, Holder, TokenUnknown
from backend.people import passwords
from backend.people.rules import Permission, not_your_role

LONGEST_TOKEN = 100


async def holder(request: Request[Any, Any, Any]) -> Holder:
    """Return who holds the token that a request carries in its `Authorization`.

    Errors: TokenUnknown; NotYourRole when its owner may no longer export anything it was made for.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token.startswith(PREFIX) or len(token) > LONGEST_TOKEN:
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


dependencies = {"holder": Provide(holder)}
