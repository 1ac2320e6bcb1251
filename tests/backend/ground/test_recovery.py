"""A copy in one file brings back every row and every byte, or nothing; a kill leaves no half copy."""

import asyncio
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import asyncpg
import pytest

from backend import database, schema, vault
from backend.demo.pictures import picture
from backend.embedded_postgres import FORGETFUL, EmbeddedPostgres
from backend.ids import new_id
from backend.photos import commands as photos
from backend.photos.storage import open_store
from backend.recovery import CannotRecover, restore, tools
from backend.settings import Settings
from media import sha256_hex
from tests.backend.places import ground
from tests.cast import CAST, KTV, TENANT, make_cast

ROOT = Path(__file__).parent.parent.parent.parent
PICTURES = tuple(picture("flue", after=False, seed=seed) for seed in range(3))


def command(data: Path, *words: object, **settings: str) -> dict:
    clean = {name: text for name, text in os.environ.items() if not name.startswith(("GRIDWALK_", "DATABASE_URL"))}
    given = {"GRIDWALK_DATA": str(data), "GRIDWALK_PORT": "0", **settings}
    return {"args": [sys.executable, "-m", "backend", *map(str, words)], "cwd": ROOT, "env": clean | given}


def gridwalk(data: Path, *words: object, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(**command(data, *words, **settings), capture_output=True, text=True, timeout=120)


async def fill(connect: dict, data: Path) -> None:
    """Make a small world, with photos as phones send them."""
    await database.open_pool(**connect)
    await schema.migrate()
    await vault.open_vault(data)
    await make_cast()
    await ground.make_ground()
    await ground.do("register_premises", ground.some_premises(id=KTV))
    open_store(data / "photos")
    sender = photos.Sender(CAST["lan"].id, new_id(), TENANT)
    for content in PICTURES:
        capture = photos.Capture(sha256=sha256_hex(content))
        upload = await photos.begin(new_id(), capture, len(content), sender)
        _, received_at = await photos.receive(upload, sender, pieces(content), 0)
        assert received_at is not None
    await database.close_pool()


async def pieces(content: bytes):
    yield content


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("old") / "data"
    cluster = EmbeddedPostgres(data / "database", settings=FORGETFUL).start()
    asyncio.run(fill(cluster.connect, data))
    cluster.stop()
    return data


@pytest.fixture(scope="module")
def copy(world, tmp_path_factory) -> Path:
    """A copy of the world, made while a server runs on it."""
    target = tmp_path_factory.mktemp("copy") / "copy.tar"
    server = subprocess.Popen(**command(world, "serve"), stdout=subprocess.PIPE, text=True)
    try:
        assert any("Ctrl-C" in line for line in server.stdout), "the server started"
        made = gridwalk(world, "backup", target)
        assert server.poll() is None, "and was not disturbed"
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)
    assert made.returncode == 0, made.stderr
    assert "3 photos" in made.stdout
    return target


def rows(data: Path) -> dict[str, list[str]]:
    """Return every row of every table, where the sequences stand, and the indexes."""

    async def read(connect: dict) -> dict[str, list[str]]:
        ask = await asyncpg.connect(**connect)
        names = await ask.fetch("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        found = {
            # A photo's perceptual hash is made in idle time: it may come after the copy, and is made again.
            name: [
                row[0]
                for row in await ask.fetch(f"SELECT (to_jsonb(t) - 'perceptual_hash')::text FROM {name} t ORDER BY 1")
            ]
            for (name,) in names
        }
        told = "SELECT sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences ORDER BY 1"
        found["sequences"] = [row[0] for row in await ask.fetch(told)]
        indexes = await ask.fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
        await ask.close()
        return found | {"indexes": [row[0] for row in indexes]}

    cluster = EmbeddedPostgres(data / "database").start()
    try:
        return asyncio.run(read(cluster.connect))
    finally:
        cluster.stop()


def files(data: Path) -> dict[str, bytes]:
    kept = [*(data / "photos" / "kept").rglob("*"), data / "photos" / "seal.key", data / vault.FILE]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in kept if path.is_file()}


def test_every_row_and_every_byte_comes_back(world, copy, tmp_path):
    new = tmp_path / "data"

    restored = gridwalk(new, "restore", copy)

    assert restored.returncode == 0, restored.stderr
    assert rows(new) == rows(world)
    assert files(new) == files(world)
    assert len(files(new)) == len(PICTURES) + 2
    checked = gridwalk(new, "check")
    assert "photos: 3 whole, 0 missing" in checked.stdout
    assert "secret: it opens" in checked.stdout
    assert checked.returncode == 0, checked.stdout
    assert copy.stat().st_mode & 0o077 == 0, "it holds keys"


def test_an_external_database_is_copied_and_filled_too(world, copy, tmp_path):
    cluster = EmbeddedPostgres(tmp_path / "external", settings=FORGETFUL).start()
    try:
        on_path = {"PATH": f"{cluster.binaries}{os.pathsep}{os.environ['PATH']}"}
        url = {"DATABASE_URL": f"postgresql://gridwalk:hush@/postgres?host={cluster.socket_folder}"}
        restored = gridwalk(tmp_path / "data", "restore", copy, **on_path, **url)
        again = gridwalk(tmp_path / "other", "restore", copy, **on_path, **url)
        made = gridwalk(tmp_path / "data", "backup", tmp_path / "second.tar", **on_path, **url)
    finally:
        cluster.stop()

    assert restored.returncode == 0, restored.stderr
    assert again.returncode == 2
    assert "the database is not empty" in again.stderr
    assert list((tmp_path / "other").iterdir()) == []
    assert made.returncode == 0, made.stderr
    assert gridwalk(tmp_path / "third", "restore", tmp_path / "second.tar").returncode == 0
    assert rows(tmp_path / "third") == rows(world)


def test_no_process_shows_the_password(tmp_path):
    connect = {"dsn": "postgresql://me:h%3Aush@db.example.cn:5433/gridwalk?sslmode=require"}

    with tools.address(connect, tmp_path) as where:
        passfile = tmp_path / "passfile"
        assert where.startswith("postgresql://me@db.example.cn:5433/gridwalk?sslmode=require&passfile=")
        assert passfile.read_text() == "*:*:*:*:h\\:ush\n"
        assert passfile.stat().st_mode & 0o077 == 0
    assert not passfile.exists()


def flipped(copy: Path) -> bytes:
    content = bytearray(copy.read_bytes())
    at = content.index(PICTURES[1]) + 5_000
    content[at] ^= 1
    return bytes(content)


def rewritten(copy: Path, keep, *more: str) -> bytes:
    changed = io.BytesIO()
    with tarfile.open(copy) as old, tarfile.open(fileobj=changed, mode="w") as new:
        for entry in old:
            if keep(entry.name):
                new.addfile(entry, old.extractfile(entry))
        for name in more:
            new.addfile(tarfile.TarInfo(name), io.BytesIO())
    return changed.getvalue()


DAMAGE = {
    "a flipped bit": flipped,
    "a cut": lambda copy: copy.read_bytes()[:-20_000],
    "cut between two files": lambda copy: rewritten(copy, lambda name: name != "manifest.json"),
    "a missing photo": lambda copy: rewritten(copy, lambda name: sha256_hex(PICTURES[0]) not in name),
    "an added file": lambda copy: rewritten(copy, lambda name: True, "photos/kept/ab/abcd"),
    "a file outside": lambda copy: rewritten(copy, lambda name: True, "../evil"),
    "no tar": lambda copy: b"not a copy" * 5_000,
    "nothing": lambda copy: b"",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_copy_that_is_not_as_it_was_written_is_refused(copy, tmp_path, how):
    (tmp_path / "bad.tar").write_bytes(DAMAGE[how](copy))

    with pytest.raises(CannotRecover, match=r"bad\.tar"):
        restore(Settings(data=tmp_path / "data"), tmp_path / "bad.tar")

    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "evil").exists()


def test_nothing_is_restored_over_data(copy, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "precious").write_text("precious")

    refused = gridwalk(data, "restore", copy)

    assert refused.returncode == 2
    assert "not empty" in refused.stderr
    assert [path.name for path in data.iterdir()] == ["precious"]


def test_a_restore_that_was_cut_off_is_not_taken_for_an_installation(tmp_path):
    (tmp_path / "data" / ".restoring").mkdir(parents=True)

    refused = gridwalk(tmp_path / "data", "serve")

    assert refused.returncode == 2
    assert "cut off" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_copy_never_overwrites_a_file(world, tmp_path):
    (tmp_path / "copy.tar").write_text("precious")

    assert gridwalk(world, "backup", tmp_path / "copy.tar").returncode == 2
    assert (tmp_path / "copy.tar").read_text() == "precious"


def test_a_kill_9_in_the_middle_leaves_no_copy_and_the_next_one_is_whole(world, tmp_path):
    data, target, chance = tmp_path / "data", tmp_path / "copy.tar", random.Random(1)
    shutil.copytree(world, data, ignore=shutil.ignore_patterns("run"))
    large = data / "photos" / "kept" / "aa" / ("aa" * 32)
    large.write_bytes(random.Random(2).randbytes(1 << 20) * 150)
    unfinished = tmp_path / "copy.tar.unfinished"
    for _ in range(3):
        making = subprocess.Popen(**command(data, "backup", target), stderr=subprocess.DEVNULL)
        until = chance.choice([0, 1, 20 << 20])
        while not (unfinished.exists() and unfinished.stat().st_size >= until):
            assert making.poll() is None, "killed too late"
            time.sleep(0.002)
        making.kill()
        making.wait()
        assert not target.exists()

    made = gridwalk(data, "backup", target)

    assert made.returncode == 1, "it says that the large one does not hash to its name"
    assert "damaged" in made.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data"]
    assert gridwalk(tmp_path / "new", "restore", target).returncode == 0
    told = gridwalk(tmp_path / "new", "check")
    assert "1 that no record knows" in told.stdout


def test_check_finds_photos_that_are_lost_or_damaged(world, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(world, data, ignore=shutil.ignore_patterns("run"))
    lost, damaged, _ = (sha256_hex(content) for content in PICTURES)
    (data / "photos" / "kept" / lost[:2] / lost).unlink()
    (data / "photos" / "kept" / damaged[:2] / damaged).write_bytes(b"something else")

    checked = gridwalk(data, "check")

    assert checked.returncode == 1
    assert f"1 whole, 1 missing ({lost})" in checked.stdout
    assert f"1 damaged ({damaged})" in checked.stdout


def test_a_secret_that_is_lost_is_told_and_what_it_sealed_can_be_given_up(copy, tmp_path):
    gridwalk(tmp_path, "restore", copy)
    (tmp_path / vault.FILE).unlink()

    checked = gridwalk(tmp_path, "check")
    served = gridwalk(tmp_path, "serve")
    given_up = gridwalk(tmp_path, "forget-sealed")
    again = gridwalk(tmp_path, "forget-sealed")

    assert checked.returncode == 1
    assert "secret.key is missing" in checked.stdout
    assert served.returncode != 0
    assert "forget-sealed" in served.stderr
    assert "given up: 1 contact phones" in given_up.stdout, given_up.stderr
    assert again.returncode != 0
    assert "nothing to forget" in again.stderr
    assert gridwalk(tmp_path, "check").returncode == 0
