"""Speak HTTP for the exchange: tokens and files for people who are signed in, features for whoever holds a token."""

from backend.exchange.api import features, files, tokens
from backend.exchange.api.bearer import dependencies

routes = [*tokens.ROUTES, *files.ROUTES, *features.ROUTES]

__all__ = ["dependencies", "routes"]
