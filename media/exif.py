"""Read when and where; remove metadata without touching a pixel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from zlib import crc32

from PIL import Image

from media.container import PNG_SIGNATURE, Kind, Part, kind_of, parts_of

_EXIF_IFD, _GPS_IFD, _ORIENTATION = 0x8769, 0x8825, 0x0112
_TAKEN, _OFFSET = 0x9003, 0x9011
_LAT_REF, _LAT, _LON_REF, _LON, _GPS_TIME, _GPS_DAY, _GPS_ERROR_M = 1, 2, 3, 4, 7, 29, 31
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Earlier times come from cameras whose clock was never set."""


@dataclass(frozen=True, slots=True)
class Exif:
    """What a camera wrote, as far as it makes sense; None where it wrote nothing or nonsense.

    `taken_at` is an aware instant in UTC. `lon` and `lat` are WGS 84 degrees (EXIF's default datum),
    both or neither; `accuracy_m` is GPSHPositioningError. `orientation` is 1 to 8.
    """

    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    orientation: int = 1


def read(raw: bytes, zone: tzinfo) -> Exif:
    """Return what the photo says of itself; an empty Exif when it says nothing, never an error.

    `zone` is taken for a camera's time without an offset. Bytes must have passed `sniff`.
    Source: CIPA DC-008 (Exif 2.32), tags 0x9003, 0x9011 and the GPS directory.
    """
    try:
        with Image.open(BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
            tags = picture.getexif()
        shot, place = tags.get_ifd(_EXIF_IFD), tags.get_ifd(_GPS_IFD)
        orientation = tags.get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - the tags of a foreign camera may break Pillow in any way
        return Exif()
    lon, lat = _degrees(place, _LON, _LON_REF, 180.0), _degrees(place, _LAT, _LAT_REF, 90.0)
    if lon is None or lat is None or (lon, lat) == (0.0, 0.0):  # cameras without a fix write zeros
        lon = lat = None
    return Exif(
        _shot_at(shot, zone) or _fixed_at(place),
        lon,
        lat,
        _positive(place.get(_GPS_ERROR_M)) if lon is not None else None,
        orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
    )


def strip(raw: bytes) -> bytes:
    """Return the same picture, pixel for pixel, without its metadata.

    Kept: pixels, colour profile, and the orientation, without which it would lie on its side.
    Gone: position, time, device, captions, previews, and whatever follows the picture.
    Errors: WrongType, Truncated, Undecodable.
    """
    kind = kind_of(raw)
    parts, _ = parts_of(raw, kind)
    turn = _orientation(raw)
    if kind is Kind.JPEG:
        return _stripped_jpeg(raw, parts, turn)
    if kind is Kind.PNG:
        return _stripped_png(raw, parts, turn)
    return _stripped_webp(raw, parts, turn)


def _orientation(raw: bytes) -> int:
    return read(raw, UTC).orientation


def _only(turn: int) -> bytes:
    """Return EXIF that holds the orientation and nothing else."""
    exif = Image.Exif()
    exif[_ORIENTATION] = turn
    return exif.tobytes()


_JPEG_KEPT = {"e0", "e2", "ee"}
"""Of the application segments: JFIF, the colour profile, and Adobe's colour transform."""


def _stripped_jpeg(raw: bytes, parts: list[Part], turn: int) -> bytes:
    out = [raw[:2]]
    if turn != 1:
        content = _only(turn)
        out.append(b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content)
    for part in parts[1:]:
        is_extra = part.name == "fe" or (part.name[0] == "e" and part.name not in _JPEG_KEPT)
        # Segment E2 also carries MPF, the directory of further pictures behind this one.
        if is_extra or (part.name == "e2" and raw[part.payload_start :][:11] != b"ICC_PROFILE"):
            continue
        out.append(raw[part.start : part.end])
    return b"".join(out)


_PNG_KEPT = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "pHYs"}


def _stripped_png(raw: bytes, parts: list[Part], turn: int) -> bytes:
    kept = [raw[part.start : part.end] for part in parts if part.name in _PNG_KEPT]
    if turn != 1:
        named = b"eXIf" + _only(turn).removeprefix(b"Exif\x00\x00")
        kept.insert(1, (len(named) - 4).to_bytes(4) + named + crc32(named).to_bytes(4))
    return PNG_SIGNATURE + b"".join(kept)


_WEBP_KEPT = {"VP8X", "VP8 ", "VP8L", "ALPH", "ICCP"}
_WEBP_HAS_EXIF, _WEBP_HAS_XMP = 0x08, 0x04


def _stripped_webp(raw: bytes, parts: list[Part], turn: int) -> bytes:
    chunks = [bytearray(raw[part.start : part.end]) for part in parts if part.name in _WEBP_KEPT]
    if chunks and chunks[0][:4] == b"VP8X":
        chunks[0][8] &= ~(_WEBP_HAS_EXIF | _WEBP_HAS_XMP) & 0xFF
        if turn != 1:
            content = _only(turn).removeprefix(b"Exif\x00\x00")
            chunks[0][8] |= _WEBP_HAS_EXIF
            chunks.append(
                bytearray(b"EXIF" + len(content).to_bytes(4, "little") + content + b"\x00" * (len(content) % 2))
            )
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _shot_at(shot: Mapping[int, object], zone: tzinfo) -> datetime | None:
    taken, offset = shot.get(_TAKEN), shot.get(_OFFSET)
    if not isinstance(taken, str):
        return None
    try:
        local = datetime.strptime(taken.strip("\x00 ")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - zoned below
    except ValueError:
        return None
    own = _zone(offset) if isinstance(offset, str) else None
    return _sane(local.replace(tzinfo=own or zone))


def _zone(offset: str) -> tzinfo | None:
    try:
        return datetime.strptime(offset.strip("\x00 "), "%z").tzinfo
    except ValueError:
        return None


def _fixed_at(place: Mapping[int, object]) -> datetime | None:
    day, clock = place.get(_GPS_DAY), _numbers(place.get(_GPS_TIME))
    if not isinstance(day, str) or clock is None:
        return None
    try:
        start = datetime.strptime(day.strip("\x00 "), "%Y:%m:%d").replace(tzinfo=UTC)
        return _sane(start + timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2]))
    except (ValueError, OverflowError):
        return None


def _sane(at: datetime) -> datetime | None:
    try:
        instant = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant >= _OLDEST else None


def _degrees(place: Mapping[int, object], tag: int, ref_tag: int, limit: float) -> float | None:
    parts, ref = _numbers(place.get(tag)), place.get(ref_tag)
    if parts is None or ref not in {"N", "S", "E", "W"}:
        return None
    size = parts[0] + parts[1] / 60 + parts[2] / 3600
    if not 0 <= size <= limit:
        return None
    return -size if ref in {"S", "W"} else size


def _numbers(values: object) -> tuple[float, float, float] | None:
    if not isinstance(values, tuple) or len(values) != 3:
        return None
    found = [_positive(value) for value in values]
    first, second, third = found
    return None if first is None or second is None or third is None else (first, second, third)


def _positive(value: object) -> float | None:
    """Return a rational as a number that is not negative; None for 0/0 and other nonsense."""
    try:
        number = float(value)  # type: ignore[arg-type]  # whatever it is, the line below says what is wrong
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None
