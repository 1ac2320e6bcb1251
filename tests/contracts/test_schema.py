"""The migrations make the same database as the table classes."""

import uuid

import asyncpg
import pytest

import backend.database
from backend import schema
from backend.piccolo_app import APP_CONFIG

COLUMNS = """
SELECT table_name, column_name, data_type, udt_name, character_maximum_length, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'migration'
"""
INDEXES = (
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migration'"
)
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conrelid::regclass::text <> 'migration'
"""
TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> 13"
SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename <> 'migration_id_seq'"


async def described(database):
    wanted = {"columns": COLUMNS, "indexes": INDEXES, "constraints": CONSTRAINTS}
    wanted |= {"triggers": TRIGGERS, "functions": FUNCTIONS, "sequences": SEQUENCES}
    return {name: {tuple(row) for row in await database.fetch(sql)} for name, sql in wanted.items()}


@pytest.fixture
async def by_tables(database):
    return await described(database)


@pytest.fixture
async def empty(by_tables, postgres, in_database):
    name = f"gridwalk_migrated_{uuid.uuid4().hex[:8]}"
    office = await asyncpg.connect(**postgres)
    await office.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    await backend.database.close_pool()
    await backend.database.open_pool(**in_database(name))
    yield backend.database
    await backend.database.close_pool()
    await office.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await office.close()


async def test_migrating_an_empty_database_makes_what_the_tables_say(by_tables, empty):
    await schema.migrate()

    by_migrations = await described(empty)
    for what, found in by_migrations.items():
        assert found == by_tables[what], f"{what} differ: run `make migration`"


async def test_migrating_twice_changes_nothing(empty):
    await schema.migrate()
    before = await described(empty)

    await schema.migrate()

    assert await described(empty) == before


async def test_a_database_of_an_unfinished_release_stops_the_start_and_stays_as_it_was(empty):
    await schema.migrate()
    await empty.execute("DROP TABLE grid_change; ALTER TABLE hazard DROP COLUMN recurrence_of")
    before = await described(empty)

    with pytest.raises(schema.CannotMigrate, match=r"grid_change\.\w+.*GRIDWALK_DATA"):
        await schema.migrate()

    assert await described(empty) == before


def test_every_table_has_a_name_of_its_own():
    names = [table._meta.tablename for table in APP_CONFIG.table_classes]

    assert len(names) == len(set(names))
