"""Draw on a copy what the record says of a photo: time, place, position and number."""

import asyncio
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import media
from backend.photos.queries import PhotoSeen
from backend.photos.storage import store

_ZONE = ZoneInfo("Asia/Shanghai")
_FONTS = Path(media.__file__).parent / "fonts"


async def stamped(photo: PhotoSeen) -> bytes:
    """Return a JPEG copy with the capture record at its foot; the original is not touched."""
    return await asyncio.to_thread(_draw, photo)


def _draw(photo: PhotoSeen) -> bytes:
    number, _, place = photo.caption.partition(" ")
    caption = media.Caption(
        taken_at=(photo.taken_at or photo.received_at).astimezone(_ZONE),
        place=place,
        record_number=number or "—",
        sha256=photo.sha256,
        lon=photo.lon,
        lat=photo.lat,
        accuracy_m=photo.accuracy_m,
    )
    return media.stamp(store().path(photo.sha256).read_bytes(), caption, _font())


@lru_cache(maxsize=1)
def _font() -> bytes:
    return next(path for path in sorted(_FONTS.iterdir()) if path.suffix in {".otf", ".woff2", ".ttf"}).read_bytes()
