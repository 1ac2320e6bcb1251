"""Keep a copy of everything in one file (backup), prove that it is whole (archive), and bring it back (restore)."""

from backend.recovery.archive import CannotRecover
from backend.recovery.backup import Copied, backup
from backend.recovery.restore import refuse_cut_off, restore

__all__ = ["CannotRecover", "Copied", "backup", "refuse_cut_off", "restore"]
