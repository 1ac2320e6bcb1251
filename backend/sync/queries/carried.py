"""Say of which kinds a reach holds more than a phone should carry."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from backend.people.rules import Reach
from backend.sync import rules

GRID_DIGITS: Final = 15
_COUNTS_KEPT: Final = 1_024

_counted: OrderedDict[tuple[str, ...], tuple[int, int]] = OrderedDict()  # by places: how many, as of which revision


async def too_many(reach: Reach, newest: int) -> frozenset[str]:
    """Return the kinds that are left out of a pull; never any for who has grids of his own and nothing wider."""
    count = _counter()
    if count is None or all(len(code) == GRID_DIGITS for code in reach.prefixes):
        return frozenset()
    known, as_of = _counted.get(reach.prefixes, (rules.CARRIED_MOST, -1))
    # A revision brings one hazard at most: while even that cannot be too many, nothing is counted again.
    if as_of < 0 or newest < as_of or known + newest - as_of > rules.CARRIED_MOST:
        known = await count(reach, rules.CARRIED_MOST)
        _counted[reach.prefixes] = (known, newest)
        while len(_counted) > _COUNTS_KEPT:
            _counted.popitem(last=False)
    return frozenset({"hazard"}) if known > rules.CARRIED_MOST else frozenset()


def _counter() -> Callable[[Reach, int], Awaitable[int]] | None:
    if find_spec("backend.hazards") is None:
        return None
    return getattr(import_module("backend.hazards.queries"), "many_for_phone", None)
