"""Decide what other systems may read, what they may ask, and what a token opens."""

from backend.exchange.rules.asking import (
    CRS84,
    EPSG_4490,
    MOST_FEATURES,
    OF_EVERY_PAGE,
    OF_ONE,
    Asked,
    asked,
    crs,
    given,
)
from backend.exchange.rules.collections import COLLECTIONS, Collection, Name, Property
from backend.exchange.rules.description import (
    ADDRESS,
    CONFORMS_TO,
    GEOJSON,
    JSON,
    OPENAPI,
    collection_page,
    landing,
    link,
    openapi,
)
from backend.exchange.rules.tokens import (
    MOST_DAYS,
    MOST_TOKENS,
    PREFIX,
    Holder,
    TokenUnknown,
    TooManyTokens,
    reach_of_token,
    why_not_make,
)

__all__ = [
    "ADDRESS", "COLLECTIONS", "CONFORMS_TO", "CRS84", "EPSG_4490", "GEOJSON", "JSON", "MOST_DAYS", "MOST_FEATURES",
    "MOST_TOKENS", "OF_EVERY_PAGE", "OF_ONE", "OPENAPI", "PREFIX", "Asked", "Collection", "Holder", "Name", "Property",
    "TokenUnknown", "TooManyTokens", "asked", "collection_page", "crs", "given", "landing", "link", "openapi",
    "reach_of_token", "why_not_make",
]  # fmt: skip
