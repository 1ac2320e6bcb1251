"""Draw time, place and record number on a copy for print."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from media.decode import decoded
from media.derive import SCREEN_PX

BLACK = round(255 * 0.78)
"""The band is 78 % black: white text reads on it over snow, and the picture still shows through."""
QUALITY = 88
MEDIA_TYPE = "image/jpeg"
"""Not WebP: Word and WPS place a JPEG in a document everywhere."""
MAX_ROWS = 6
"""Rows that one line may take; a place name that needs more ends in "…", and the record number stays."""
SHORT_HASH = 12
_NEVER_FIRST = frozenset(",.;:!?)]}%°,。;:!?、)】」』》”’…—")
"""Marks that do not begin a line in Chinese typesetting (GB/T 15834)."""

_WORD = re.compile(r"[0-9A-Za-z.:+-]{2}")

Language = Literal["zh", "en"]
LABELS: dict[Language, tuple[str, str, str, str, str]] = {
    "zh": ("时间 ", "地点 ", "坐标 ", "编号 ", "校验 "),
    "en": ("Time ", "Place ", "Position ", "Record ", "Hash "),
}


@dataclass(frozen=True, slots=True)
class Caption:
    """What is drawn, all from our own record of the capture, nothing from the photo's metadata.

    `taken_at` is aware and drawn in its own zone. `lon`, `lat` are WGS 84 degrees, both or neither.
    """

    taken_at: datetime
    place: str
    record_number: str
    sha256: str
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None

    def lines(self, language: Language) -> tuple[str, ...]:
        """Return the caption, a labelled line for each thing known."""
        time, place, position, record, check = LABELS[language]
        zone = self.taken_at.strftime("%z")
        lines = [time + self.taken_at.strftime("%Y-%m-%d %H:%M:%S ") + f"{zone[:3]}:{zone[3:]}"]
        if self.place:
            lines.append(place + self.place)
        if self.lon is not None and self.lat is not None:
            around = "" if self.accuracy_m is None else f" ±{self.accuracy_m:.0f} m"
            lines.append(f"{position}{self.lon:.6f}, {self.lat:.6f}{around} (WGS 84)")
        lines.append(f"{record}{self.record_number}   {check}{self.sha256[:SHORT_HASH]}")
        return tuple(_plain(line) for line in lines)


def stamp(raw: bytes, caption: Caption, font: bytes, language: Language = "zh") -> bytes:
    """Return a JPEG copy, at most 1600 px, with the caption in a band along its lower edge.

    `font` is a font file (fonts/ has one); a sign it lacks is drawn as an empty box. A band that
    would hide more than two fifths of the picture is put below it instead.
    Errors: as `sniff`; Undecodable.
    """
    picture = decoded(raw, SCREEN_PX)
    size_px = max(14, picture.width // 44)
    letters = ImageFont.truetype(BytesIO(font), size_px, layout_engine=ImageFont.Layout.BASIC)
    margin_px = size_px // 2
    lines = _wrapped(caption.lines(language), letters, picture.width - 2 * margin_px)
    line_px = round(size_px * 1.4)
    band_px = line_px * len(lines) + margin_px
    copy = _with_band(picture, band_px)
    pen = ImageDraw.Draw(copy)
    top_px = copy.height - band_px + margin_px // 2
    for i, line in enumerate(lines):
        pen.text((margin_px, top_px + i * line_px), line, font=letters, fill=(255, 255, 255))
    out = BytesIO()
    copy.save(out, "JPEG", quality=QUALITY, exif=b"", icc_profile=b"", comment=b"")
    return out.getvalue()


def _with_band(picture: Image.Image, band_px: int) -> Image.Image:
    below_px = band_px if band_px > picture.height * 2 // 5 else 0
    copy = Image.new("RGB", (picture.width, picture.height + below_px))
    copy.paste(picture)
    corner = (0, copy.height - band_px)
    black = Image.new("RGB", (copy.width, band_px))
    copy.paste(black, corner, Image.new("L", black.size, BLACK))
    return copy


def _plain(text: str) -> str:
    """Return the text with control, direction and line characters as spaces: it is one line, as given."""
    return "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)


def _wrapped(lines: tuple[str, ...], letters: ImageFont.FreeTypeFont, width_px: int) -> list[str]:
    return [row for line in lines for row in _rows(line, letters, width_px)]


def _rows(line: str, letters: ImageFont.FreeTypeFont, width_px: int) -> list[str]:
    """Return the line cut where it no longer fits, as `_cut` allows; the last row may end in "…"."""
    rows: list[str] = []
    while line and len(rows) < MAX_ROWS:
        cut = _cut(line, _fitting(line, letters, width_px))
        rows.append(line[:cut].rstrip())
        line = line[cut:].lstrip()
    if line:
        rows[-1] = rows[-1][:-1] + "…"
    return rows


def _cut(line: str, fitting: int) -> int:
    """Return where to cut: not before a closing mark, nor within a number or a Latin word that fits a row."""
    for cut in range(fitting, 0, -1):
        if cut == len(line):
            return cut
        within_word = _WORD.fullmatch(line[cut - 1 : cut + 1])
        if line[cut] not in _NEVER_FIRST and not within_word:
            return cut
    return fitting


def _fitting(line: str, letters: ImageFont.FreeTypeFont, width_px: int) -> int:
    """Return how many signs fit, at least one; by halving, as a line may be long."""
    low, high = 1, min(len(line), width_px)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if letters.getlength(line[:middle]) <= width_px else (low, middle - 1)
    return low
