"""Tell the records that name a photo that it has arrived, and later which picture it is."""

from collections.abc import Awaitable, Callable, Sequence

from backend import database

Listener = Callable[[Sequence[str], str], Awaitable[None]]

_listeners: list[Listener] = []
_hash_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let a slice hear of arrived photos: `listener(sha256s, tenant)` runs in the transaction that keeps them."""
    if listener not in _listeners:
        _listeners.append(listener)


def listen_for_hashes(listener: Listener) -> None:
    """Let a slice whose rows say what a photo looks like hear when that was found out, in the same way."""
    if listener not in _hash_listeners:
        _hash_listeners.append(listener)


async def announce(sha256s: Sequence[str], tenant: str) -> None:
    """Tell every listener, in a transaction, that photos have arrived, if any record of the tenant names one."""
    async with database.transaction(tenant):
        if await _are_named(sha256s, tenant):
            await tell(sha256s, tenant)


async def _are_named(sha256s: Sequence[str], tenant: str) -> bool:
    sql = "SELECT EXISTS (SELECT FROM photo_mention WHERE sha256 = ANY($1) AND tenant = $2)"
    return bool(await database.fetch_value(sql, list(sha256s), int(tenant)))


async def tell(sha256s: Sequence[str], tenant: str) -> None:
    """Tell every listener that photos have arrived which a record names; the running transaction has locked the tenant.

    Records name photos under the same lock. So one that named a photo before is found by whoever asks under the lock,
    and one that names it later sees that it is there: without it, what is named just now would wait for ever.
    """
    for listener in _listeners:
        await listener(sha256s, tenant)


async def tell_of_hashes(sha256s: Sequence[str], tenant: str) -> None:
    """Tell whom it concerns that photos got a perceptual hash, or one like them did, under the tenant's lock."""
    if sha256s and await _are_named(sha256s, tenant):
        for listener in _hash_listeners:
            await listener(sha256s, tenant)


async def announce_latest() -> None:
    """Announce the newest photos again: a server that was killed may not have come to it."""
    rows = await database.fetch(
        """SELECT tenant, array_agg(sha256::text) AS sha256s FROM photo
           WHERE received_at > (SELECT max(received_at) FROM photo) - interval '2 minutes' GROUP BY tenant"""
    )
    for row in rows:
        await announce(row["sha256s"], f"{row['tenant']:09d}")
