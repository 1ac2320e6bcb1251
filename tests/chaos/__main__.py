"""Hold as many runs as asked and write the table into docs/GUARANTEES.md; or run one seed again."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos import batch, soak

DOCUMENTS = [Path(__file__).parents[2] / "docs" / name for name in ("GUARANTEES.md", "GUARANTEES.zh-CN.md")]
START, END = "<!-- soak: written by `make soak` -->", "<!-- end of the soak -->"
BATCH = 80


def shown(table: soak.Table) -> str:
    """Return the table as Markdown."""
    lines = ["| What | How much |", "| --- | ---: |", *(f"| {what} | {count} |" for what, count in table.rows())]
    return "\n".join(lines)


def keep(table: soak.Table) -> None:
    """Write the table between its marks."""
    for path in DOCUMENTS:
        before, _, rest = path.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        path.write_text(f"{before}{START}\n{shown(table)}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Return 0 when nothing was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.chaos")
    asked.add_argument("--seed", type=int, help="run this seed alone, and tell what was found")
    asked.add_argument("--runs", type=int, default=10_000)
    asked.add_argument("--first", type=int, default=100_001)
    given = asked.parse_args()
    first, runs = (given.first, given.runs) if given.seed is None else (given.seed, 1)
    table = soak.Table()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ground, phones = soak.make_town(folder / "ground"), batch.bundle(folder)
        for start in range(first, first + runs, BATCH):
            size = min(BATCH, first + runs - start)
            soak.hold(table, ground, phones, folder / str(start), first_seed=start, runs=size)
            print(f"{table.runs} runs, {len(table.findings)} findings", flush=True)
    print(shown(table))
    if table.findings or table.unhandled:
        print(table.told())
    elif given.seed is None:
        keep(table)
    return 1 if table.findings or table.unhandled else 0


if __name__ == "__main__":
    sys.exit(main())
