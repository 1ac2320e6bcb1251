"""Speak HTTP for the exchange: tokens for people who are signed in, features for whoever holds a token."""

from backend.exchange.api import features, tokens
from backend.exchange.api.bearer import dependencies

routes = [*tokens.ROUTES, *features.ROUTES]

__all__ = ["dependencies", "routes"]
