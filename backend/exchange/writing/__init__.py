"""Write features into a GeoPackage, a Shapefile or KML, in a child process: GDAL is never loaded by the server."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from backend.exchange.writing.order import Order

__all__ = ["CannotWrite", "Order", "write"]

WALL_S = 120.0
AT_ONCE = 1
"""Files written at the same time: one, as each may take a core."""
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
}
HOUSE = Path(__file__).parents[3]

_turns: dict[int, asyncio.Semaphore] = {}


class CannotWrite(RuntimeError):
    """The child process failed; the message is what it said last."""


async def write(order: Order) -> bytes:
    """Return the file.

    Errors: CannotWrite, TimeoutError.
    """
    turn = _turns.setdefault(id(asyncio.get_running_loop()), asyncio.Semaphore(AT_ONCE))
    async with turn:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="gridwalk-export-"))
        try:
            await asyncio.to_thread((folder / "order").write_bytes, msgspec.msgpack.encode(order))
            await _run(folder)
            return await asyncio.to_thread((folder / "file").read_bytes)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _run(folder: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "backend.exchange.writing.child", str(folder),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        env=ENVIRONMENT, cwd=HOUSE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(WALL_S):
            _, said = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise CannotWrite(said.decode(errors="replace")[-2000:])
