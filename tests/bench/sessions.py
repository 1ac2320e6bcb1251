"""What every bench of the server needs first: people signed in, one place, and the number of the postmaster."""

from pathlib import Path
from typing import Any

from backend import database, vault
from backend.people import commands
from tests.backend.places.ground import do, make_ground, some_premises
from tests.bench.serving import connections
from tests.cast import CAST, KTV, make_cast


async def sessions_of(connect: dict[str, Any], count: int) -> list[tuple[str, str]]:
    """Return tokens and devices of so many sessions of the grid worker, after making the cast and one KTV."""
    await database.open_pool(**connect)
    try:
        if not await database.fetch_value("SELECT count(*) FROM person"):
            vault.use(bytes(32))
            await make_cast()
            await make_ground()
            await do("register_premises", some_premises(id=KTV))
        return [await _session() for _ in range(count)]
    finally:
        await database.close_pool()


async def _session() -> tuple[str, str]:
    async with database.transaction():
        opened = await commands.open_session(CAST["lan"].id, None, "bench", enrolled=True)
    return opened.token, str(opened.signed_in.device.id)


async def postmaster(connect: dict[str, Any]) -> int:
    """Return the process id of the database's first process."""
    (one,) = await connections(connect, 1)
    folder = await one.fetchval("SHOW data_directory")
    await one.close()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])
