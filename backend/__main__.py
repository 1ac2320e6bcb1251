"""The commands a developer or an administrator types: python -m backend <command>."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from importlib import import_module

from backend import database, schema, server, settings
from backend.embedded_postgres import CannotStart
from backend.schema import CannotMigrate
from backend.settings import Settings

Command = Callable[[Settings], None]


def migrate(chosen: Settings) -> None:
    """Bring the database's schema up to date, and stop."""
    server.start_log(chosen)
    with server.database_of(chosen) as (connect, _):
        asyncio.run(_migrate(connect))
    print("the schema is up to date")


async def _migrate(connect: dict[str, object]) -> None:
    await database.open_pool(**connect)  # type: ignore[arg-type]
    try:
        await schema.migrate()
    finally:
        await database.close_pool()


def migration(_: Settings) -> None:
    """Write the first migration anew from the table classes; until the first release there is only this one."""
    import_module("backend.first_migration").write()


def rulebook(_: Settings) -> None:
    """Write every rule table to pwa/src/core/rulebook.json."""
    import_module("backend.rulebook").main([])


COMMANDS: dict[str, Command] = {
    "serve": server.serve,
    "migrate": migrate,
    "migration": migration,
    "rulebook": rulebook,
}


def main() -> int:
    """Return the exit code of the command named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m backend", description="巡格 Gridwalk")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=(command.__doc__ or "").splitlines()[0])
    asked = parser.parse_args()
    try:
        COMMANDS[asked.command](settings.read())
    except (settings.BadSettings, server.CannotServe, CannotStart, CannotMigrate) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
