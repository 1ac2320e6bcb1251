"""Find the files of grids in what was uploaded: one file, or a zip whose entries are trusted in nothing."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo.errors import GeoError

UPLOAD_BYTES = 32_000_000
UNPACKED_BYTES = 192_000_000
ENTRIES = 300
CHUNK_BYTES = 1 << 16

MAPS = frozenset({".shp", ".gpkg", ".kml", ".geojson", ".json"})
BESIDE_SHP = frozenset({".shx", ".dbf", ".prj", ".cpg"})
PACKED = frozenset({".zip", ".kmz", ".rar", ".7z", ".tar", ".gz", ".tgz"})
FIRST_BYTES = {
    ".shp": (b"\x00\x00\x27\x0a",),
    ".gpkg": (b"SQLite format 3\x00",),
    ".kml": (b"<", b"\xef\xbb\xbf<"),
    ".geojson": (b"{", b"\xef\xbb\xbf{"),
}
"""How each format begins; white space before it does not count in the two that are text."""


class Unreadable(GeoError):
    """A file that is no file of grids, or that asks for more than reading one needs."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of grids under a name of ours; `name` is what it was called, `kind` its format by suffix."""

    name: str
    kind: str
    path: Path


def unpack(upload: Path, name: str, folder: Path) -> list[Source]:
    """Return the files of grids in an upload, at least one; what was packed is written into the folder.

    Errors: Unreadable.
    """
    with upload.open("rb") as file:
        head = file.read(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _unzip(upload, folder)
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in PACKED or head.startswith((b"Rar!", b"7z\xbc\xaf")):
        raise Unreadable("it is packed, but not as a zip: pack it anew as .zip", "不是 zip 压缩包, 请改用 .zip 打包")
    if suffix == ".shp":
        raise Unreadable(
            "a .shp alone holds no codes or names: pack .shp, .shx, .dbf and .prj into one .zip",
            "单独的 .shp 没有编码和名称, 请把 .shp、.shx、.dbf、.prj 一起打成一个 .zip",
        )
    own = folder / f"0{_kind(suffix, head, name)}"
    shutil.copyfile(upload, own)
    return [Source(name, own.suffix, own)]


def _kind(suffix: str, head: bytes, name: str) -> str:
    """Return the format that a file's name promises and its first bytes keep."""
    kind = ".geojson" if suffix == ".json" else suffix
    if kind not in FIRST_BYTES:
        raise Unreadable(
            f"{name} is none of .zip (Shapefile), .gpkg, .kml, .kmz and .geojson",
            f"{name} 不是 .zip (Shapefile)、.gpkg、.kml、.kmz 或 .geojson 文件",
        )
    begins = head if kind in (".shp", ".gpkg") else head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begins.startswith(FIRST_BYTES[kind]):
        raise Unreadable(
            f"{name} is not what its name says: its content is no {kind}", f"{name} 的内容不是 {kind} 格式"
        )
    return kind


def _unzip(upload: Path, folder: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(upload) as archive:
            wanted = {entry_name(each): each for each in _checked(archive)}
            return _extracted(archive, wanted, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as error:
        raise Unreadable(f"the zip is damaged ({error})", "压缩包已损坏, 请重新打包") from None


def _checked(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield the entries that belong to maps; an entry that no honest program writes refuses the whole zip."""
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise Unreadable(f"the zip has more than {ENTRIES} entries", f"压缩包内超过 {ENTRIES} 个文件")
    if sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise _too_big()
    for entry in entries:
        name = entry_name(entry)
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name or stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable(
                f"the zip names a file outside itself ({name[:60]})", f"压缩包内有越界的路径 ({name[:60]}), 不予读取"
            )
        if entry.flag_bits & 1:
            raise Unreadable("the zip has a password: pack it without one", "压缩包有密码, 请去掉密码后再打包")
        if path.suffix.lower() in PACKED:
            raise Unreadable("the zip holds another archive: unpack it first", "压缩包里还有压缩包, 请先解开里面的一层")
        is_hidden = path.name.startswith(".") or "__MACOSX" in path.parts
        if path.suffix.lower() in MAPS | BESIDE_SHP and not entry.is_dir() and not is_hidden:
            yield entry


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Windows programs write GBK where the standard says code page 437."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _extracted(archive: zipfile.ZipFile, wanted: dict[str, zipfile.ZipInfo], folder: Path) -> list[Source]:
    """Write what belongs together under one number of ours, whatever it was called."""
    sources: list[Source] = []
    room = [UNPACKED_BYTES]
    maps = [name for name in sorted(wanted) if PurePosixPath(name).suffix.lower() in MAPS]
    for number, name in enumerate(maps):
        stem, suffix = name[: -len(PurePosixPath(name).suffix)], PurePosixPath(name).suffix.lower()
        kind = ".geojson" if suffix == ".json" else suffix
        own = folder / f"{number}{kind}"
        _copy(archive, wanted[name], own, room)
        with own.open("rb") as file:
            _kind(kind, file.read(512), name)
        beside = [each for each in wanted if each[: len(stem)] == stem and each[len(stem) :].lower() in BESIDE_SHP]
        for each in beside if kind == ".shp" else ():
            _copy(archive, wanted[each], own.with_suffix(each[len(stem) :].lower()), room)
        if kind == ".shp" and not own.with_suffix(".dbf").exists():
            raise Unreadable(f"{name} lacks its .dbf, where codes and names are", f"{name} 缺少同名的 .dbf (属性表)")
        sources.append(Source(name, kind, own))
    if not sources:
        raise Unreadable("the zip holds no .shp, .gpkg, .kml or .geojson", "压缩包里没有 .shp、.gpkg、.kml 或 .geojson")
    return sources


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, room: list[int]) -> None:
    """Unpack one entry, counting what really comes: what a zip says of its sizes may be a lie."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("the zip is packed by an unusual method: pack it anew", "压缩方式不常见, 请重新打包为普通 zip")
    with archive.open(entry) as packed, to.open("wb") as file:
        while chunk := packed.read(CHUNK_BYTES):
            room[0] -= len(chunk)
            if room[0] < 0:
                raise _too_big()
            file.write(chunk)


def _too_big() -> Unreadable:
    most = UNPACKED_BYTES // 1_000_000
    return Unreadable(f"unpacked, the zip is larger than {most} MB", f"解压后超过 {most} MB")
