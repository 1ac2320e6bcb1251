"""Keep what the sittings of the soak did and found, each with its commit and seeds, and add them up."""

import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.oracle import Finding
from tests.chaos.soak import Table

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).with_name("sittings.json")


@dataclass
class Sitting:
    """Some seeds held one after the other on one commit."""

    commit: str
    first_seed: int
    table: Table

    @property
    def after_last_seed(self) -> int:
        """The first seed that was not held."""
        return self.first_seed + self.table.runs


def read() -> list[Sitting]:
    """Return the sittings so far, in the order they were held."""
    rows = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else []
    return [Sitting(row["commit"], row["first_seed"], _table(row["counts"], row.get("findings", []))) for row in rows]


def write(sittings: list[Sitting]) -> None:
    """Write the sittings, a line each."""
    rows = [
        json.dumps(
            {"commit": each.commit, "first_seed": each.first_seed, "counts": _counts(each.table)}
            | ({"findings": each.table.findings} if each.table.findings else {}),
            ensure_ascii=False,
        )
        for each in sittings
    ]
    KEPT.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


def in_all(sittings: list[Sitting]) -> Table:
    """Return one table of all sittings."""
    table = Table()
    for each in sittings:
        table.take_in(each.table)
    return table


def commit_here() -> str:
    """Return the commit that is held: AssertionError where the sources are not what it says."""
    changed = _git(
        "status", "--porcelain", "--", "backend", "geo", "media", "pwa", "tests", f":!{KEPT.relative_to(ROOT)}"
    )
    assert changed == "", f"commit first what a sitting is to name:\n{changed}"
    return _git("rev-parse", "--short=7", "HEAD")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _counts(table: Table) -> dict[str, Any]:
    return {name: value for name, value in vars(table).items() if isinstance(value, int | Counter)}


def _table(counts: dict[str, Any], findings: list[list[Any]]) -> Table:
    table = Table(**{name: value if isinstance(value, int) else Counter(value) for name, value in counts.items()})
    table.findings = [Finding(*each) for each in findings]
    return table
