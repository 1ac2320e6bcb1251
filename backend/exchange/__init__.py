"""What other systems may read: grids, premises and hazards as OGC API features, by a token that opens nothing else."""
