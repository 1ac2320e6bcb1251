"""Hold as many runs as asked, one sitting or more, and write their table into docs; or run one seed again."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos import batch, soak
from tests.chaos.sittings import Sitting, commit_here, in_all, read, write
from tests.chaos.soak import Table

DOCUMENTS = [Path(__file__).parents[2] / "docs" / name for name in ("GUARANTEES.md", "GUARANTEES.zh-CN.md")]
START, END = "<!-- soak: written by `make soak` -->", "<!-- end of the soak -->"
BATCH = 80
BESIDE = 2
"""Batches held beside each other, each with phones and a server of its own: the phones of one keep one core busy."""
FIRST = 100_001


def shown(held: list[Sitting]) -> str:
    """Return what all sittings did and found as Markdown, and which they were."""
    rows = [f"| {what} | {count} |" for what, count in in_all(held).rows()]
    seeds = ", ".join(f"`{each.commit}` {each.first_seed:,} to {each.after_last_seed - 1:,}" for each in held)
    return "\n".join(["| What | How much |", "| --- | ---: |", *rows, "", f"Commits and seeds: {seeds}"])


def keep(held: list[Sitting]) -> None:
    """Write the sittings, and their table between its marks."""
    write(held)
    for path in DOCUMENTS:
        before, _, rest = path.read_text(encoding="utf-8").partition(START)
        _, _, after = rest.partition(END)
        path.write_text(f"{before}{START}\n{shown(held)}\n{END}{after}", encoding="utf-8")


def hold(table: Table, first: int, runs: int, after_batch: Callable[[], None]) -> bool:
    """Hold the runs, added to the table batch by batch; return whether nothing was found."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ground, phones = soak.make_town(folder / "ground"), batch.bundle(folder)

        def held(start: int) -> Table:
            of_batch = Table()
            size = min(BATCH, first + runs - start)
            soak.hold(of_batch, ground, phones, folder / str(start), first_seed=start, runs=size)
            return of_batch

        beside = ThreadPoolExecutor(BESIDE)
        try:
            # In the order of their seeds, so that what is kept has no gap wherever it is broken off.
            for of_batch in beside.map(held, range(first, first + runs, BATCH)):
                table.take_in(of_batch)
                print(f"{table.runs} runs, {len(table.findings)} findings", flush=True)
                if of_batch.findings or of_batch.unhandled:  # at once: a soak may be broken off
                    print(of_batch.told(), flush=True)
                after_batch()
        finally:
            beside.shutdown(cancel_futures=True)
    return not (table.findings or table.unhandled)


def main() -> int:
    """Return 0 when nothing was found."""
    asked = argparse.ArgumentParser(prog="python -m tests.chaos")
    asked.add_argument("--seed", type=int, help="run this seed alone, and tell what was found; nothing is kept")
    asked.add_argument("--runs", type=int, default=10_000)
    asked.add_argument(
        "--more", action="store_true", help="add to the sittings held before, with the seeds after theirs"
    )
    given = asked.parse_args()
    if given.seed is not None:
        return 0 if hold(Table(), given.seed, 1, lambda: None) else 1
    before = read() if given.more else []
    sitting = Sitting(commit_here(), before[-1].after_last_seed if before else FIRST, Table())
    is_clean = hold(sitting.table, sitting.first_seed, given.runs, lambda: keep([*before, sitting]))
    print(shown([*before, sitting]))
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
