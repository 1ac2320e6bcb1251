"""The commands a developer or an administrator types: python -m backend <command>."""

import argparse
import asyncio
import socket
import sys
from argparse import Namespace
from collections.abc import Awaitable, Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg

from backend import database, office, recovery, schema, server, settings, surveying, vault
from backend.embedded_postgres import CannotStart
from backend.problems import Problem
from backend.schema import CannotMigrate
from backend.settings import Settings

Command = Callable[[Settings, Namespace], int | None]
REFUSALS = (
    settings.BadSettings,
    server.CannotServe,
    recovery.CannotRecover,
    office.NothingLost,
    vault.SecretLost,
    CannotStart,
    CannotMigrate,
    Problem,
)
UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    ConnectionError,
    FileNotFoundError,  # the socket of a database that is only starting
    socket.gaierror,
    TimeoutError,
)


def serve(chosen: Settings, _: Namespace) -> None:
    """Serve until Ctrl-C."""
    server.serve(chosen)


def migrate(chosen: Settings, _: Namespace) -> None:
    """Bring the database's schema up to date, and stop."""
    _with_pool(chosen, schema.migrate)
    print("the schema is up to date")


def invite(chosen: Settings, asked: Namespace) -> None:
    """Make the first administrator of a subdistrict, and print the code that signs a phone or desk in."""

    async def make() -> str:
        await schema.migrate()
        await vault.open_vault(chosen.data)
        return await office.invite(asked.tenant, asked.name, asked.login, asked.subdistrict)

    code = _with_pool(chosen, make)
    # Behind the #: a browser does not send it, so that no log of a server or proxy ever holds the code.
    link = f"{server.address(chosen)}/enrol#{code}"
    print(f"请在 24 小时内打开一次。Open once, within 24 hours:\n\n  {link}\n\n{server.qr(link)}")


def check(chosen: Settings, _: Namespace) -> int:
    """Say what is well with this installation and what is not."""

    async def look() -> bool:
        all_well = True
        async for finding in office.findings(chosen):
            print(finding.weight.value, "", finding.sentence, flush=True)
            all_well &= finding.weight is not office.Weight.FAULT
        return all_well

    print("ok  settings")
    return 0 if _with_pool(chosen, look) else 1


def forget_sealed(chosen: Settings, _: Namespace) -> None:
    """Give up what a lost secret sealed, and begin with a new one; stop the server first."""
    gone = _with_pool(chosen, lambda: office.forget_sealed(chosen))
    print(
        f"given up: {gone.contact_phones} contact phones, {gone.sign_in_phones} phone numbers to sign in with, "
        f"{gone.second_factors} second factors. Their owners sign in by name, or with a new code from the desk"
    )


def backup(chosen: Settings, asked: Namespace) -> int:
    """Copy the database and every photo into one file; the server may be running."""
    server.start_log(chosen)
    copied = recovery.backup(chosen, asked.file)
    print(f"{asked.file}: {copied.size_bytes / 1e6:.1f} MB, {copied.photos} photos")
    for name in copied.damaged:
        print(f"!!  {name} is damaged on the disk, and in the copy too", file=sys.stderr)
    return 1 if copied.damaged else 0


def restore(chosen: Settings, asked: Namespace) -> None:
    """Bring a copy back into an empty installation."""
    server.start_log(chosen)
    print(f"restored, with {recovery.restore(chosen, asked.file)} photos")


def places(chosen: Settings, asked: Namespace) -> int:
    """Import the grids of a surveyor's file, all or none; the server may be running."""
    file = surveying.file(asked.file)

    async def lay() -> dict[str, object]:
        await schema.migrate()
        look = await surveying.look_into(file, asked.layer, surveying.encoding(asked.encoding))
        columns = {**look.columns, **dict(asked.map)}
        surveying.show_look(look, columns)
        wanted = surveying.asked(look, asked.crs, columns, asked.effective_on, asked.agree)
        return await office.lay_grids(asked.tenant, file, wanted, only_check=asked.check, hear=surveying.tell)

    report = _with_pool(chosen, lay)
    surveying.show(report, only_check=asked.check)
    return 0 if report["is_clean"] else 1


def migration(_: Settings, __: Namespace) -> None:
    """Write the first migration anew from the table classes; until the first release there is only this one."""
    import_module("backend.first_migration").write()


def rulebook(_: Settings, __: Namespace) -> None:
    """Write every rule table to pwa/src/core/rulebook.json."""
    import_module("backend.rulebook").main([])


def house_map(_: Settings, __: Namespace) -> None:
    """Renew the map of the house in the documents that show it."""
    import_module("backend.house_map").write()


def _with_pool(chosen: Settings, work: Callable[[], Awaitable[Any]]) -> Any:
    """Return what `work` returns, run with the pool open; beside a running server if there is one."""

    async def run(connect: dict[str, Any]) -> Any:
        await database.open_pool(**connect)
        try:
            return await work()
        finally:
            await database.close_pool()

    server.start_log(chosen)
    with server.database_of(chosen, join=True) as (connect, _):
        return asyncio.run(run(connect))


FILE = (("file", {"type": Path}),)
INVITED = (
    ("--tenant", {"required": True, "help": "the nine digits of the subdistrict"}),
    ("--name", {"required": True, "help": "the administrator's name"}),
    ("--login", {"required": True, "help": "the name to sign in with"}),
    ("--subdistrict", {"help": "the subdistrict's name"}),
)
SURVEYED = (
    ("deed", {"choices": ["import"]}),
    *FILE,
    ("--tenant", {"required": True, "help": "the nine digits of the subdistrict"}),
    ("--crs", {"required": True, "help": "wgs84, cgcs2000, gcj02, bd09 or EPSG:4513 to 4554"}),
    ("--map", {"action": "append", "default": [], "type": surveying.column, "metavar": "COLUMN=FIELD",
               "help": "which field is the code, the name and the kind; what is not said is guessed"}),
    ("--layer", {"help": "the layer of a file that has several"}),
    ("--encoding", {"choices": ["utf-8", "gbk"], "help": "of a Shapefile; what is not said is found out"}),
    ("--effective-on", {"type": date.fromisoformat, "help": "the first day of the grids; today"}),
    ("--agree", {"action": "append", "default": [], "help": "a repair that the report proposes"}),
    ("--check", {"action": "store_true", "help": "only report, change nothing"}),
)  # fmt: skip
COMMANDS: dict[str, tuple[Command, tuple[tuple[str, dict[str, Any]], ...]]] = {
    "serve": (serve, ()),
    "migrate": (migrate, ()),
    "invite": (invite, INVITED),
    "check": (check, ()),
    "forget-sealed": (forget_sealed, ()),
    "backup": (backup, FILE),
    "restore": (restore, FILE),
    "places": (places, SURVEYED),
    "migration": (migration, ()),
    "rulebook": (rulebook, ()),
    "map": (house_map, ()),
}


def main() -> int:
    """Return the exit code of the command named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m backend", description="巡格 Gridwalk")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, (command, arguments) in COMMANDS.items():
        named = commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0])
        for argument, keywords in arguments:
            named.add_argument(argument, **keywords)
    asked = parser.parse_args()
    try:
        chosen = settings.read()
        recovery.refuse_cut_off(chosen)
        return COMMANDS[asked.command][0](chosen, asked) or 0
    except UNREACHABLE as error:
        print(f"the database cannot be reached: {error}", file=sys.stderr)
        return 2
    except REFUSALS as refusal:
        print(refusal, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
