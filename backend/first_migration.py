"""Write the first migration from the table classes: their columns, and then what columns cannot say."""

from pathlib import Path

from piccolo.table import sort_table_classes

from backend.piccolo_app import APP_CONFIG, statements

FOLDER = Path(APP_CONFIG.migrations_folder_path)
NAME = "0001_first"

_HEAD = f'''"""Make every table; written by `make migration` until the first release, then never edited."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend import database

ID = "{NAME}"
VERSION = "1"
DESCRIPTION = "every table"

SQL = """
'''

_TAIL = f'''
"""


async def make() -> None:
    """Run all statements, in the transaction that Piccolo opened."""
    await database.execute(SQL)


async def forwards() -> MigrationManager:
    """Return what Piccolo runs."""
    manager = MigrationManager(migration_id=ID, app_name="{APP_CONFIG.app_name}", description=DESCRIPTION)
    manager.add_raw(make)
    return manager
'''


def statements_from_nothing() -> list[str]:
    """Return what makes the whole schema, in an order that runs."""
    tables = sort_table_classes(list(APP_CONFIG.table_classes))
    return [*(_unfold(ddl) for table in tables for ddl in table.create_table().ddl), *statements()]


def _unfold(ddl: str) -> str:
    """Return a CREATE TABLE with one column on each line, so that a change shows as one line."""
    if not ddl.startswith("CREATE TABLE"):
        return ddl
    opening, columns = ddl.split("(", 1)
    return f"{opening}(\n  " + columns.replace(', "', ',\n  "').removesuffix(")") + "\n)"


def text() -> str:
    """Return the migration as its file holds it."""
    return _HEAD + ";\n".join(statements_from_nothing()).replace("\\", "\\\\") + ";" + _TAIL


def write() -> None:
    """Write the file, replacing what is there."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{NAME}.py").write_text(text(), encoding="utf-8")
