"""Remember for seconds who holds a session, for requests that come often; forgotten at once when people change."""

from datetime import datetime, timedelta

from backend import clock, database
from backend.people import queries
from backend.people.queries import SignedIn

CHANNEL = "people"
"""On it the database says that a session, device, person or posting has changed, whoever changed it."""
FOR_AT_MOST = timedelta(seconds=5)
MOST = 10_000

_known: dict[bytes, tuple[datetime, datetime, SignedIn]] = {}
_forgotten = 0


async def person_of(token_hash: bytes) -> SignedIn | None:
    """Return who holds a live session, as it was at most five seconds ago and has not been changed since.

    `device.last_number` may be behind.
    Errors: DeviceRevoked.
    """
    now = clock.now()
    asked_at, until, who = _known.get(token_hash, (now, now, None))
    if who is not None and asked_at <= now < until:
        return who
    forgotten = _forgotten
    who = await queries.person_of(token_hash)
    if who is not None and forgotten == _forgotten:  # else the answer may be older than what was forgotten
        if len(_known) >= MOST:
            _known.clear()
        _known[token_hash] = (now, min(now + FOR_AT_MOST, who.ends_at), who)
    return who


def forget(*_: object) -> None:
    """Ask the database about everybody again."""
    global _forgotten
    _forgotten += 1
    _known.clear()


def times_forgotten() -> int:
    """Return how often everybody was forgotten: the same number as before says that nobody has changed."""
    return _forgotten


def forget_after_commit() -> None:
    """Forget when what the running transaction changes about people is visible; other servers hear of it by CHANNEL."""
    database.after_commit(forget)
