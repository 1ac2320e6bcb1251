"""Read and write the headers of tus 1.0, the protocol in which photos are sent."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec

from backend.photos import rules
from backend.photos.commands import Capture, Checksum
from backend.problems import Malformed, UnsupportedContent

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
CHECKSUMS = "sha1,sha256"
OFFSET_TYPE = "application/offset+octet-stream"
MAX_METADATA_BYTES = 4096
_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)
_NUMBERS = ("lon", "lat", "accuracy_m")
_DIGEST_BYTES = {"sha1": 20, "sha256": 32}


def check_version(headers: Mapping[str, str]) -> None:
    """Refuse a client that speaks another version; every request but OPTIONS names it."""
    if headers.get("tus-resumable") != VERSION:
        raise rules.TusVersionUnknown


def number(headers: Mapping[str, str], name: str) -> int:
    """Return a header that is a count of bytes.

    Errors: Malformed when it is missing or anything but digits.
    """
    text = headers.get(name.lower(), "")
    if _NUMBER.fullmatch(text) is None:
        raise Malformed.at(name, "a whole number of bytes is needed")
    return int(text)


def check_body_type(headers: Mapping[str, str]) -> None:
    """Refuse a body that is not a piece of an upload."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != OFFSET_TYPE:
        raise UnsupportedContent(accepted=OFFSET_TYPE)


def capture(headers: Mapping[str, str]) -> Capture:
    """Return what Upload-Metadata says of the photo; keys of other clients (filename, filetype) are passed over.

    Errors: Malformed naming the key.
    """
    said: dict[str, object] = {}
    metadata = headers.get("upload-metadata", "")
    if len(metadata) > MAX_METADATA_BYTES:
        raise Malformed.at("Upload-Metadata", f"at most {MAX_METADATA_BYTES} bytes")
    for pair in filter(None, metadata.split(",")):
        key, _, encoded = pair.strip().partition(" ")
        if key in Capture.__struct_fields__:
            if key in said:
                raise Malformed.at(f"Upload-Metadata/{key}", "named twice")
            said[key] = _value(key, encoded)
    try:
        read = msgspec.convert(said, Capture)
    except msgspec.ValidationError as error:
        raise Malformed.at("Upload-Metadata", str(error)) from error
    _check_position(read)
    _check_moment(read)
    return read


def _check_moment(read: Capture) -> None:
    """Refuse only a moment that is none in UTC; one of a camera that was never set is kept as it is told."""
    try:
        _ = read.taken_at and read.taken_at.astimezone(UTC)
    except OverflowError as error:
        raise Malformed.at("Upload-Metadata/taken_at", "no moment that can be kept") from error


def _value(key: str, encoded: str) -> object:
    if key == "envelope":  # bytes; read in their own turn
        return encoded
    try:
        text = base64.b64decode(encoded, validate=True).decode()
        return float(text) if key in _NUMBERS else text
    except (binascii.Error, ValueError) as error:
        raise Malformed.at(f"Upload-Metadata/{key}", "not readable") from error


def _check_position(read: Capture) -> None:
    """Refuse half a position, one without its reference system, and one that is not on the earth."""
    parts = (read.lon, read.lat, read.crs)
    if parts == (None, None, None):
        return
    if read.lon is None or read.lat is None or read.crs is None:
        raise Malformed.at("Upload-Metadata", "a position needs lon, lat and crs")
    if not (-180 <= read.lon <= 180 and -90 <= read.lat <= 90):
        raise Malformed.at("Upload-Metadata/lon", "outside the earth")
    if read.accuracy_m is not None and not 0 <= read.accuracy_m <= 100_000:
        raise Malformed.at("Upload-Metadata/accuracy_m", "0 to 100000 metres")


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Return the digest that this piece must have, or None when the client names none.

    Errors: Malformed for an algorithm that OPTIONS does not list, or a digest of the wrong length.
    """
    header = headers.get("upload-checksum")
    if header is None:
        return None
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in _DIGEST_BYTES:
        raise Malformed.at("Upload-Checksum", f"one of {CHECKSUMS}")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed.at("Upload-Checksum", "not base64") from error
    if len(digest) != _DIGEST_BYTES[algorithm]:
        raise Malformed.at("Upload-Checksum", "wrong length")
    return Checksum("sha1" if algorithm == "sha1" else "sha256", digest)


def standing(offset: int, sha256: str, received_at: datetime | None, expires_at: datetime) -> dict[str, str]:
    """Return the headers that say how far an upload has come, with the receipt once the photo is held."""
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(offset)}
    if received_at is None:
        headers["Upload-Expires"] = format_datetime(expires_at, usegmt=True)
    else:
        headers["Photo-Receipt"] = f"{sha256} {received_at.isoformat().replace('+00:00', 'Z')}"
    return headers
