"""Be the process that reads a file of grids: bounded in memory, time and disk, answering in a file of its folder."""

import resource
import sys
from pathlib import Path

MEMORY_BYTES = 1_500_000_000
CPU_S = 60
FILE_BYTES = 256_000_000
LIMITS = (
    (resource.RLIMIT_AS, MEMORY_BYTES),
    (resource.RLIMIT_CPU, CPU_S),
    (resource.RLIMIT_FSIZE, FILE_BYTES),
    (resource.RLIMIT_NOFILE, 64),
    (resource.RLIMIT_CORE, 0),
)


def main(folder: Path) -> None:
    """Do what `folder/request` asks, and write `folder/answer`; lines of progress go to the standard output."""
    for limit, most in LIMITS:
        resource.setrlimit(limit, (most, most))
    from backend.places.reading.tasks import answer  # nothing is loaded before the limits stand

    (folder / "answer").write_bytes(answer((folder / "request").read_bytes(), folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
