"""What lies under the grids, if the tenant wants it: map services by proxy and PMTiles files, each with its 审图号."""
