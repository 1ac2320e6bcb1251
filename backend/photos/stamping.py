"""Draw on a copy what the record says of a photo: time, place, position and number."""

import asyncio
from zoneinfo import ZoneInfo

from backend.photos.queries import PhotoSeen
from backend.photos.storage import store
from media import stamp

_ZONE = ZoneInfo("Asia/Shanghai")


async def stamped(photo: PhotoSeen) -> bytes:
    """Return a JPEG copy with the capture record at its foot; the original is not touched."""
    original = await asyncio.to_thread(store().path(photo.sha256).read_bytes)
    return await asyncio.to_thread(stamp.draw, original, lines(photo))


def lines(photo: PhotoSeen) -> list[str]:
    """Return the lines of a stamp; what the device did not say is said to be missing."""
    taken = "拍摄时间未记录" if photo.taken_at is None else f"{photo.taken_at.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}"
    position = "未取到位置"
    if photo.lon is not None and photo.lat is not None:
        accuracy = "" if photo.accuracy_m is None else f" ±{photo.accuracy_m:.0f} 米"
        position = f"{photo.lon:.6f}, {photo.lat:.6f}{accuracy}"
    return [
        f"{photo.caption or '未归入记录'}",
        f"{taken} · {position}",
        f"照片 {photo.sha256[:12]} · 收到 {photo.received_at.astimezone(_ZONE):%Y-%m-%d %H:%M}",
    ]
