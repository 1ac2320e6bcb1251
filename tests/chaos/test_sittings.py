"""Sittings add up, survive being written, and the documents show all of them and nothing else."""

import itertools
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos import sittings
from tests.chaos.__main__ import DOCUMENTS, shown
from tests.chaos.oracle import KINDS, Finding
from tests.chaos.soak import Table


def _sitting(commit: str, first_seed: int, *, runs: int, lost: int) -> sittings.Sitting:
    table = Table(runs=runs, phones=3 * runs, found=Counter(lost=lost), drains_s=Counter({"9.5": runs, "10.5": 1}))
    table.findings = [Finding("lost", first_seed, "照片")] * lost
    return sittings.Sitting(commit, first_seed, table)


def test_sittings_add_up_and_what_one_of_them_found_stays_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sittings, "KEPT", tmp_path / "sittings.json")
    sittings.write([_sitting("aaaaaaa", 101, runs=80, lost=1), _sitting("bbbbbbb", 181, runs=40, lost=0)])
    held = sittings.read()
    rows = dict(sittings.in_all(held).rows())
    assert held[-1].after_last_seed == 221
    assert rows["Runs, phones in them"] == "120, 360"
    assert rows["Lost"] == "1"
    assert sittings.in_all(held).findings == [Finding("lost", 101, "照片")]
    assert rows["Drained after the last fault: half, the slowest"] == "9.5 s, 10.5 s"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_documents_show_the_sittings_as_they_were_kept(document: Path) -> None:
    held = sittings.read()
    assert shown(held) in document.read_text(encoding="utf-8")
    assert {row for row, _ in sittings.in_all(held).rows()} >= {kind.capitalize() for kind in KINDS}
    for before, after in itertools.pairwise(held):
        assert before.after_last_seed == after.first_seed
