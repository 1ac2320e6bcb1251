"""Draw grids anew inside the ground that they cover: split, merge, carve, redraw; shared edges stay exactly shared.

All of it is done on one net of lines, rounded to the lattice and noded: every piece, and every neighbour, is a union of
faces of that net. So whatever touched before touches still, corner by corner, and no ground is lost or claimed twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo import coverage
from geo.distance import DEGREE_M
from geo.errors import BadEdit
from geo.grids import Grid
from geo.points import LonLat
from geo.slivers import LEAST_WIDTH_M, is_thin, strips

LATTICE = 10.0**-coverage.DECIMALS
NEAR_DEG = 10 * LATTICE
"""Grids this near to each other (10 cm) are neighbours."""
SNAP_M = 0.5
"""What is drawn this near to a corner or an edge is meant to lie on it."""
NOTHING_M2 = 1.0
"""Less ground than this beside the drawn grids is a slip of the hand, not a wish."""

Shape = shapely.Polygon | shapely.MultiPolygon
Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Piece:
    """A new grid's ground, and the codes of the grids from which it comes, the largest share first.

    `is_carved` tells the polygon that was drawn from what it leaves of the grids around it.
    """

    shape: Shape
    of: tuple[str, ...]
    is_carved: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit makes: the codes that end, the pieces that follow, always in the same order.

    `noded` are neighbours whose ground is the same and whose rings gained a corner where a new border meets them.
    """

    ended: tuple[str, ...]
    pieces: tuple[Piece, ...]
    noded: Mapping[str, Shape]


def split(grids: Sequence[Grid], code: str, line: Sequence[LonLat]) -> Edited:
    """Return the two pieces into which a line from edge to edge cuts a grid.

    Errors: BadEdit.
    """
    return _divided(grids, _chosen(grids, [code], 1), line)


def merge(grids: Sequence[Grid], codes: Sequence[str]) -> Edited:
    """Return the one piece that neighbours become.

    Errors: BadEdit.
    """
    chosen = _chosen(grids, codes, 2)
    net = _Net(grids, chosen)
    net.connected()
    return _edited(grids, chosen, [(_union(net.faces[np.isin(net.owner, chosen)]), False)], net)


def redraw(grids: Sequence[Grid], codes: Sequence[str], line: Sequence[LonLat]) -> Edited:
    """Return the two pieces that two neighbours become when a line from edge to edge is the border between them.

    Errors: BadEdit.
    """
    chosen = _chosen(grids, codes, 2)
    if len(chosen) != 2:
        raise BadEdit("Choose the two grids whose border is drawn anew", "请选择要重画边界的两个相邻网格")
    _Net(grids, chosen).connected()
    return _divided(grids, chosen, line)


def carve(grids: Sequence[Grid], ring: Sequence[LonLat]) -> Edited:
    """Return the drawn polygon as a piece of its own, first, and what is left of each grid that it lies in.

    Errors: BadEdit.
    """
    polygon = _polygon(_snapped(ring, grids))
    taken = shapely.intersection([grid.shape for grid in grids], polygon) if grids else np.array([], dtype=object)
    chosen = [i for i, ground in enumerate(taken) if not shapely.is_empty(ground) and _m2(ground) > NOTHING_M2]
    outside = shapely.difference(polygon, shapely.union_all(taken))
    if not chosen or _m2(outside) > NOTHING_M2:
        raise BadEdit("Part of the polygon lies outside all grids of the community", "所画范围有一部分在本社区网格之外")
    net = _Net(grids, chosen, shapely.get_exterior_ring(polygon), keep_borders=True)
    inside = shapely.contains_xy(polygon, shapely.get_coordinates(net.points))
    pieces = [(_union(net.faces[inside & np.isin(net.owner, chosen)]), True)]
    for i in chosen:
        left = net.faces[~inside & (net.owner == i)]
        if len(left):
            pieces.append((_union(left), False))
            if _parts(pieces[-1][0]) > _parts(grids[i].shape):
                raise BadEdit(
                    f"What is left of grid {grids[i].code} would fall apart; split that grid first",
                    f"网格 {grids[i].code} 余下的部分会断成几块，请先拆分该网格",
                )
    return _edited(grids, chosen, pieces, net)


def _chosen(grids: Sequence[Grid], codes: Sequence[str], least: int) -> list[int]:
    at = {grid.code: i for i, grid in enumerate(grids)}
    unknown = [code for code in codes if code not in at]
    if unknown or len(set(codes)) < least:
        raise BadEdit(
            f"Grid {unknown[0]} is not in use" if unknown else f"Choose at least {least} grid(s)",
            f"网格 {unknown[0]} 不在用" if unknown else f"请至少选择 {least} 个网格",
        )
    return sorted(at[code] for code in set(codes))


def _divided(grids: Sequence[Grid], chosen: Sequence[int], line: Sequence[LonLat]) -> Edited:
    ground = _ground([grids[i].shape for i in chosen])
    drawn = _snapped(line, [*(grids[i] for i in chosen), Grid("whole", ground)])
    if len(drawn) < 2:
        raise BadEdit("The line needs at least two points", "界线至少需要两个点")
    # Only what lies inside cuts: a line drawn past the edge does not reach into the neighbours.
    cut = shapely.intersection(shapely.LineString(drawn), shapely.buffer(ground, 3 * LATTICE, join_style="mitre"))
    net = _Net(grids, chosen, cut)
    faces = list(net.faces[np.isin(net.owner, chosen)])
    whole = [part for part in faces if any(part.equals(each) for each in shapely.get_parts(ground))]
    cut_off = [part for part in faces if not any(part is each for each in whole)]
    if len(cut_off) != 2:
        raise BadEdit(
            "The line has to cross the ground once, from edge to edge, so that two pieces come of it",
            "界线须从一侧边界画到另一侧，恰好分成两块",
        )
    cut_off.sort(key=_place)
    largest = max(range(2), key=lambda i: float(shapely.area(cut_off[i])))
    cut_off = [_union([part, *(whole if i == largest else [])]) for i, part in enumerate(cut_off)]
    if len(chosen) == 2 and all(any(part.equals(grids[i].shape) for i in chosen) for part in cut_off):
        raise BadEdit("The line is the border as it is", "所画界线与现有边界相同")
    return _edited(grids, chosen, [(part, False) for part in cut_off], net)


class _Net:
    """The lines of the chosen grids, of their neighbours and of what is drawn, noded into faces with owners."""

    def __init__(
        self,
        grids: Sequence[Grid],
        chosen: Sequence[int],
        drawn: shapely.Geometry | None = None,
        keep_borders: bool = False,
    ) -> None:
        shapes = coverage.rounded([grid.shape for grid in grids])
        self.chosen = chosen
        mine = shapes[list(chosen)]
        near = shapely.STRtree(shapes).query(mine, predicate="dwithin", distance=NEAR_DEG)[1]
        self.neighbours = sorted(set(near.tolist()) - set(chosen))
        lines = [shapely.boundary(shapes[i]) for i in self.neighbours]
        lines += list(shapely.boundary(mine)) if keep_borders else [shapely.boundary(_ground(mine))]
        lines += [] if drawn is None else [drawn]
        net = shapely.union_all(np.array(lines, dtype=object), grid_size=LATTICE)
        self.faces: Shapes = coverage.rounded(shapely.get_parts(shapely.polygonize(shapely.get_parts(net))))
        self.points = shapely.point_on_surface(self.faces)
        self.owner = np.full(len(self.faces), -1)
        known = [*chosen, *self.neighbours]
        for face, at in shapely.STRtree(shapes[known]).query(self.points, predicate="intersects").T:
            self.owner[face] = known[at]
        self.shapes = shapes

    def connected(self) -> None:
        """Let grids pass that hang together along edges, or raise BadEdit."""
        mine = self.shapes[list(self.chosen)]
        if _parts(_ground(mine)) > sum(_parts(each) for each in mine) - (len(mine) - 1):
            raise BadEdit("The grids are not neighbours: they share no border", "所选网格不相邻，没有共同的边界")

    def noded(self) -> dict[int, Shape]:
        """Return the neighbours whose rings gained corners."""
        made = {i: _union(self.faces[self.owner == i]) for i in self.neighbours if (self.owner == i).any()}
        return {i: shape for i, shape in made.items() if shapely.normalize(shape) != shapely.normalize(self.shapes[i])}


def _edited(grids: Sequence[Grid], chosen: Sequence[int], made: list[tuple[Shape, bool]], net: _Net) -> Edited:
    """Return the edit, if every piece is broad enough to be a grid and all of them tile as the grids did."""
    old = [grids[i].shape for i in chosen]
    for shape, _ in made:
        if is_thin(shape) or strips(shape, old):
            raise BadEdit(
                f"A piece would be a sliver of less than {LEAST_WIDTH_M:.0f} m; draw on the border, or away from it",
                f"会产生宽不足 {LEAST_WIDTH_M:.0f} 米的狭条，请沿边界画，或离边界远一些",
            )
    noded = net.noded()
    pieces = [Piece(shape, _shares(shape, grids, chosen), is_carved) for shape, is_carved in made]
    edited = Edited(
        tuple(grids[i].code for i in chosen), tuple(pieces), {grids[i].code: shape for i, shape in noded.items()}
    )
    _check(grids, edited)
    return edited


def _check(grids: Sequence[Grid], edited: Edited) -> None:
    """Let an edit pass that leaves the ground as covered as it was, or raise BadEdit."""
    kept = [Grid(g.code, edited.noded.get(g.code, g.shape)) for g in grids if g.code not in edited.ended]
    new = [Grid(f"new {i}", piece.shape) for i, piece in enumerate(edited.pieces)]
    near = [grid for grid in kept if any(grid.shape.distance(piece.shape) < NEAR_DEG for piece in edited.pieces)]
    found = coverage.report([*near, *new])
    names = {grid.code for grid in new}
    flaws = [each for each in (*found.overlaps, *found.gaps, *found.slivers) if names & set(each.codes)]
    before = sum(_m2(grid.shape) for grid in grids if grid.code in edited.ended)
    after = sum(_m2(piece.shape) for piece in edited.pieces)
    if found.invalid or flaws or abs(after - before) > NOTHING_M2 + before * 1e-4:
        raise BadEdit("The pieces would not tile the ground; draw the line anew", "分出的各块不能严密拼合，请重画")


def _shares(shape: Shape, grids: Sequence[Grid], chosen: Sequence[int]) -> tuple[str, ...]:
    ground = {grids[i].code: _m2(shapely.intersection(shape, grids[i].shape)) for i in chosen}
    shared = [code for code, m2 in ground.items() if m2 > NOTHING_M2]
    return tuple(sorted(shared, key=lambda code: (-round(ground[code]), code)))


def _snapped(points: Sequence[LonLat], grids: Sequence[Grid]) -> list[tuple[float, float]]:
    """Return drawn points on the lattice, those beside a corner or an edge on it, repeated ones once."""
    borders = (
        shapely.union_all([shapely.boundary(grid.shape) for grid in grids]) if grids else shapely.MultiLineString()
    )
    corners = shapely.MultiPoint(shapely.get_coordinates(borders))
    made: list[tuple[float, float]] = []
    for each in points:
        point = shapely.Point(each.lon, each.lat)
        for target in (corners, borders):
            if not shapely.is_empty(target) and point.distance(target) * DEGREE_M <= SNAP_M:
                point = shapely.Point(shapely.get_coordinates(shapely.shortest_line(target, point))[0])
                break
        place = (round(point.x, coverage.DECIMALS), round(point.y, coverage.DECIMALS))
        if not made or made[-1] != place:
            made.append(place)
    return made


def _polygon(ring: list[tuple[float, float]]) -> shapely.Polygon:
    corners = ring[:-1] if ring and ring[0] == ring[-1] else ring
    polygon = shapely.Polygon(corners) if len(corners) >= 3 else None
    if polygon is None or not polygon.is_valid or polygon.area == 0:
        raise BadEdit(
            "The polygon needs at least three corners, and its edges must not cross",
            "范围至少需要三个角点，且边线不能相交",
        )
    return polygon


def _ground(shapes: Sequence[shapely.Geometry] | Shapes) -> Shape:
    """Return what shapes cover together, also where one has a corner on the other's edge."""
    return shapely.union_all(coverage.rounded(shapes), grid_size=LATTICE)  # type: ignore[return-value]


def _union(shapes: Sequence[shapely.Geometry] | Shapes) -> Shape:
    """Return what shapes with exactly shared corners cover; rings as RFC 7946 winds them."""
    made = shapely.coverage_union_all(np.asarray(shapes, dtype=object))
    polygons = [each for each in shapely.get_parts(made) if shapely.get_type_id(each) == shapely.GeometryType.POLYGON]
    whole = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return shapely.orient_polygons(shapely.normalize(whole))


def _parts(shape: shapely.Geometry) -> int:
    return int(shapely.get_num_geometries(shape))


def _place(shape: shapely.Geometry) -> tuple[float, ...]:
    return tuple(round(float(each), 5) for each in shapely.get_coordinates(shapely.centroid(shape))[0])


def _m2(shape: shapely.Geometry) -> float:
    return float(coverage.areas_m2([shape])[0]) if not shapely.is_empty(shape) else 0.0
