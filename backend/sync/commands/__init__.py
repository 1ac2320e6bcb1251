"""Settle pushes and held mutations."""

from backend.sync.commands.carry import carry
from backend.sync.commands.held import MUTATIONS
from backend.sync.commands.push import KNOWN, push

__all__ = ["KNOWN", "MUTATIONS", "carry", "push"]
