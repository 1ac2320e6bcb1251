"""Photos as the phone makes them, each different."""

from io import BytesIO
from itertools import count

import numpy as np
from PIL import Image

SIZE_BYTES = 300_000
_numbers = count()


def camera() -> bytes:
    """Return a JPEG of a little less than 300 KB, as the phone makes it: 1,600 × 1,200, with EXIF."""
    rng = np.random.default_rng(3)
    hills = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    soft = np.asarray(hills.resize((1600, 1200), Image.Resampling.BICUBIC))
    picture = Image.fromarray((soft + rng.normal(0, 6, (1200, 1600, 1))).clip(0, 255).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0110], exif[0x0132] = "Phone", "2026:03:02 09:00:00"
    for quality in range(90, 30, -2):
        out = BytesIO()
        picture.save(out, "JPEG", quality=quality, exif=exif)
        if len(out.getvalue()) <= SIZE_BYTES - 64:
            return out.getvalue()
    raise AssertionError("no quality gives 300 KB")


def photos(first: bytes, wanted: int) -> list[bytes]:
    """Return different photos of 300,000 bytes: the first with a comment in each."""
    made = []
    for _ in range(wanted):
        room = SIZE_BYTES - len(first) - 4
        remarks = []
        while room > 0:  # a comment holds at most 65,533 bytes
            size = min(room, 60_000)
            remarks.append(b"\xff\xfe" + (size + 2).to_bytes(2, "big") + b"%016d" % next(_numbers) + bytes(size - 16))
            room -= size + 4
        made.append(first[:2] + b"".join(remarks) + first[2:])
    return made
