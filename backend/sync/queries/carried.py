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
MAY_BE_LEFT_OUT: Final = frozenset({"hazard"})

_counted: OrderedDict[tuple[str, ...], tuple[int, int]] = OrderedDict()  # by places: how many, as of which revision


async def too_many(reach: Reach, newest: int, left_out_before: bool) -> frozenset[str]:
    """Return the kinds that are left out of a pull; never any for who has grids of his own and nothing wider.

    `left_out_before`: this phone has been told to hold none, which takes fewer hazards to end than to begin.
    """
    count = _counter()
    if count is None or all(len(code) == GRID_DIGITS for code in reach.prefixes):
        return frozenset()
    known, as_of = _counted.get(reach.prefixes, (0, -1))
    since = newest - as_of
    # A revision opens or ends one hazard at most: while even that cannot change the answer, nothing is counted again.
    answers = {rules.leaves_out(most, left_out_before) for most in (known - since, known + since)}
    if as_of < 0 or since < 0 or len(answers) > 1:
        known = await count(reach, rules.CARRIED_MOST)
        _counted[reach.prefixes] = (known, newest)
        while len(_counted) > _COUNTS_KEPT:
            _counted.popitem(last=False)
    return MAY_BE_LEFT_OUT if rules.leaves_out(known, left_out_before) else frozenset()


def _counter() -> Callable[[Reach, int], Awaitable[int]] | None:
    if find_spec("backend.hazards") is None:
        return None
    return getattr(import_module("backend.hazards.queries"), "many_for_phone", None)
