"""Remember communities, grids with their history, buildings, households and premises."""

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


class Community(Table):
    """A residents' committee's area (社区)."""

    id = UUID(primary_key=True, default=None)
    code = Varchar(12)
    name = Varchar(80)


class Grid(Table):
    """A working area (网格) as it was from `effective_on` until `retired_on`; never edited in place."""

    id = UUID(primary_key=True, default=None)
    fid = Serial()  # vector tiles need a number
    code = Varchar(15)
    community_code = Varchar(12)
    name = Varchar(80)
    kind = Varchar(12)
    geometry = Text()  # GeoJSON, WGS 84, as it was imported
    shape = Bytea()  # the same as WKB: four times faster to read than text
    effective_on = Date(default=None)
    retired_on = Date(default=None, null=True)
    replaced_by = Array(Varchar(15), default=list)


class GridEdition(Table):
    """How often the grids of a tenant have changed, so that an index of them is built once for each edition."""

    tenant = Integer(primary_key=True, default=None)
    edition = Integer(default=0)


class GridFile(Table):
    """A file of grids that somebody brought to be surveyed; gone after a day."""

    id = UUID(primary_key=True, default=None)
    tenant = Integer()
    name = Varchar(200)
    content = Bytea(default=None)
    uploaded_at = Timestamptz(default=None)


class GridSurvey(Table):
    """Grids that were found to fit, ready to come into force while the ground is as it was; gone after a day."""

    id = UUID(primary_key=True, default=None)
    tenant = Integer()
    file_name = Varchar(200)
    effective_on = Date(default=None)
    edition = Integer()  # of the tenant's grids, beside which these fit
    grids = Bytea(default=None)
    surveyed_at = Timestamptz(default=None)


class GridChange(Table):
    """Grids that were drawn anew at the desk: what ended, what was made, and what an undo within a day needs."""

    id = UUID(primary_key=True, default=None)
    tenant = Integer()
    community_code = Varchar(12)
    kind = Varchar(8)
    effective_on = Date(default=None)
    changed_at = Timestamptz(default=None)
    changed_by_name = Varchar(80)
    ended = Array(Varchar(15), default=list)
    made = Array(Varchar(15), default=list)
    before = Bytea(default=None)  # where things were, and the rings of neighbours; empty once it is of no use
    undone_at = Timestamptz(default=None, null=True)


class Building(Table):
    """A building whose doors are households; its own grid wins over any position."""

    id = UUID(primary_key=True, default=None)
    grid_code = Varchar(15)
    name = Varchar(80)
    address = Varchar(200)
    lon = DoublePrecision(default=None)
    lat = DoublePrecision(default=None)
    units = Integer()
    floors = Integer()


class Household(Table):
    """One door: an address to the room, at most one contact phone, and nothing about who lives there."""

    id = UUID(primary_key=True, default=None)
    building_id = UUID(default=None)
    grid_code = Varchar(15)  # its building's, kept here because every list asks by grid
    unit = Varchar(200)
    floor = Integer()
    room = Varchar(80)
    use = Varchar(8)
    contact_phone = Bytea(default=None, null=True)  # sealed
    contact_phone_masked = Varchar(20)  # as lists show it, so that they open nothing
    needs_help = Boolean(default=False)
    retired_on = Date(default=None, null=True)
    retired_reason = Varchar(2000, default=None, null=True)


class Premises(Table):
    """A key premises in one of six categories."""

    id = UUID(primary_key=True, default=None)
    grid_code = Varchar(15)
    category = Varchar(16)
    name = Varchar(80)
    address = Varchar(200)
    lon = DoublePrecision(default=None)
    lat = DoublePrecision(default=None)
    quad = BigInt(default=None, null=True)  # where it lies in the order of the map, for tiles
    contact_title = Varchar(200)
    contact_phone = Bytea(default=None, null=True)  # sealed
    contact_phone_masked = Varchar(20)  # as lists show it, so that they open nothing
    retired_on = Date(default=None, null=True)
    retired_reason = Varchar(2000, default=None, null=True)


SQL = (
    "CREATE UNIQUE INDEX community_code_uq ON community (code)",
    "CREATE UNIQUE INDEX grid_code_uq ON grid (code)",
    "CREATE INDEX grid_community_ix ON grid (community_code)",
    "CREATE INDEX grid_file_tenant_ix ON grid_file (tenant, uploaded_at)",
    "CREATE INDEX grid_survey_tenant_ix ON grid_survey (tenant, surveyed_at)",
    "CREATE INDEX grid_change_tenant_ix ON grid_change (tenant, changed_at)",
    "CREATE INDEX building_grid_ix ON building (grid_code)",
    "CREATE UNIQUE INDEX household_door_uq ON household (building_id, unit, room) WHERE retired_on IS NULL",
    "CREATE INDEX household_grid_ix ON household (grid_code)",
    "CREATE INDEX premises_grid_ix ON premises (grid_code, category)",
    # A tile is one range of quads, read from the index alone.
    "CREATE INDEX premises_tile_ix ON premises (quad) INCLUDE (id, grid_code, category, name) WHERE retired_on IS NULL",
    "ALTER TABLE grid ADD CONSTRAINT grid_community_fk FOREIGN KEY (community_code) REFERENCES community (code)",
    "ALTER TABLE building ADD CONSTRAINT building_grid_fk FOREIGN KEY (grid_code) REFERENCES grid (code)",
    "ALTER TABLE household ADD CONSTRAINT household_building_fk FOREIGN KEY (building_id) REFERENCES building (id)",
    "ALTER TABLE premises ADD CONSTRAINT premises_grid_fk FOREIGN KEY (grid_code) REFERENCES grid (code)",
)
