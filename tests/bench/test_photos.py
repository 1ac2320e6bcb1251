"""Pictures, against Pillow doing the bare minimum."""

from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from media import Caption, derive, perceptual, sha256_hex, sniff, stamp, thumb
from tests.bench.table import fastest_s, row


@pytest.fixture(scope="module")
def photo() -> bytes:
    """Return a 12-megapixel JPEG of some 4 MB, as a phone makes: soft shapes, fine grain."""
    rng = np.random.default_rng(3)
    hills = Image.fromarray(rng.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    soft = hills.resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = rng.normal(0, 8, (3000, 4000, 1))
    out = BytesIO()
    Image.fromarray((np.asarray(soft) + grain).clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=82)
    return out.getvalue()


def bare_thumb(raw: bytes) -> bytes:
    """Return what Pillow's own shortest way to the same thumbnail gives."""
    picture = Image.open(BytesIO(raw))
    picture.draft("RGB", (320, 240))
    picture = picture.resize((320, 240))
    out = BytesIO()
    picture.save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def naive_pair(raw: bytes) -> list[bytes]:
    """Return preview and thumbnail the usual way: decode whole, turn, shrink twice, encode."""
    picture = Image.open(BytesIO(raw)).convert("RGB")
    made = []
    for side in (1600, 320):
        copy = picture.copy()
        copy.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = BytesIO()
        copy.save(out, "WEBP", quality=80)
        made.append(out.getvalue())
    return made


def test_a_thumbnail_costs_hardly_more_than_the_bare_decode_and_encode(photo: bytes) -> None:
    ours_s, bare_s = fastest_s(lambda: thumb(photo), lambda: bare_thumb(photo))

    ratio = ours_s / bare_s
    against = f"bare Pillow {bare_s * 1e3:.0f} ms"
    row("Thumbnail of a 12 MP photo", f"{ours_s * 1e3:.0f} ms", against, ratio, "≤ 1.3×")
    assert ratio <= 1.3


def test_preview_and_thumbnail_from_one_decoding(photo: bytes) -> None:
    ours_s, naive_s = fastest_s(lambda: derive(photo), lambda: naive_pair(photo), rounds=3)

    row("Preview, thumbnail and hash from one decoding", f"{ours_s * 1e3:.0f} ms",
        f"decode whole, Pillow's defaults {naive_s * 1e3:.0f} ms", ours_s / naive_s, "≤ 0.75×")  # fmt: skip
    assert ours_s / naive_s <= 0.75


def test_what_a_photo_costs_before_its_receipt(photo: bytes) -> None:
    sniff_s, digest_s, hash_s = fastest_s(lambda: sniff(photo), lambda: sha256_hex(photo), lambda: perceptual(photo))

    row("Sniffing a 12 MP photo", f"{sniff_s * 1e3:.1f} ms", f"its SHA-256 {digest_s * 1e3:.1f} ms", sniff_s / digest_s)
    row("Perceptual hash alone", f"{hash_s * 1e3:.0f} ms")


def test_a_captioned_copy(photo: bytes) -> None:
    font = (files("media") / "fonts" / "NotoSansSC-GB2312.otf").read_bytes()
    at = datetime(2020, 3, 5, 6, 32, tzinfo=UTC)
    caption = Caption(at, "和平社区第1网格" * 6, "X7K2-0047", "a" * 64, 109.4, 24.3, 12)

    (stamp_s,) = fastest_s(lambda: stamp(photo, caption, font), rounds=3)

    row("Captioned copy for print", f"{stamp_s * 1e3:.0f} ms")
