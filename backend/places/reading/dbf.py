"""Read the table of a Shapefile, in whatever encoding it is: without a .cpg nobody says, and most are in GBK."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from backend.places.reading.containers import Unreadable

LANGUAGE_BYTES = {0x4D: "gb18030"}
"""The language driver of dBASE that is meant when written: code page 936; others say Western things by default."""
CALLED = {"gb18030": "GBK", "utf-8": "UTF-8"}
RECORDS_READ = 5_000
END_OF_FIELDS = 0x0D


class Encoding(NamedTuple):
    """How texts are decoded, how that is called, and who said so: the person, the .cpg, the table, or its bytes."""

    codec: str
    name: str
    said_by: str


def encoding_of(shp: Path, stated: str | None) -> Encoding:
    """Return the encoding in which every text of the table can be read: the stated one, or the likeliest.

    Errors: Unreadable when there is none, or the stated one does not fit.
    """
    language, texts = _texts(shp.with_suffix(".dbf"))
    if stated is not None:
        if not _fits(stated, texts):
            raise Unreadable(f"the table is not in {CALLED[stated]}", f"属性表不是 {CALLED[stated]} 编码")
        return Encoding(stated, CALLED[stated], "person")
    for codec, said_by in ((_of_cpg(shp), "cpg"), (LANGUAGE_BYTES.get(language), "dbf"), ("utf-8", "bytes"),
                           ("gb18030", "bytes")):  # fmt: skip
        if codec is not None and _fits(codec, texts):
            return Encoding(codec, CALLED[codec], said_by)
    raise Unreadable("the table is neither in UTF-8 nor in GBK", "属性表既不是 UTF-8 也不是 GBK 编码")


def _of_cpg(shp: Path) -> str | None:
    cpg = shp.with_suffix(".cpg")
    said = cpg.read_bytes()[:40].decode("ascii", "replace").strip().lower() if cpg.exists() else ""
    if said in ("utf-8", "utf8", "65001"):
        return "utf-8"
    return "gb18030" if said in ("gbk", "gb2312", "gb18030", "936", "cp936", "ansi 936", "oem 936") else None


def _fits(codec: str, texts: list[bytes]) -> bool:
    return all(_decodes(text, codec) for text in texts)


def _decodes(text: bytes, codec: str) -> bool:
    """Can a text be read? A field of fixed width may cut its last character."""
    for cut in range(4):
        try:
            text[: len(text) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        return True
    return False


@dataclass(frozen=True, slots=True)
class _Column:
    name: bytes
    is_text: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Layout:
    language: int
    count: int
    first_byte: int
    record_bytes: int
    columns: list[_Column]


def records(shp: Path, codec: str) -> tuple[list[str], Iterator[list[object]]]:
    """Return the names of the fields, and the records in the order of their shapes, those struck out too.

    Read here and not by GDAL, which gives up at a character that a field's width has cut in two.
    """
    layout = _layout(shp.with_suffix(".dbf"))
    names = [column.name.decode(codec, "ignore") for column in layout.columns]
    return names, (
        [_value(record[column.start : column.end], column, codec) for column in layout.columns]
        for record in _raw(shp.with_suffix(".dbf"), layout)
    )


def _value(raw: bytes, column: _Column, codec: str) -> object:
    text = raw.rstrip(b" \0").decode(codec, "ignore").strip()
    if column.is_text or not text:
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _texts(dbf: Path) -> tuple[int, list[bytes]]:
    """Return the language byte, and the names of the fields with the texts of the first records."""
    layout = _layout(dbf)
    texts = [column.name for column in layout.columns]
    for record in islice(_raw(dbf, layout), RECORDS_READ):
        texts += [record[each.start : each.end].rstrip(b" \0") for each in layout.columns if each.is_text]
    return layout.language, [text for text in texts if text and not text.isascii()]


def _raw(dbf: Path, layout: _Layout) -> Iterator[bytes]:
    with dbf.open("rb") as file:
        file.seek(layout.first_byte)
        for _ in range(layout.count):
            record = file.read(layout.record_bytes)
            if len(record) < layout.record_bytes:
                return
            yield record


def _layout(dbf: Path) -> _Layout:
    with dbf.open("rb") as file:
        head = file.read(32)
        count, head_bytes, record_bytes = struct.unpack_from("<IHH", head, 4) if len(head) == 32 else (0, 0, 0)
        fields = file.read(max(head_bytes - 32, 0))
    if head_bytes < 33 or record_bytes < 1 or len(fields) < head_bytes - 33:
        raise Unreadable("the .dbf is no table", "属性表 (.dbf) 已损坏或不是 dBASE 格式")
    columns, at = [], 1  # a record begins with its mark of deletion
    for first in range(0, len(fields) - 31, 32):
        if fields[first] == END_OF_FIELDS:
            break
        name, width = fields[first : first + 11].partition(b"\0")[0], fields[first + 16]
        columns.append(_Column(name, fields[first + 11 : first + 12] == b"C", at, at + width))
        at += width
    return _Layout(head[29], count, head_bytes, record_bytes, columns)
