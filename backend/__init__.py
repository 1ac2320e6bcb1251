"""The server: slices named after things of the trade, stacked on a ground floor of plain modules.

From the bottom: problems, settings, clock, database and changes; then people; then places and photos; then visits;
then hazards; then sync, hazard_map, exchange, base_maps and positions, which nobody imports; app wires them. Inside
every slice the same file names: rules decide, tables remember, commands do, queries find, api speaks HTTP.
"""

import os

__version__ = "0.1.0"

# Piccolo looks for its configuration by this name; a table can then be imported by itself, from any folder.
os.environ.setdefault("PICCOLO_CONF", "backend.piccolo_conf")
