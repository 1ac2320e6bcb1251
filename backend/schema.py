"""Bring the database's schema up to date, or make it whole from the table classes."""

import contextlib
import io
import logging

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards
from piccolo.table import create_db_tables

from backend import database
from backend.piccolo_app import APP_CONFIG, statements

log = logging.getLogger("gridwalk.schema")


_LACKING = """
SELECT wanted.name || '.' || wanted.part FROM unnest($1::text[], $2::text[]) AS wanted (name, part)
WHERE NOT EXISTS (SELECT FROM information_schema.columns
                  WHERE table_schema = 'public' AND table_name = wanted.name AND column_name = wanted.part)
"""


class CannotMigrate(RuntimeError):
    """A migration failed and nothing of it stays, or the database is of a release that no migration leads on from."""


async def migrate() -> None:
    """Run every migration that has not run yet, one server at a time when several start together.

    Errors: CannotMigrate, or PostgreSQL's own error, with the statement that failed.
    """
    await _run()
    lacking = await _lacking()
    if lacking:
        raise CannotMigrate(
            f"this database was made by an unfinished release and lacks {', '.join(lacking[:5])}. Nothing in it was "
            "changed: start the release that made it, or choose an empty folder by GRIDWALK_DATA"
        )


async def _run() -> None:
    said = io.StringIO()
    # One transaction around all of it: Piccolo notes a migration only after committing it.
    async with database.alone(database.MIGRATION_LOCK), database.transaction():
        with contextlib.redirect_stdout(said):
            done = await run_forwards(APP_CONFIG.app_name)
    log.debug("%s", said.getvalue())
    if not done.success:
        raise CannotMigrate(done.message or "see the log")


async def _lacking() -> list[str]:
    """Return the columns, as table.column, that our code reads and the database has not.

    The first migration is written anew until the first release, and a database that ran an older one never sees it.
    """
    wanted = [(table._meta.tablename, column._meta.db_column_name)
              for table in APP_CONFIG.table_classes for column in table._meta.columns]  # fmt: skip
    rows = await database.fetch(_LACKING, [name for name, _ in wanted], [part for _, part in wanted])
    return [row[0] for row in rows]


async def create_from_tables() -> None:
    """Make every table from its class, then what columns cannot say; tests and the first migration start from this."""
    await create_db_tables(*APP_CONFIG.table_classes)
    for sql in statements():
        try:
            await database.execute(sql)
        except asyncpg.PostgresError as error:
            error.add_note(f"in: {sql}")
            raise
