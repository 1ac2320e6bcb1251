"""Keep tiles of map services on the disk for a while, and never more than a limit; a full disk only costs speed."""

import logging
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from backend.ids import new_id

log = logging.getLogger("gridwalk.base_maps")
_KEPT_WHEN_FULL: Final = 0.8


@dataclass(frozen=True, slots=True)
class Kept:
    """A tile's bytes, none where the service has nothing, and since when they are here."""

    content: bytes
    age_s: float


class TileStore:
    """A folder of tiles, `<map's address>/z/x/y`; which of them came last is told by the time of the file."""

    def __init__(self, root: Path, limit_bytes: int) -> None:
        self._root, self._limit_bytes = root, limit_bytes
        self._size_bytes: int | None = None  # counted when first needed
        self._writing = threading.Lock()

    def find(self, name: str, at: datetime) -> Kept | None:
        """Return a tile that is kept, however old, or None."""
        try:
            with (self._root / name).open("rb") as file:
                return Kept(file.read(), at.timestamp() - os.fstat(file.fileno()).st_mtime)
        except OSError:
            return None

    def keep(self, name: str, content: bytes, at: datetime) -> None:
        """Keep a tile, in place of the one before; the oldest go when there are too many."""
        final, beside = self._root / name, self._root / f"{new_id()}.new"
        with self._writing:
            try:
                if self._size_bytes is None:
                    self._size_bytes = sum(size for _, size, _ in self._all())
                final.parent.mkdir(parents=True, exist_ok=True)
                beside.write_bytes(content)
                os.utime(beside, (at.timestamp(), at.timestamp()))
                self._size_bytes += len(content) - (final.stat().st_size if final.exists() else 0)
                beside.replace(final)
                if self._size_bytes > self._limit_bytes:
                    self._thin_out()
            except OSError as error:
                log.warning("a tile could not be kept: %s", type(error).__name__)
                beside.unlink(missing_ok=True)

    def forget(self, name: str) -> None:
        """Let go of a tile, if it is here, so that its service is asked again."""
        with self._writing:
            (self._root / name).unlink(missing_ok=True)
            self._size_bytes = None

    def _all(self) -> list[tuple[float, int, Path]]:
        found = []
        for folder, _, names in os.walk(self._root):
            for name in names:
                path = Path(folder) / name
                said = path.stat()
                found.append((said.st_mtime, said.st_size, path))
        return found

    def _thin_out(self) -> None:
        tiles = sorted(self._all())
        size = sum(each for _, each, _ in tiles)
        for _, each, path in tiles:
            if size <= self._limit_bytes * _KEPT_WHEN_FULL:
                break
            path.unlink(missing_ok=True)
            size -= each
        self._size_bytes = size
