"""Phones in bad weather, killed at any moment, before a server that is killed as well: nothing is lost or doubled."""

from pathlib import Path

import pytest

from tests.chaos import soak, town

RUNS_OF_A_BATCH = 75
FIRST_SEEDS = (1, 1001, 2001, 3001)
RUNS_AT_LEAST = 300


def test_the_batches_hold_at_least_three_hundred_runs() -> None:
    assert RUNS_OF_A_BATCH * len(FIRST_SEEDS) >= RUNS_AT_LEAST
    assert RUNS_OF_A_BATCH <= town.SLOTS


@pytest.mark.parametrize("first_seed", FIRST_SEEDS)
def test_whatever_goes_wrong_nothing_is_lost_doubled_or_wrong_and_every_queue_drains(
    first_seed: int, ground: Path, phones: Path, tmp_path: Path
) -> None:
    table = soak.Table()
    soak.hold(table, ground, phones, tmp_path, first_seed=first_seed, runs=RUNS_OF_A_BATCH)
    assert table.findings == [], table.told()
    assert table.unhandled == [], table.told()
    assert table.runs == RUNS_OF_A_BATCH
    # A run in which nothing went wrong proves nothing.
    assert min(table.lives, table.troubles.total(), table.records["refused"], table.hints) >= RUNS_OF_A_BATCH // 4
    assert table.kills["server"] + table.kills["database"] >= 1
