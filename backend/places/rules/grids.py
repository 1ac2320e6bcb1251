"""Decide whether drawn grids may become the grids of a community: each fault by its place, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from backend.places.rules.faults import fault, flaw, flaws_in, of_feature
from backend.places.rules.places import GridKind
from geo import coverage
from geo.errors import GeoError
from geo.geojson import FaultyFeatures, Feature, Limits, read_document
from geo.grids import Grid

LIMITS = Limits(features=500)
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class DrawnGrid:
    """A grid of the file that can be used; the shape is WGS 84, rounded to the lattice its neighbours share."""

    code: str
    name: str
    kind: GridKind
    shape: shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file of grids would bring: its usable grids, all that is wrong and what was put right, as JSON says it."""

    grids: tuple[DrawnGrid, ...]
    faults: list[dict[str, object]] = field(default_factory=list)
    notes: list[dict[str, object]] = field(default_factory=list)

    def report(self) -> dict[str, object]:
        """Return the report that the importer reads."""
        return {"is_clean": not self.faults, "grids": [grid.code for grid in self.grids], "faults": self.faults}


def survey(community_code: str, crs: str, document: object, standing: Sequence[Grid]) -> Survey:
    """Return what importing a GeoJSON document into a community would bring.

    Shapes: `standing` are the grids of the community that stay in use beside the new ones.
    Slow: a tenth of a second for a hundred grids, so not on the event loop.
    """
    try:
        features = read_document(document, crs, limits=LIMITS)
    except FaultyFeatures as error:
        return Survey((), [of_feature(each) for each in error.faults])
    except GeoError as error:
        return Survey((), [fault("file", error.zh, error.en)])
    drawn, faults = _drawn(features, community_code, {grid.code for grid in standing})
    if not faults:
        found = flaws_in([*standing, *(Grid(each.code, each.shape) for each in drawn)])
        faults = found.others + [flaw(each) for each in found.flaws]
    return Survey(tuple(drawn), faults)


def _drawn(
    features: Sequence[Feature], community_code: str, standing: set[str]
) -> tuple[list[DrawnGrid], list[dict[str, object]]]:
    shapes = coverage.rounded([feature.shape for feature in features])
    drawn, faults, known = [], [], set(standing)
    for feature, shape in zip(features, shapes, strict=True):
        wrong = _wrong(feature.properties, community_code, known)
        if wrong is not None:
            faults.append(fault("property", wrong[0], wrong[1], feature.number))
            continue
        code, name = str(feature.properties["code"]), str(feature.properties["name"]).strip()
        known.add(code)
        drawn.append(DrawnGrid(code, name, GridKind(str(feature.properties.get("kind", "basic"))), shape))
    return drawn, faults


def _wrong(properties: Mapping[str, object], community_code: str, known: set[str]) -> tuple[str, str] | None:
    """Return in Chinese and English what is wrong with the properties of a feature."""
    code, name = properties.get("code"), properties.get("name")
    if not isinstance(code, str) or len(code) != 15 or not (code.isascii() and code.isdigit()):
        return "code 须为 15 位数字的文本", "code must be a text of 15 digits"
    if not code.startswith(community_code):
        return f"编码 {code} 不属于社区 {community_code}", f"code {code} is not of community {community_code}"
    if code in known:
        return f"编码 {code} 已使用过, 网格不可改号重画", f"code {code} is used already; a code is never used twice"
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        return f"name 须为 1 至 {LONGEST_NAME} 个字的文本", f"name must be a text of 1 to {LONGEST_NAME} characters"
    if properties.get("kind", "basic") not in set(GridKind):
        return "kind 须为 basic 或 dedicated", "kind must be basic or dedicated"
    return None
