"""Count sign-ins before they are tried, so that guesses sent all at once are counted one by one."""

import math
from datetime import datetime, timedelta

from backend import clock, database
from backend.people.rules import Throttled
from backend.people.rules.sign_in import FORGET_AFTER, normalised_login, wait_s
from backend.vault import vault

# Taking the row, new or old, also locks it: of many at once the second waits for the first.
_TAKE = """
INSERT INTO login_attempt (key, failures, last_at, wait_until) VALUES ($1, 0, $2, NULL)
ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING failures, last_at, wait_until
"""

# What is forgotten anyway need not be kept; rows that somebody is counting on just now are left for the next time.
_FORGET = """
DELETE FROM login_attempt WHERE key IN
  (SELECT key FROM login_attempt WHERE last_at < $1 ORDER BY last_at LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


def _key(kind: str, name: str) -> bytes:
    return vault().lookup(f"{kind}:{normalised_login(name)}", "login_attempt")


async def count_attempt(account: str, address: str) -> None:
    """Count one attempt as failed until `forgive_attempt` takes it back; needs a transaction of its own.

    Errors: Throttled with `wait_s`, and then nothing is counted.
    """
    at = clock.now()
    for kind, name in (("account", account), ("address", address)):
        await _count(kind, _key(kind, name), at)


async def _count(kind: str, key: bytes, at: datetime) -> None:
    row = await database.fetch_row(_TAKE, key, at)
    assert row is not None  # noqa: S101  # ON CONFLICT DO UPDATE always returns the row
    if row["wait_until"] is not None and row["wait_until"] > at:
        wait = math.ceil((row["wait_until"] - at).total_seconds())
        raise Throttled(wait_s=wait, retry_after_s=wait)
    failures = 1 if at - row["last_at"] > FORGET_AFTER else row["failures"] + 1
    wait = wait_s(kind, failures)
    until = at + timedelta(seconds=wait) if wait else None
    await database.execute(
        "UPDATE login_attempt SET failures = $2, last_at = $3, wait_until = $4 WHERE key = $1", key, failures, at, until
    )


async def forgive_attempt(account: str, address: str) -> None:
    """Take back what `count_attempt` counted: the account begins anew, the address loses one failure."""
    await database.execute("DELETE FROM login_attempt WHERE key = $1", _key("account", account))
    await database.execute(
        "UPDATE login_attempt SET failures = greatest(failures - 1, 0), wait_until = NULL WHERE key = $1",
        _key("address", address),
    )
    await database.execute(_FORGET, clock.now() - FORGET_AFTER)
