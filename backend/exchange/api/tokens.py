"""Speak HTTP for tokens: list them, make one, revoke one; a signed-in person asks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from backend import database
from backend.exchange import queries
from backend.exchange.commands import NewToken, make_token, revoke_token
from backend.exchange.queries import TokenRow
from backend.exchange.rules import ADDRESS, MOST_TOKENS, TooManyTokens
from backend.http import body, documents
from backend.people.api.identity import settings_of
from backend.people.queries import MOST_LISTED, Device
from backend.people.rules import Person


class TokensShown(Struct):
    """Tokens one answers for, how many living ones one may hold, and the address that they open."""

    tokens: list[TokenRow]
    more: bool
    most: int
    url: str


class TokenTold(Struct):
    """A new token, told once."""

    id: UUID
    token: str
    expires_at: datetime
    url: str


def root_of(request: Request[Any, Any, Any]) -> str:
    """Return the address of this server as others reach it, without a slash at its end."""
    return settings_of(request).public_url or str(request.base_url).rstrip("/")


@get("/api/tokens")
async def list_tokens(request: Request[Any, Any, Any], person: NamedDependency[Person]) -> TokensShown:
    """List one's own tokens, and those of people whose accounts one manages."""
    found = await queries.tokens_governed(person)
    return TokensShown(found[:MOST_LISTED], len(found) > MOST_LISTED, MOST_TOKENS, f"{root_of(request)}{ADDRESS}")


@post("/api/tokens", opt=documents(TooManyTokens, body=NewToken))
async def make(
    request: Request[Any, Any, Any], person: NamedDependency[Person], device: NamedDependency[Device]
) -> Response[TokenTold]:
    """Make a token that reads a place within one's own reach, for oneself."""
    asked = await body(request, NewToken)
    async with database.transaction():
        made = await make_token(asked, person, device.id)
    told = TokenTold(made.id, made.token, made.expires_at, f"{root_of(request)}{ADDRESS}")
    return Response(told, status_code=201, headers={"cache-control": "no-store"})


@delete("/api/tokens/{token_id:uuid}")
async def revoke(token_id: FromPath[UUID], person: NamedDependency[Person], device: NamedDependency[Device]) -> None:
    """Revoke a token at once; one that has ended already is no error."""
    async with database.transaction():
        await revoke_token(token_id, person, device.id)


ROUTES = [list_tokens, make, revoke]
