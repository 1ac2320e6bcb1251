"""Write and read the cursor: how far a phone has come, and what that was true of."""

import base64
import binascii
import hashlib
from collections.abc import Sequence

import msgspec

from backend.people.rules import Reach
from backend.sync.queries.rulebooks import accepted_rulebooks
from backend.sync.rules import CursorStale

LAYOUT = 1
"""Raised when rows change their shape, so that phones fetch them again."""


class Cursor(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """Everything up to `revision` has been given; a first fetch goes on until `fresh_until` without looking back.

    `scope` is a fingerprint of what the cursor counts in: reach, grids, kinds, rulebook and layout.
    """

    tenant: str
    revision: int
    fresh_until: int
    scope: str

    @property
    def is_fresh(self) -> bool:
        """Is the first fetch still going on? Then what is gone need not be told."""
        return self.revision < self.fresh_until

    def encode(self) -> str:
        """Return the cursor as an opaque text."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


def scope_of(reach: Reach, grids: Sequence[str], kinds: Sequence[str]) -> str:
    """Return a fingerprint of all that decides which rows a phone holds."""
    newest = accepted_rulebooks()[:1]
    said = [LAYOUT, reach.prefixes, sorted(reach.ancestors), sorted(reach.keys), reach.scopes, sorted(grids),
            sorted(kinds), newest]  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:16]


def read(text: str) -> Cursor:
    """Return the cursor in a text that we once gave; a changed one gives nobody more than the reach does.

    Errors: CursorStale when it is none.
    """
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=Cursor)
    except (ValueError, binascii.Error, RecursionError):
        raise CursorStale from None


def still_counting(cursor: Cursor, tenant: str, scope: str, newest: int) -> Cursor:
    """Return the cursor as it is.

    Errors: CursorStale when it counts in something else, or in a database that has since been put back.
    """
    sound = 0 <= cursor.revision <= newest and 0 <= cursor.fresh_until <= newest
    if not sound or cursor.tenant != tenant or cursor.scope != scope:
        raise CursorStale
    return cursor
