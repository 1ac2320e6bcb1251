"""Tell the slices that keep records of grids and places where what lay in an ended grid goes, before and after."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from backend.places.rules import Succession


class Move(NamedTuple):
    """One thing that goes from a grid to another; `label` is what people call it."""

    kind: str
    id: UUID
    from_code: str
    to_code: str
    label: str


@dataclass(frozen=True, slots=True)
class Following:
    """A change of a community's grids, for whoever keeps things that lie in them.

    `withdrawn` are grids that count as never having been, with everything in them, ended or not; `back` says by id
    where things were before.
    """

    community_code: str
    succession: Succession
    withdrawn: frozenset[str] = frozenset()
    back: Mapping[UUID, str] = field(default_factory=dict)


Listener = Callable[[Following], Awaitable[list[Move]]]
Foreseer = Callable[[Following, Mapping[UUID, str]], Awaitable[list[Move]]]

_listeners: list[Listener] = []
_foreseers: list[Foreseer] = []


def listen_to_moves(listener: Listener, foreseer: Foreseer) -> None:
    """Let a slice hear of changed grids.

    `listener` moves what it keeps, in the transaction that has moved the places; `foreseer` says what it would move if
    places, by id, went where it is told.
    """
    if listener not in _listeners:
        _listeners.append(listener)
        _foreseers.append(foreseer)


async def announce_moves(following: Following) -> list[Move]:
    """Tell every listener that grids of the community have changed, and return what they moved."""
    return [move for listener in _listeners for move in await listener(following)]


async def foresee_moves(following: Following, places: Mapping[UUID, str]) -> list[Move]:
    """Return what every listener would move."""
    return [move for foreseer in _foreseers for move in await foreseer(following, places)]
