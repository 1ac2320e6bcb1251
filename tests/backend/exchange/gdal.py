"""Run GDAL's own programs against the exchange, served over a real socket, as a district's GIS office does."""

import asyncio
import csv
import io
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from backend import packages

WITHIN_S = 120


def need_gdal() -> None:
    """Skip only where the distribution does not pack GDAL; fail where it only was not installed."""
    if shutil.which("ogr2ogr") is None:
        if packages.missing_packages():
            pytest.fail(f"run: sudo apt-get install {' '.join(packages.missing_packages())}")
        pytest.skip("this distribution does not pack gdal-bin")


class Gdal:
    """GDAL with a token; `asked` are the addresses that it has asked for."""

    def __init__(self, port: int, folder: Path) -> None:
        self.address, self.folder = f"http://127.0.0.1:{port}/api/exchange", folder
        self.asked: list[str] = []

    async def run(self, token: str, program: str, *words: str) -> str:
        """Return what a program of GDAL's prints.

        Errors: AssertionError with its complaint when it fails or warns.
        """
        headers = self.folder / "headers.txt"  # in a file, where no list of processes shows it
        headers.write_text(f"Authorization: Bearer {token}\n")
        config = {"GDAL_HTTP_HEADER_FILE": str(headers), "CPL_TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}
        started = await asyncio.create_subprocess_exec(
            program, *words, env=os.environ | config, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        said, complaint = await asyncio.wait_for(started.communicate(), WITHIN_S)
        assert (started.returncode, complaint.decode()) == (0, ""), (words, complaint.decode(), said.decode())
        return said.decode()

    async def read(self, token: str, collection: str, *words: str, page: int = 1000) -> list[dict[str, str]]:
        """Return the attributes of a collection as GDAL reads them through the OAPIF driver, as texts by name."""
        said = await self.run(
            token, "ogr2ogr", "-f", "CSV", "/vsistdout/", f"OAPIF:{self.address}", collection,
            "-oo", f"PAGE_SIZE={page}", *words,
        )  # fmt: skip
        return list(csv.DictReader(io.StringIO(said)))

    async def shapes(self, token: str, collection: str) -> dict[str, Any]:
        """Return the GeoJSON geometry of every feature, by id, as GDAL read it and wrote it again."""
        out = self.folder / f"{collection}.geojson"
        precise = ("-lco", "COORDINATE_PRECISION=15")
        await self.run(token, "ogr2ogr", "-f", "GeoJSON", *precise, str(out), f"OAPIF:{self.address}", collection)
        features = json.loads(out.read_text())["features"]
        return {each.get("id") or each["properties"]["id"]: each["geometry"] for each in features}


@asynccontextmanager
async def served(app: Any, folder: Path) -> AsyncIterator[Gdal]:
    """The app on a port of its own, in the test's own loop, so that its clock counts, and GDAL to ask it."""
    need_gdal()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        gdal = Gdal(listening.getsockname()[1], folder)

        async def noting(scope: Any, receive: Any, send: Any) -> None:
            gdal.asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
            await app(scope, receive, send)

        server = uvicorn.Server(uvicorn.Config(noting, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110 — it offers no event
            await asyncio.sleep(0.01)
        yield gdal
        server.should_exit = True
        await serving
