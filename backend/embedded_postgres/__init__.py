"""A PostgreSQL of our own: which program and as whom (program), and one cluster started, watched, stopped (cluster)."""

from backend.embedded_postgres.cluster import FORGETFUL, EmbeddedPostgres, cluster_binaries
from backend.embedded_postgres.program import CannotStart, InUse

__all__ = ["FORGETFUL", "CannotStart", "EmbeddedPostgres", "InUse", "cluster_binaries"]
