"""Read files of grids that anybody may have made, in a child process that may die of them."""

import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from backend.places.reading.containers import UPLOAD_BYTES
from backend.places.reading.wire import Answer, Asked, Field, Found, Laid, Look, Progress, Surveyed, Wish

__all__ = [
    "UPLOAD_BYTES",
    "Answer",
    "Asked",
    "Field",
    "Found",
    "Laid",
    "Look",
    "Progress",
    "Surveyed",
    "Wish",
    "ask",
]

WALL_S = 120.0
AT_ONCE = 1
"""Files read at the same time: one, as each may take a core and a gigabyte."""

# GDAL opens many kinds of file, some of which name others on the disk or the network; four formats stay.
OTHER_DRIVERS = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,CSV,CSW,Carto,DGN,DXF,EDIGEO,EEDA,ESRIJSON,Elasticsearch,FlatGeobuf,GDALG,"
    "GML,GPSBabel,GPX,GTFS,GeoJSON,GeoJSONSeq,GeoRSS,HTTP,Idrisi,JML,JSONFG,KML,LVBAG,MBTiles,MVT,MapInfo File,MapML,"
    "MiraMonVector,NGW,OAPIF,ODS,OGCAPI,OGR_GMT,OGR_PDS,OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,"
    "PMTiles,S57,SQLite,SXF,Selafin,TopoJSON,VDV,VFK,VICAR,WAsP,WFS,XLSX"
)
ENVIRONMENT = {
    "OGR_SKIP": OTHER_DRIVERS,
    "SHAPE_RESTORE_SHX": "YES",  # the index can be made from the .shp itself
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "LANG": "C.UTF-8",
}
HOUSE = Path(__file__).parents[3]

_turns: dict[int, asyncio.Semaphore] = {}


async def ask(content: bytes, asked: Asked, hear: Callable[[Progress], None] = lambda _: None) -> Answer:
    """Return what the child process finds in a file; `hear` is told how far it has come."""
    turn = _turns.setdefault(id(asyncio.get_running_loop()), asyncio.Semaphore(AT_ONCE))
    hear(Progress("waiting"))
    async with turn:
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="gridwalk-grids-"))
        try:
            await asyncio.to_thread(_lay_out, folder, content, msgspec.msgpack.encode(asked))
            return await _run(folder, hear)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _lay_out(folder: Path, content: bytes, request: bytes) -> None:
    (folder / "upload").write_bytes(content)
    (folder / "request").write_bytes(request)


async def _run(folder: Path, hear: Callable[[Progress], None]) -> Answer:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "backend.places.reading.child", str(folder),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=ENVIRONMENT, cwd=HOUSE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(WALL_S):
            assert child.stdout is not None  # noqa: S101
            async for line in child.stdout:
                with suppress(msgspec.DecodeError):
                    hear(msgspec.json.decode(line, type=Progress))
            code = await child.wait()
    except TimeoutError:
        return _too_long()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    answer = folder / "answer"
    if code == 0 and await asyncio.to_thread(answer.exists):
        return msgspec.msgpack.decode(await asyncio.to_thread(answer.read_bytes), type=Answer)
    return _too_long() if code in (-signal.SIGXCPU, -signal.SIGKILL) else _broke()


def _too_long() -> Answer:
    return Answer(refused=("读取文件用时过长, 已停止", "reading the file took too long, and was stopped"))


def _broke() -> Answer:
    return Answer(refused=("文件无法读取, 可能已损坏", "the file broke the program that read it: it is damaged"))
