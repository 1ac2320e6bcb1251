"""Tell the slices that keep records of grids and places that the grids of a community have changed."""

from collections.abc import Awaitable, Callable

Listener = Callable[[str], Awaitable[object]]

_listeners: list[Listener] = []


def listen_to_moves(listener: Listener) -> None:
    """Let a slice hear of changed grids: `listener(community_code)` runs in the transaction that moved their places."""
    if listener not in _listeners:
        _listeners.append(listener)


async def announce_moves(community_code: str) -> None:
    """Tell every listener that grids of the community have changed, inside the caller's transaction."""
    for listener in _listeners:
        await listener(community_code)
