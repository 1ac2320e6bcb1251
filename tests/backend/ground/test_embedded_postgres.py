"""The embedded PostgreSQL starts again after whatever happened to it."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from backend.embedded_postgres import FORGETFUL, CannotStart, EmbeddedPostgres, cluster, program


@pytest.fixture
def make(tmp_path):
    made = []

    def start(folder=tmp_path / "database", **keywords):
        made.append(EmbeddedPostgres(folder, settings=FORGETFUL, **keywords))
        return made[-1].start()

    yield start
    for each in made:
        each.stop()


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


async def ask(postgres, sql):
    connection = await asyncpg.connect(**postgres.connect)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_what_was_written_is_there_after_a_restart(make):
    first = make()
    await ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    first.stop()

    assert await ask(make(), "SELECT answer FROM kept") == 42


async def test_a_kill_9_of_postgres_is_recovered_at_the_next_start(make):
    first = make()
    await ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    await ask(first, "CHECKPOINT")
    os.kill(first.pid, signal.SIGKILL)
    first.stop()

    assert await ask(make(), "SELECT answer FROM kept") == 42


async def test_a_kill_9_while_serving_is_recovered_without_a_restart(make):
    import asyncio

    running = make()
    watching = asyncio.create_task(running.watch(every_s=0.05))
    os.kill(running.pid, signal.SIGKILL)
    for _ in range(200):
        await asyncio.sleep(0.05)
        try:
            answer = await ask(running, "SELECT 1")
            break
        except (OSError, asyncpg.PostgresError):
            answer = None
    watching.cancel()

    assert answer == 1


def test_postgres_dies_with_a_server_that_is_killed(tmp_path):
    script = (
        "import sys, time; from pathlib import Path; from backend.embedded_postgres import *;"
        "p = EmbeddedPostgres(Path(sys.argv[1]), settings=FORGETFUL).start(); print(p.pid, flush=True); time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", script, tmp_path / "database"], stdout=subprocess.PIPE, text=True)
    pid = int(server.stdout.readline())
    server.kill()
    server.wait()
    server.stdout.close()

    deadline = time.monotonic() + 60
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(pid)


async def test_a_set_up_that_was_interrupted_is_done_again(make, tmp_path):
    (tmp_path / "database" / "postgres.new" / "base").mkdir(parents=True)

    assert await ask(make(), "SELECT 1") == 1


async def test_a_number_left_by_a_dead_postgres_may_belong_to_another_program(make, tmp_path):
    make().stop()
    note = tmp_path / "database" / "postgres" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n5432\n\n\n\nready\n")

    assert await ask(make(), "SELECT 1") == 1


def test_a_socket_left_by_a_dead_postgres_may_bear_the_number_of_another_program(make):
    first = make()
    note = first.socket_folder / f"{cluster.SOCKET}.lock"
    os.kill(first.pid, signal.SIGKILL)
    first.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, **program.identity()) as another:
        note.write_text("\n".join([str(another.pid), *note.read_text().split("\n")[1:]]))
        assert make().is_ready()
        assert another.poll() is None
        another.communicate(b"\n")


async def test_a_postgres_that_outlived_its_server_is_stopped_first(make):
    orphan = make()
    orphan._lock.close()  # what remains when a server is gone and its child is not

    successor = make()

    assert successor.pid != orphan.pid
    assert await ask(successor, "SELECT 1") == 1


def test_two_servers_cannot_use_one_folder(make):
    make()

    with pytest.raises(CannotStart, match="GRIDWALK_DATA"):
        make()


async def test_a_folder_with_a_very_long_name_works(make, tmp_path):
    folder = tmp_path / ("网格" * 20) / ("x" * 60)

    running = make(folder)

    assert await ask(running, "SELECT 1") == 1
    assert len(os.fsencode(running.socket_folder)) < cluster.LONGEST_SOCKET_PATH


def test_a_cluster_of_another_version_is_refused_with_what_to_do(make, tmp_path):
    make().stop()
    (tmp_path / "database" / "postgres" / "PG_VERSION").write_text("11\n")

    with pytest.raises(CannotStart, match=r"PostgreSQL 11.*PG_BIN"):
        make()


async def test_text_sorts_and_compares_as_codes_need_it(make):
    running = make()

    assert await ask(running, "SELECT '450204001' <= '450204001002003' AND '450204001002003' < '450204002'")
    assert await ask(running, "SHOW server_encoding") == "UTF8"


async def test_nobody_can_reach_it_over_the_network(make):
    running = make()

    assert await ask(running, "SHOW listen_addresses") == ""
    assert running.socket_folder.stat().st_mode & 0o077 == 0


def test_root_becomes_somebody_whom_postgres_accepts_even_without_user_namespaces(monkeypatch):
    def fails():
        raise OSError("no user namespace")

    monkeypatch.setattr(program, "_become_nobody_in_a_namespace", fails)
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert program.identity()["user"] == pwd.getpwnam("nobody").pw_uid
