"""Collect what the benches measure, print it as one Markdown table, and keep it in docs/BENCH.md.

A bench calls `row` once for each figure and asserts its own bar. Rows of a partial run replace those
of the same name in the kept table and leave the others.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path

KEPT = Path(__file__).parents[2] / "docs" / "BENCH.md"
HEAD = "| What | Measured | Against | Ratio | Bar |"
RULE = "| --- | --- | --- | --- | --- |"
TITLE = """# Measured by `make bench`

Both sides of a row are measured in one run on one machine, in turn, the best round of each: compare the ratios,
not the times, with yours. Tiles, lookups and pictures are in CPU time.
"""

_rows: dict[str, str] = {}


def row(
    name: str,
    measured: str,
    reference: str = "—",
    ratio: float | None = None,
    bar: str = "—",
    *,
    met: bool | None = None,
) -> None:
    """Add a row: what was measured, its figure with unit, what against, how many times, what it should be, and is."""
    if met is not None:
        bar = f"{bar}: {'met' if met else '**missed**'}"
    times = "—" if ratio is None else f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"
    cells = [cell.replace("|", "/").replace("\n", " ") for cell in (name, measured, reference, times, bar)]
    _rows[cells[0]] = "| " + " | ".join(cells) + " |"


def fastest_s(*functions: Callable[[], object], rounds: int = 7) -> list[float]:
    """Return each function's least CPU time in seconds, for work that stays in one thread.

    They run in turn, so that a busy moment strikes all; CPU time, so that it strikes little.
    """
    best = [float("inf")] * len(functions)
    for _ in range(rounds):
        for i, function in enumerate(functions):
            started = time.process_time()
            function()
            best[i] = min(best[i], time.process_time() - started)
    return best


def table(rows: dict[str, str]) -> str:
    """Return the rows as a Markdown table."""
    return "\n".join([HEAD, RULE, *rows.values()])


def finish() -> str:
    """Write docs/BENCH.md and return this run's table; nothing happens when nothing was measured."""
    if not _rows:
        return ""
    busy = f"a load of {os.getloadavg()[2]:.1f} over its last quarter of an hour"
    machine = f"Last run: Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {busy}."
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(f"{TITLE}\n{machine}\n\n{table(_kept() | _rows)}\n", encoding="utf-8")
    return table(_rows)


def _kept() -> dict[str, str]:
    if not KEPT.exists():
        return {}
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and line not in (HEAD, RULE)]
    return {line[2:].split(" | ")[0]: line for line in rows}
