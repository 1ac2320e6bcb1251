"""Run the program with its photos and rows on a disk of a few megabytes, which a test can really fill.

Root makes the disk in a mount namespace, an ordinary user in one of a user namespace of his own. Where a container
allows neither, its /dev/shm is such a disk already. Only a machine with none of the three cannot run these tests, and
says so.
"""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from tests.journeys.served import Served

SIZE_MB = 48
SHARED_MOST_BYTES = 256_000_000
_BLOCK = bytes(1 << 16)
DATABASE = 5  # the number of the database `postgres` since PostgreSQL 15


def _namespace() -> list[str] | None:
    """Return the command that gives a program mounts of its own, None where nobody may."""
    for command in (["unshare", "--mount"], ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount"]):
        tried = [*command, "sh", "-c", "mount -t tmpfs none /mnt"]
        if subprocess.run(tried, capture_output=True).returncode == 0:
            return command
    return None


class OnSmallDisk(Served):
    """A server of which `small` is the disk for photos and for the rows of the database."""

    def __init__(self, data: Path, small: Path) -> None:
        super().__init__(data)
        self._namespace = _namespace()
        shared = Path("/dev/shm")
        if self._namespace is None:
            room = os.statvfs(shared)
            assert room.f_blocks * room.f_frsize <= SHARED_MOST_BYTES, (
                "no small disk: allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or mounts to root"
            )
        self.small = small if self._namespace else shared / f"gridwalk-{os.getpid()}"
        self.small.mkdir()

    def command(self) -> list[str]:
        """What is run: the disk is made and taken in use, and the program takes the shell's place."""
        rows = self.data / "database" / "postgres" / "base" / str(DATABASE)
        steps = [f"mount -t tmpfs -o size={SIZE_MB}m,mode=755 none {self.small}"] if self._namespace else []
        for place, name in ((self.data / "photos", "photos"), (rows, "rows")):
            steps += [
                f"mkdir -p {place}",
                f"cp -a {place} {self.small}/{name}",
                f"rm -rf {place}",
                f"ln -s {self.small}/{name} {place}",
            ]
        steps.append("exec " + shlex.join(super().command()))
        return [*(self._namespace or ()), "sh", "-ec", "\n".join(steps)]

    @property
    def _seen(self) -> Path:
        """The disk as it is seen from here."""
        return Path(f"/proc/{self.pid}/root{self.small}") if self._namespace else self.small

    def fill(self) -> None:
        """Leave not one byte free."""
        file = os.open(self._seen / "ballast", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            for block in (_BLOCK, _BLOCK[:4096], _BLOCK[:1]):
                try:
                    while True:
                        os.write(file, block)
                except OSError:
                    continue
        finally:
            os.close(file)

    def free(self) -> None:
        """Give the room back."""
        (self._seen / "ballast").unlink()

    def kept(self, sha256: str) -> bytes:
        """Return the bytes that are kept under a photo's name."""
        return (self._seen / "photos" / "kept" / sha256[:2] / sha256).read_bytes()

    def clear(self) -> None:
        """Remove what outlives a namespace."""
        shutil.rmtree(self.small, ignore_errors=True)
