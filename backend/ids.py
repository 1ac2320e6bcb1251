"""Make identifiers that sort by the moment they were made."""

import secrets
from datetime import datetime
from uuid import UUID

from backend import clock


def new_id(at: datetime | None = None) -> UUID:
    """Return a UUID version 7 of a moment, the present one when none is given.

    Source: RFC 9562 §5.7: 48 bits of Unix milliseconds, then 74 random bits around version and variant.
    """
    milliseconds = int((clock.now() if at is None else at).timestamp() * 1000)
    chance = secrets.randbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & ((1 << 62) - 1))
