"""What a supervisor sees on the map: hazards and grids in a box or a tile, and counts per grid; it only reads."""
