"""Find what a token opens, and the features that somebody asks for with it."""

from backend.exchange.queries.features import Items, extent, item, items, order
from backend.exchange.queries.tokens import TokenRow, holder, living_tokens, tokens_governed

__all__ = ["Items", "TokenRow", "extent", "holder", "item", "items", "living_tokens", "order", "tokens_governed"]
