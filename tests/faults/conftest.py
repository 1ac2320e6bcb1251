"""Give a fault the real program in a small town, and phones that are signed in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.small_disk import OnSmallDisk
from tests.journeys.conftest import town
from tests.journeys.served import Served

__all__ = ["town"]


@pytest.fixture
def served(town: Path, tmp_path: Path) -> Iterator[Served]:
    """The running program, with the small town freshly made."""
    data = tmp_path / "data"
    shutil.copytree(town, data, symlinks=True)
    server = Served(data)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def cramped(town: Path, tmp_path: Path) -> Iterator[OnSmallDisk]:
    """The running program, whose photos and rows lie on a disk of a few megabytes."""
    data = tmp_path / "data"
    shutil.copytree(town, data, symlinks=True)
    server = OnSmallDisk(data, tmp_path / "small")
    server.start()
    yield server
    server.stop()
    server.clear()
