"""Find what changed for one person, which mutations wait for review, and which rulebooks are accepted."""

from backend.sync.queries.held import HeldRow, held_mutations
from backend.sync.queries.pull import Pulled, pull
from backend.sync.queries.rulebooks import accepted_rulebooks

__all__ = ["HeldRow", "Pulled", "accepted_rulebooks", "held_mutations", "pull"]
