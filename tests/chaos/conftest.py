"""Give the runs their ground, made once and copied for each batch, and the phones' program."""

from pathlib import Path

import pytest

from tests.chaos import batch, soak


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a grid and four people for each run of a batch."""
    return soak.make_town(tmp_path_factory.mktemp("ground"))


@pytest.fixture(scope="session")
def phones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The phones' program: the app's own sync under Node."""
    return batch.bundle(tmp_path_factory.mktemp("phones"))
