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


class CannotMigrate(RuntimeError):
    """A migration failed; nothing of it stays."""


async def migrate() -> None:
    """Run every migration that has not run yet, one server at a time when several start together.

    Errors: CannotMigrate, or PostgreSQL's own error, with the statement that failed.
    """
    said = io.StringIO()
    # One transaction around all of it: Piccolo notes a migration only after committing it.
    async with database.alone(database.MIGRATION_LOCK), database.transaction():
        with contextlib.redirect_stdout(said):
            done = await run_forwards(APP_CONFIG.app_name)
    log.debug("%s", said.getvalue())
    if not done.success:
        raise CannotMigrate(done.message or "see the log")


async def create_from_tables() -> None:
    """Make every table from its class, then what columns cannot say; tests and the first migration start from this."""
    await create_db_tables(*APP_CONFIG.table_classes)
    for sql in statements():
        try:
            await database.execute(sql)
        except asyncpg.PostgresError as error:
            error.add_note(f"in: {sql}")
            raise
