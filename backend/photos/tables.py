"""Remember photos, the uploads that are still on their way, and which record names which photo."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Boolean,
    DoublePrecision,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


class Photo(Table):
    """A photo whose bytes have arrived; `taken_at`, position and accuracy are what the device said."""

    sha256 = Varchar(64)
    tenant = Integer()  # the same bytes may be evidence in two subdistricts, and neither learns of the other
    person_id = UUID(default=None)
    device_id = UUID(default=None)
    size_bytes = Integer()
    kind = Varchar(8)
    width = Integer()
    height = Integer()
    taken_at = Timestamptz(default=None, null=True)
    lon = DoublePrecision(default=None, null=True)
    lat = DoublePrecision(default=None, null=True)
    crs = Varchar(8, default=None, null=True)
    accuracy_m = DoublePrecision(default=None, null=True)
    source = Varchar(16, default=None, null=True)
    exif = JSONB(default=None, null=True)
    redacts = Varchar(64, default=None, null=True)  # the device made it from this one by painting over parts
    seal = Varchar(64)  # HMAC of the capture record, made when the photo arrived
    perceptual_hash = BigInt(default=None, null=True)  # 64 bits as a signed number; made in idle time
    received_at = Timestamptz(default=None)


class Upload(Table):
    """An upload that has begun; how many bytes have come is the size of its file, nowhere else."""

    id = UUID(primary_key=True, default=None)
    sha256 = Varchar(64)
    length_bytes = Integer()
    capture = JSONB()
    tenant = Integer()
    person_id = UUID(default=None)
    device_id = UUID(default=None)
    held = Boolean(default=False)  # the whole photo is on the server; kept so that HEAD can repeat the receipt
    expires_at = Timestamptz(default=None)


class PhotoMention(Table):
    """A record names a photo, which may still be on its way."""

    sha256 = Varchar(64)
    record_kind = Varchar(16)
    record_id = UUID(default=None)
    role = Varchar(8)
    tenant = Integer()
    caption = Text()  # what the stamp says of the record: its number and its place
    place = Text()  # what the record is about: a place's id, or the record's own where it has no place
    redacts = Varchar(64, default=None, null=True)  # this is the painted-over copy of that photo of the record
    leaves = Boolean(default=True)  # may it leave the house: to the responsible unit, and on paper?


class PhotoLikeness(Table):
    """Two photos of a tenant that look nearly the same, kept in both directions; a hint, never a judgement."""

    tenant = Integer()
    sha256 = Varchar(64)
    like_sha256 = Varchar(64)
    distance = SmallInt()  # in how many of 64 bits their perceptual hashes differ


SQL = (
    "CREATE UNIQUE INDEX photo_tenant_sha256_uq ON photo (tenant, sha256)",
    "CREATE UNIQUE INDEX photo_mention_uq ON photo_mention (sha256, record_kind, record_id, role)",
    "CREATE INDEX photo_mention_record_ix ON photo_mention (record_kind, record_id)",
    "CREATE INDEX upload_device_ix ON upload (device_id)",
    "CREATE INDEX upload_expires_ix ON upload (expires_at)",
    "CREATE INDEX photo_received_ix ON photo (received_at)",
    "CREATE INDEX photo_unhashed_ix ON photo (received_at) WHERE perceptual_hash IS NULL",
    # Hashes that differ in at most three of 64 bits are equal in one of their four quarters at least.
    *(
        f"CREATE INDEX photo_quarter{quarter}_ix ON photo (tenant, ((perceptual_hash >> {16 * quarter}) & 65535))"
        " WHERE perceptual_hash IS NOT NULL"
        for quarter in range(4)
    ),
    "CREATE UNIQUE INDEX photo_likeness_uq ON photo_likeness (tenant, sha256, like_sha256)",
)
