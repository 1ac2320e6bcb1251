"""The one table from the name of a mutation to its arguments and its command."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import msgspec

from backend.acts import Command


class Mutation(NamedTuple):
    """What a name stands for."""

    args: type[msgspec.Struct]
    command: Command


Table = Mapping[str, tuple[type[msgspec.Struct], Command]]

SLICES = ("people", "places", "visits", "hazards")


def merged(tables: Mapping[str, Table]) -> dict[str, Mutation]:
    """Return all mutations of the slices by name.

    Errors: ValueError when two slices claim one name.
    """
    found: dict[str, Mutation] = {}
    owner: dict[str, str] = {}
    for slice_name, table in tables.items():
        for name, (args, command) in table.items():
            if name in found:
                raise ValueError(f"{slice_name} and {owner[name]} both have a mutation called {name}")
            found[name], owner[name] = Mutation(args, command), slice_name
    return found


def of_slices() -> dict[str, Table]:
    """Return the table of each slice that has commands."""
    tables: dict[str, Table] = {}
    for name in SLICES:
        module = f"backend.{name}.commands"
        if find_spec(f"backend.{name}") is not None and find_spec(module) is not None:
            tables[name] = getattr(import_module(module), "MUTATIONS", {})
    return tables
