"""A desk that looks at past days of 1,000,000 hazards, each with four steps behind it."""

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from backend import database
from backend.hazard_map.queries import Seen, days, hazard_tile, past
from backend.hazards.queries import Asked
from geo.tiles import columns_rows, quads_of
from tests.bench.district import SOUTH, STEP, TENANT, WEST, fill, live, note, today
from tests.bench.serving import durable_database
from tests.bench.table import row
from tests.bench.test_desk import WHOLE

HAZARDS: Final = 1_000_000
FIRST_BAR_S, AFTER_BAR_S = 2, 0.1
OPEN: Final = Asked(stage=("registered", "dispatched", "in_rectification", "submitted", "transferred"))
LAST: Final = date(2026, 3, 2)


def test_past_days_of_a_million(tmp_path: Path) -> None:
    with durable_database(tmp_path) as connect:
        asyncio.run(fill(connect, HAZARDS))
        asyncio.run(note(connect))
        asyncio.run(live(connect))
        spent_s, grown_mb = asyncio.run(looked_at(connect))

    told = ", ".join(f"{name} {spent * 1e3:.0f} ms" for name, spent in spent_s.items())
    met = spent_s["first tile of a day"] <= FIRST_BAR_S and spent_s["its next tile"] <= AFTER_BAR_S
    bar = f"a day's first tile ≤ {FIRST_BAR_S} s, its next ≤ {AFTER_BAR_S * 1e3:.0f} ms"
    row("Past days of 1M hazards, 4M steps", f"{told}; {grown_mb:.0f} MB more at most", bar=bar, met=met)
    assert met


async def looked_at(connect: dict[str, Any]) -> tuple[dict[str, float], float]:
    """Return what each question takes in seconds, the least of several days, and by how many MB the process grew."""
    await database.open_pool(**connect)
    seen = Seen(TENANT, WHOLE, today())
    try:
        z, x, y = 12, *column_row(12)
        await hazard_tile(seen, (z, x, y), Asked())  # what today's map holds in memory anyway
        before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spent = {"which days there are, first": await took_s(lambda: days(seen))}
        for back in range(0, 210, 30):
            day = LAST - timedelta(back)
            asked: dict[str, Callable[[], Awaitable[object]]] = {
                "first tile of a day": lambda day=day: hazard_tile(seen, (z, x, y), OPEN, on=day),
                "its next tile": lambda day=day: hazard_tile(seen, (z, x, y + 1), OPEN, on=day),
                "its counts and list": lambda day=day: past(seen, OPEN, day),
            }
            for name, question in asked.items():
                spent[name] = min(spent.get(name, float("inf")), await took_s(question))
        return spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before_mb
    finally:
        await database.close_pool()


def column_row(zoom: int) -> tuple[int, int]:
    """Return a tile over the middle of the district."""
    column, line = columns_rows(quads_of([WEST + 30 * STEP], [SOUTH + 30 * STEP]))
    return int(column[0]) >> 31 - zoom, int(line[0]) >> 31 - zoom


async def took_s(question: Callable[[], Awaitable[object]]) -> float:
    """Return how long a question takes."""
    started = time.perf_counter()
    await question()
    return time.perf_counter() - started
