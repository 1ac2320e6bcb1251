"""Benches run only when asked for (`make bench`), and end with their table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import table

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test here as a bench, and leave all out unless the command names the mark."""
    benches = [item for item in items if HERE in item.path.parents]
    for item in benches:
        item.add_marker(pytest.mark.bench)
    if "bench" not in config.option.markexpr:
        items[:] = [item for item in items if item not in benches]
        config.hook.pytest_deselected(items=benches)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table under the results and keep it."""
    if printed := table.finish():
        terminalreporter.write_line("\n" + printed)
