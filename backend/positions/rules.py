"""Decide how much of a device's past is asked, and which way its positions are off in words that people use."""

import math
from datetime import timedelta
from typing import Final

from geo.shifted import Speaks

LOOKS_BACK: Final = timedelta(days=60)
"""What a device spoke before that is of no use to anybody: browsers have been updated since."""
FIXES_MOST: Final = 60
"""So many of a device's newest visits, and as many of its reports, are enough to tell."""

TRUE: Final = frozenset({Speaks.WGS84})
"""What a device speaks whose positions are as they should be."""

WINDS: Final = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
"""The eight directions, clockwise from north."""


def wind(east_m: float, north_m: float) -> str:
    """Return the nearest of the eight directions in which something lies."""
    eighth = math.degrees(math.atan2(east_m, north_m)) / 45
    return WINDS[round(eighth) % 8]
