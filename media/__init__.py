"""Pictures: bytes in, values and bytes out; no paths, no storage, no clock.

A pure library: it knows no web, no database and no disk. Order of use: `sniff` refuses what is no
photo, `fingerprint.sha256_hex` names it, `exif.read` says when and where, `derive` makes the preview
and thumbnail, `stamp` a captioned copy. `relined` is for maps.
"""

from media.container import Kind
from media.derive import Derived, Picture, derive, thumb
from media.errors import MediaError
from media.exif import Exif, strip
from media.exif import read as read_exif
from media.fingerprint import hamming, perceptual, sha256_hex, sha256_of
from media.relined import relined
from media.sniff import MAX_PIXELS, Sniffed, sniff
from media.stamp import Caption, stamp

__all__ = [
    "MAX_PIXELS",
    "Caption",
    "Derived",
    "Exif",
    "Kind",
    "MediaError",
    "Picture",
    "Sniffed",
    "derive",
    "hamming",
    "perceptual",
    "read_exif",
    "relined",
    "sha256_hex",
    "sha256_of",
    "sniff",
    "stamp",
    "strip",
    "thumb",
]
