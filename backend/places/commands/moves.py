"""Tell the slices that keep records of places that some places of a community lie in other grids now."""

from collections.abc import Awaitable, Callable

Listener = Callable[[str], Awaitable[object]]

_listeners: list[Listener] = []


def listen_to_moves(listener: Listener) -> None:
    """Let a slice hear of moved places: `listener(community_code)` runs in the transaction that moved them."""
    if listener not in _listeners:
        _listeners.append(listener)


async def announce_moves(community_code: str) -> None:
    """Tell every listener that places of the community have moved, inside the caller's transaction."""
    for listener in _listeners:
        await listener(community_code)
