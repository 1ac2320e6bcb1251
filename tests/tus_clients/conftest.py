"""Give foreign tus clients the real program, a wire that can be cut, a big photo, and a look at the disk."""

import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.journeys.conftest import town
from tests.journeys.served import Served
from tests.journeys.wire import Wire

__all__ = ["town"]


@pytest.fixture(scope="module")
def served(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The running program for the tests of one file: each sends photos of its own."""
    data = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(town, data, symlinks=True)
    server = Served(data)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    """The network between a client and the server."""
    made = Wire(served.port)
    yield made
    made.close()


@pytest.fixture
def token(served: Served) -> str:
    """The key of a new device of lan's."""
    with served.signed_in("lan") as (client, _):
        return client.headers["Authorization"].removeprefix("Bearer ")


class Shot:
    """A photo in a file, and whether the server's disk holds it."""

    def __init__(self, file: Path, data: Path) -> None:
        self.file = file
        self.sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        self.size_bytes = file.stat().st_size
        self._photos = data / "photos"

    @property
    def on_disk(self) -> str | None:
        """Return the SHA-256 of the bytes that are kept under the photo's name, None when there are none."""
        kept = self._photos / "kept" / self.sha256[:2] / self.sha256
        return hashlib.sha256(kept.read_bytes()).hexdigest() if kept.exists() else None

    def stream(self) -> io.BytesIO:
        """Return the bytes as a file that needs no closing: tuspy leaves that to the garbage collector."""
        return io.BytesIO(self.file.read_bytes())

    def sent_of(self, address: str) -> int | None:
        """Return how many bytes of an upload lie on the disk, None when it has none there."""
        file = self._photos / "uploads" / address.rsplit("/", 1)[1]
        return file.stat().st_size if file.exists() else None


@pytest.fixture
def shot(served: Served, tmp_path: Path, request: pytest.FixtureRequest) -> Shot:
    """A photo of about 700 kB that no other test sends."""
    chance = np.random.default_rng(list(request.node.name.encode()))
    made = io.BytesIO()
    Image.fromarray(chance.integers(0, 256, (700, 900, 3), dtype=np.uint8)).save(made, "JPEG", quality=80)
    file = tmp_path / "photo.jpg"
    file.write_bytes(made.getvalue())
    return Shot(file, served.data)
