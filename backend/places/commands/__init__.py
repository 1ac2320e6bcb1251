"""Register, redraw and retire places: every mutation of this slice by its name."""

from msgspec import Struct

from backend.acts import Command
from backend.places.commands.changing import ChangeGrids, UndoGridChange, change_grids, undo_grid_change
from backend.places.commands.doors import (
    RegisterBuilding,
    RegisterHousehold,
    RegisterHouseholds,
    RegisterPremises,
    register_building,
    register_household,
    register_households,
    register_premises,
)
from backend.places.commands.grid_files import ImportGridFile, import_grid_file
from backend.places.commands.grids import ImportGrids, RetireGrid, import_grids, retire_grid
from backend.places.commands.ground import RegisterCommunity, register_community
from backend.places.commands.moves import Following, Move, listen_to_moves
from backend.places.commands.upkeep import (
    ChangeContactPhone,
    MarkNeedsHelp,
    RetirePlace,
    change_contact_phone,
    mark_needs_help,
    retire_place,
)

MUTATIONS: dict[str, tuple[type[Struct], Command]] = {
    "register_community": (RegisterCommunity, register_community),
    "import_grids": (ImportGrids, import_grids),
    "import_grid_file": (ImportGridFile, import_grid_file),
    "change_grids": (ChangeGrids, change_grids),
    "undo_grid_change": (UndoGridChange, undo_grid_change),
    "retire_grid": (RetireGrid, retire_grid),
    "register_building": (RegisterBuilding, register_building),
    "register_household": (RegisterHousehold, register_household),
    "register_households": (RegisterHouseholds, register_households),
    "register_premises": (RegisterPremises, register_premises),
    "change_contact_phone": (ChangeContactPhone, change_contact_phone),
    "mark_needs_help": (MarkNeedsHelp, mark_needs_help),
    "retire_place": (RetirePlace, retire_place),
}

__all__ = ["MUTATIONS", "Following", "Move", "listen_to_moves"]
