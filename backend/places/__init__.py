"""Where the work is done: communities, grids with their history, buildings, households and premises."""
