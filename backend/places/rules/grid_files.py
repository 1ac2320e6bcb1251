"""Decide whether the grids of a surveyor's file may come into force: columns to codes, and how they fit the ground."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.places.rules.faults import NO_FLAWS, Report, fault, flaw, flaws_in
from backend.places.rules.grids import LONGEST_NAME, DrawnGrid, Survey
from backend.places.rules.places import GridKind
from geo import coverage
from geo.geojson import Feature
from geo.grids import Grid

COLUMNS = ("code", "name", "kind")
"""What a grid needs of its file: its code and name; where no column says its kind, it is a basic grid."""

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "code": (
        "code",
        "grid_code",
        "gridcode",
        "网格编码",
        "网格编",
        "网格代码",
        "编码",
        "代码",
        "wgbm",
        "wgdm",
        "bm",
        "dm",
    ),
    "name": ("name", "grid_name", "gridname", "网格名称", "网格名", "名称", "wgmc", "mc"),
    "kind": ("kind", "网格类型", "类型", "wglx", "lx"),
}
"""What surveyors call the columns, the likeliest first, letters in either case; and what ten bytes of UTF-8 leave."""

KINDS: dict[str, GridKind] = {
    **dict.fromkeys(("", "basic", "基础", "基础网格", "普通网格", "一般网格"), GridKind.BASIC),
    **dict.fromkeys(("dedicated", "专属", "专属网格", "专业网格"), GridKind.DEDICATED),
}

NEAR_DEG = 1e-5
"""Grids within about a metre of each other are neighbours."""

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a file's grids are laid beside: the subdistrict, the communities that may receive grids, the grids in use.

    `used_codes` are all codes that ever were, those of retired grids too.
    """

    tenant: str
    communities: Collection[str]
    grids: Sequence[Grid]
    used_codes: Collection[str]


def guessed_columns(fields: Mapping[str, Sequence[object]]) -> dict[str, str]:
    """Return which field (with samples of its values) is likely the code, the name and the kind; some may be absent."""
    lowered = {field.lower(): field for field in reversed(list(fields))}
    found = {
        column: next(lowered[name] for name in names if name in lowered)
        for column, names in USUAL_NAMES.items()
        if any(name in lowered for name in names)
    }
    coded = [field for field, samples in fields.items() if samples and all(_is_code(_text(each)) for each in samples)]
    if coded and found.get("code") not in coded:
        found["code"] = coded[0]
    return found


def why_not_columns(columns: Mapping[str, str], fields: Collection[str]) -> list[dict[str, object]]:
    """Return as faults which columns are not chosen, or not in the file."""
    lacking = [column for column in ("code", "name") if column not in columns]
    unknown = [field for column, field in columns.items() if column not in COLUMNS or field not in fields]
    said = [fault("columns", f"请选择哪一列是 {column}", f"choose which field is the {column}") for column in lacking]
    return said + [
        fault("columns", f"文件里没有「{field}」列", f"the file has no field “{field}”") for field in unknown
    ]


def survey_features(
    features: Sequence[Feature], columns: Mapping[str, str], standing: Standing, agreed: Collection[str]
) -> Survey:
    """Return what bringing features into force would mean. Slow: seconds for thousands, so in a child process.

    `columns` names the field of each of COLUMNS; `agreed` what the person agrees to, of the names that faults propose.
    """
    drawn, faults = _drawn(features, columns, standing)
    if faults:
        return Survey(tuple(drawn), faults)
    found = _report(drawn, standing)
    notes: list[dict[str, object]] = []
    mended = _mended(drawn, standing) if found.is_only_slivers else None
    if mended is not None and "clean" in agreed:
        (drawn, notes), found = mended, NO_FLAWS
    faults = [flaw(each) for each in found.flaws] + found.others
    faults = [{**each, "agree": None if mended is None else "clean"} for each in faults]
    if "exclave" not in agreed:
        faults += _exclaves(drawn, standing)
    return Survey(tuple(drawn), faults, notes)


def _drawn(
    features: Sequence[Feature], columns: Mapping[str, str], standing: Standing
) -> tuple[list[DrawnGrid], list[dict[str, object]]]:
    shapes = coverage.rounded([feature.shape for feature in features])
    drawn, faults, first = [], [], dict.fromkeys(standing.used_codes, 0)
    for feature, shape in zip(features, shapes, strict=True):
        said = {column: _text(feature.properties.get(field)) for column, field in columns.items()}
        wrong = _wrong(said, standing, first)
        if wrong is not None:
            faults.append(fault("property", wrong[0], wrong[1], feature.number))
            continue
        first[said["code"]] = feature.number
        drawn.append(DrawnGrid(said["code"], said["name"], KINDS[said.get("kind", "").lower()], shape))
    return drawn, faults


def _wrong(said: Mapping[str, str], standing: Standing, first: Mapping[str, int]) -> tuple[str, str] | None:
    """Return in Chinese and English what is wrong with what a feature says of itself."""
    code, name, kind = said.get("code", ""), said.get("name", ""), said.get("kind", "")
    if not _is_code(code):
        return f"网格编码须为 15 位数字, 现为「{code[:40]}」", f"a grid's code has 15 digits, not “{code[:40]}”"
    if not code.startswith(standing.tenant):
        return (
            f"编码 {code} 不属于本街道 {standing.tenant}",
            f"code {code} is not of subdistrict {standing.tenant}",
        )
    if code[:12] not in standing.communities:
        return (
            f"编码 {code} 的社区 {code[:12]} 未登记或不归您管理",
            f"community {code[:12]} of code {code} is not registered, or not yours to change",
        )
    if code in first:
        told = first[code]
        return (
            f"编码 {code} 与第 {told} 个图形重复" if told else f"编码 {code} 已使用过, 网格不可改号重画",
            f"code {code} repeats feature {told}" if told else f"code {code} is used already; no code comes twice",
        )
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return (
            f"网格名称须为 1 至 {LONGEST_NAME} 个字, 现为「{name[:40]}」",
            f"a grid's name has 1 to {LONGEST_NAME} characters, not “{name[:40]}”",
        )
    if kind.lower() not in KINDS:
        return f"网格类型「{kind[:40]}」应为基础网格或专属网格", f"kind “{kind[:40]}” is neither basic nor dedicated"
    return None


def _text(value: object) -> str:
    """Return a field's value as text; a code that a table keeps as a number comes without its point."""
    if value is None or isinstance(value, (list, dict, bool)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip()


def _is_code(text: str) -> bool:
    return len(text) == 15 and text.isascii() and text.isdigit()


def _report(drawn: Sequence[DrawnGrid], standing: Standing) -> Report:
    """Return the flaws that the drawn grids have or bring: what was amiss before among others is not theirs."""
    ours = {grid.code for grid in drawn}
    return flaws_in([*standing.grids, *(Grid(each.code, each.shape) for each in drawn)], ours)


def _mended(drawn: Sequence[DrawnGrid], standing: Standing) -> tuple[list[DrawnGrid], list[dict[str, object]]] | None:
    """Return the grids with slivers between them closed, and by how much; None where that leaves a flaw.

    Grids in force stay as they are: a sliver that only they could close is left to a person.
    """
    before = np.array([*(grid.shape for grid in standing.grids), *(each.shape for each in drawn)], dtype=object)
    after, held = coverage.cleaned(before), len(standing.grids)
    grids = [DrawnGrid(old.code, old.name, old.kind, shape) for old, shape in zip(drawn, after[held:], strict=True)]
    moved = held and not bool(np.all(shapely.equals(coverage.rounded(before[:held]), after[:held])))
    if moved or bool(np.any(shapely.is_empty(after))) or not _report(grids, standing).is_clean:
        return None
    moved_m2 = np.abs(coverage.areas_m2(after[held:]) - coverage.areas_m2(before[held:]))
    changed, most_m2 = int((moved_m2 > 0).sum()), float(moved_m2.max())
    zh = f"已闭合细缝: {changed} 个网格的边界有变动, 面积最多变动 {most_m2:.1f} m²"
    en = f"slivers closed: {changed} grids changed, each by at most {most_m2:.1f} m²"
    return grids, [{"kind": "clean", "zh": zh, "en": en}]


def _exclaves(drawn: Sequence[DrawnGrid], standing: Standing) -> list[dict[str, object]]:
    """Return the new grids that border on other communities' grids and on none of their own."""
    codes = [*(each.code for each in drawn), *(grid.code for grid in standing.grids)]
    shapes = np.array([*(each.shape for each in drawn), *(grid.shape for grid in standing.grids)], dtype=object)
    size = Counter(code[:12] for code in codes)
    mine, near = shapely.STRtree(shapes).query(shapes[: len(drawn)], predicate="dwithin", distance=NEAR_DEG)
    around: dict[int, set[str]] = {}
    for i, j in zip(mine.tolist(), near.tolist(), strict=True):
        if i != j:
            around.setdefault(i, set()).add(codes[j][:12])
    return [
        _exclave(drawn[i], sorted(others))
        for i, others in sorted(around.items())
        if codes[i][:12] not in others and size[codes[i][:12]] > 1
    ]


def _exclave(grid: DrawnGrid, others: Sequence[str]) -> dict[str, object]:
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(grid.shape))[0]
    told = fault(
        "outside",
        f"网格 {grid.code} 不与本社区相邻, 而在社区 {'、'.join(others)} 之间; 若确是飞地, 请确认",
        f"grid {grid.code} borders on none of its community but on {', '.join(others)}; agree if it is an exclave",
    )
    return told | {"at": [round(float(lon), 7), round(float(lat), 7)], "agree": "exclave"}
