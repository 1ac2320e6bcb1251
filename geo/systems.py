"""The reference systems that a person may state for a file of grids, and whether the file itself says otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.crs import crs_named
from geo.errors import UnknownReferenceSystem
from geo.gauss_kruger import FALSE_EASTING_M, ZONES, Zone, to_degrees
from geo.points import Crs

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class System:
    """Degrees of a datum, or metres of a zone; `name` is as the person states it."""

    name: str
    datum: Crs
    zone: Zone | None = None

    def strays(self, positions: Floats) -> Floats:
        """Return those of positions (n × 2) that cannot be of its zone; degrees have none, and are checked later."""
        if self.zone is None:
            return positions[:0]
        return positions[~self.zone.holds(positions[:, 0], positions[:, 1])]

    def degrees(self, positions: Floats) -> Floats:
        """Return positions (n × 2) in degrees of its datum."""
        if self.zone is None:
            return positions
        return np.column_stack(to_degrees(self.zone, positions[:, 0], positions[:, 1]))


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says that it is drawn in: degrees of a datum that we know, a zone, or something else by its name."""

    name: str
    is_degrees: bool = False
    zones: tuple[Zone, ...] = ()


def system_named(name: str | None) -> System:
    """Return the system of that name: wgs84, cgcs2000, gcj02, bd09, or EPSG:4326, 4490, 4513-4554.

    Errors: UnknownReferenceSystem.
    """
    code = re.fullmatch(r"(?:epsg:)?(\d{4})", (name or "").strip().lower())
    if code is None:
        datum = crs_named((name or "").strip().lower())
        return System(datum.value, datum)
    number = int(code[1])
    if number in (4326, 4490):
        datum = Crs.WGS84 if number == 4326 else Crs.CGCS2000
        return System(datum.value, datum)
    if number not in ZONES:
        raise UnknownReferenceSystem(
            f"EPSG:{number} is not read here; state wgs84, cgcs2000, gcj02, bd09 or a zone of EPSG:4513 to 4554, "
            "or convert the file first",
            f"不支持 EPSG:{number}, 请选择 wgs84、cgcs2000、gcj02、bd09 或 EPSG:4513 至 4554 的分带, 或先转换文件",
        )
    return System(f"EPSG:{number}", Crs.CGCS2000, ZONES[number])


def declared(text: str | None) -> Declared | None:
    """Return what an authority's code or the WKT of a .prj declares; None when nothing is said."""
    if not text or not text.strip():
        return None
    code = re.search(r"epsg:+(?:\d[\d.]*:)?(\d{4,6})$", text.strip().lower()) if len(text) < 80 else None
    if code is not None:
        number = int(code[1])
        zones = (ZONES[number],) if number in ZONES else ()
        return Declared(f"EPSG:{number}", number in (4326, 4490), zones)
    if text.strip().lower().endswith("crs84"):
        return Declared("CRS84", is_degrees=True)
    return _declared_wkt(text)


def _declared_wkt(text: str) -> Declared:
    name = re.search(r'"([^"]{1,80})"', text)
    called = name[1] if name else text.strip()[:40]
    known = re.search(
        r"china[_ ]2000|china[_ ]geodetic[_ ]coordinate[_ ]system[_ ]2000|cgcs[_ ]?2000", text, re.IGNORECASE
    )
    if not re.search(r"\bPROJ(CS|CRS)\b", text):
        return Declared(called, is_degrees=bool(known or re.search(r"wgs[_ ]?(19)?84", text, re.IGNORECASE)))
    meridian, easting = (_parameter(text, each) for each in (r"(?:central_meridian|longitude of natural origin)",
                                                              r"(?:false_easting|false easting)"))  # fmt: skip
    drawn = re.search(r"transverse[_ ]mercator|gauss[_ ]kruger", text, re.IGNORECASE)
    if not (known and drawn) or meridian is None or easting is None:
        return Declared(called)
    zones = (zone for zone in ZONES.values() if zone.meridian_deg == meridian and zone.false_easting_m == easting)
    return Declared(called, zones=tuple(zones))


def _parameter(text: str, name: str) -> float | None:
    found = re.search(rf'"{name}"\s*,\s*(-?\d+(?:\.\d+)?)', text, re.IGNORECASE)
    return float(found[1]) if found else None


def contradiction(system: System, says: Declared | None) -> tuple[str, str] | None:
    """Return in Chinese and English how a file contradicts the person; None where it does not, or says nothing.

    Degrees are degrees: drawing programs write WGS 84 over anything, so which datum they are of the person knows.
    """
    if says is None or (says.is_degrees and system.zone is None) or (system.zone and system.zone in says.zones):
        return None
    return (
        f"文件声明的坐标系是 {says.name}, 与所选的 {system.name} 不符; 请改选坐标系, 或先转换文件",
        f"the file declares {says.name}, which is not {system.name} as stated: state another system, or convert it",
    )


def hint(x: float, y: float) -> tuple[str, str] | None:
    """Return in Chinese and English what numbers seem to be that are no positions of the stated system, if anything."""
    if abs(x) <= 180 and abs(y) <= 90:
        return "看起来是经纬度", "these look like degrees"
    if _fits(x, y):
        number = round((x - FALSE_EASTING_M) / 1_000_000)
        other = next((each for each in ZONES.values() if each.prefixed and each.number == number), None)
        if other is None:
            return "像是不带带号的投影坐标, 请核对中央经线", "these look like metres without a zone: find its meridian"
        return f"横坐标带有带号 {number}, 可能是 EPSG:{other.epsg}", (
            f"the eastings carry zone {number}, as in EPSG:{other.epsg}"
        )
    if _fits(y, x):
        return "横纵坐标可能颠倒了, 应先写东坐标", "northing seems to come first: write easting, then northing"
    return None


def _fits(x: float, y: float) -> bool:
    at = np.array([x]), np.array([y])
    return any(bool(zone.holds(*at)[0]) for zone in ZONES.values())
