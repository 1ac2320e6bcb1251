"""The demo is loaded through mutations, adds up to its fixture, and recovers from a kill."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from backend import clock
from backend.demo import loading
from backend.demo.lives import SHIFTED_PHONE
from backend.demo.story import Period
from backend.positions.queries import verdicts
from backend.settings import Settings

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def autumn() -> Iterator[clock.Journey]:
    """Noon of a Monday in November."""
    with clock.travel(NOW) as journey:
        yield journey


async def count(database: ModuleType, sql: str, *arguments: object) -> int:
    return int(await database.fetch_value(f"SELECT count(*) FROM {sql}", *arguments))


async def test_the_demo_adds_up(database: ModuleType, tmp_path: Path, autumn: clock.Journey) -> None:
    settings = Settings(data=tmp_path)
    with pytest.raises(TimeoutError):  # as if it had been killed in the middle
        async with asyncio.timeout(1.5):
            await loading.load_if_empty(settings)
    assert (tmp_path / "demo-is-loading").exists()
    assert await loading.load_if_empty(settings)
    period = Period.before(clock.today())
    in_period = (
        "hazard WHERE place_kind = 'premises'"
        " AND (reported_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $1 AND $2 AND stage"
    )
    days = (period.from_on, period.to_on)

    assert await count(database, "premises") == 90
    assert 2_900 <= await count(database, "household") <= 3_300
    assert await count(database, "grid") == 73
    assert await count(database, "community WHERE code LIKE '450299001%'") == 9
    assert await count(database, f"{in_period} <> 'voided'", *days) == 43
    assert await count(database, f"{in_period} = 'voided'", *days) == 2
    assert await count(database, f"{in_period} = 'closed_on_site'", *days) == 12
    assert await count(database, f"{in_period} = 'closed'", *days) == 27
    assert await count(database, f"{in_period} = 'transferred'", *days) == 1
    assert await count(database, f"{in_period} = 'in_rectification'", *days) == 3
    assert await count(database, "(SELECT DISTINCT stage FROM hazard) s") >= 8
    assert await count(database, "receipt WHERE outcome <> 'applied'") == 0
    assert await count(database, "photo_mention m LEFT JOIN photo p USING (sha256) WHERE p.sha256 IS NULL") == 0
    visited = "(SELECT DISTINCT place_id FROM visit WHERE place_kind = 'premises' AND ended_at BETWEEN $1 AND $2) v"
    first, last = (datetime.combine(day, datetime.min.time(), UTC) for day in days)
    assert await count(database, visited, first, last) == 90

    undecided = "hazard WHERE place_kind = 'none' AND grid_basis = 'undecided' AND stage = 'registered'"
    assert await count(database, undecided) == 3
    assert await count(database, f"{undecided} AND cardinality(grid_candidates) >= 2") == 2
    assert await count(database, f"{undecided} AND grid_code IS NULL") == 1
    phones = await database.fetch("SELECT code, login FROM device JOIN person ON person.id = device.person_id")
    proved = await verdicts([phone["code"] for phone in phones], clock.now())
    holders = {phone["code"]: phone["login"] for phone in phones}
    assert {holders[code]: shift.speaks for code, shift in proved.shifted.items()} == {SHIFTED_PHONE: "gcj02"}

    assert not await loading.load_if_empty(settings)
