"""List every slice's tables as one Piccolo app with one migration history."""

from importlib import import_module
from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

_HERE = Path(__file__).parent

# In the order in which slices stack, so that a statement may name the tables of a lower slice.
MODULES = [
    "backend.changes",
    "backend.vault",
    *(
        f"backend.{slice_}.tables"
        for slice_ in ("people", "places", "photos", "visits", "hazards", "sync", "exchange")
        if (_HERE / slice_ / "tables.py").exists() or (_HERE / slice_ / "tables").is_dir()
    ),
]


def statements() -> list[str]:
    """Return what Piccolo's columns cannot say: sequences, composite and partial indexes, checks."""
    return [sql for module in MODULES for sql in getattr(import_module(module), "SQL", ())]


APP_CONFIG = AppConfig(
    app_name="gridwalk",
    migrations_folder_path=str(_HERE / "migrations"),
    table_classes=table_finder(MODULES),
    migration_dependencies=[],
    commands=[],
)
