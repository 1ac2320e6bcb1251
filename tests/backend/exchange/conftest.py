"""The exchange's app on the ground of the hazard tests, and ways to ask it with a token."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend import clock, database
from backend.exchange.commands import NewToken, make_token
from backend.exchange.rules import Name
from backend.ids import new_id
from tests.backend.exchange import town
from tests.backend.exchange.gdal import Gdal, served
from tests.backend.hazards.conftest import World
from tests.backend.hazards.conftest import cast as cast
from tests.backend.hazards.conftest import world as world
from tests.cast import GRID_1, GRID_2, TENANT, a_client, person


@pytest.fixture
def slices() -> tuple[str, ...]:
    """The slices that the exchange reads."""
    return ("people", "places", "photos", "visits", "hazards", "sync", "exchange")


async def a_token(login: str, place_code: str = TENANT, *, collections: Any = None, days: int = 90) -> str:
    """Return a token of somebody's own, for everything unless told otherwise."""
    asked = NewToken("县级平台", place_code, [Name(each) for each in collections or Name], days)
    async with database.transaction():
        return (await make_token(asked, await person(login), new_id())).token


Ask = Callable[..., Any]


@pytest.fixture
async def ask(app: Any) -> Ask:
    """Ask a page of the exchange with a token and parameters."""

    async def asking(token: str, path: str = "", **params: Any) -> httpx.Response:
        named = {name.replace("_crs", "-crs"): value for name, value in params.items()}
        async with a_client(app, headers={"authorization": f"Bearer {token}"}) as client:
            url = path if path.startswith("http") else f"/api/exchange{path}"
            return await client.get(url, params=named or None)

    return asking


@pytest.fixture
async def gdal(app: Any, world: World, frozen_clock: clock.Journey, tmp_path: Path) -> AsyncIterator[Gdal]:
    """The exchange on a port, and GDAL, beside a town of four grids, one of them retired, in two subdistricts."""
    await town.fill(world, frozen_clock)
    await town.retire(GRID_2, GRID_1)
    async with served(app, tmp_path) as made:
        yield made
