"""Put what is wrong with drawn grids into words, each fault with its place, its area and what one may agree to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from geo import coverage
from geo.flaws import Flaw
from geo.geojson import Fault
from geo.grids import Grid
from geo.points import LonLat

FLAW_ZH = {"overlap": "重叠", "gap": "空隙"}


@dataclass(frozen=True, slots=True)
class Report:
    """What keeps grids from tiling their ground; `is_only_slivers` when closing thin strips would mend all of it."""

    flaws: tuple[Flaw, ...]
    others: list[dict[str, object]]
    is_only_slivers: bool

    @property
    def is_clean(self) -> bool:
        """Do the grids tile their ground?"""
        return not (self.flaws or self.others)


NO_FLAWS = Report((), [], is_only_slivers=False)


def flaws_in(grids: Sequence[Grid], ours: Collection[str] | None = None) -> Report:
    """Return everything that keeps grids from tiling; of flaws between grids only those that touch one of `ours`."""
    found = coverage.report(grids)

    def touched(codes: Collection[str]) -> bool:
        return ours is None or any(code in ours for code in codes)

    others = [fault("invalid", f"网格 {each.code} 图形无效", f"grid {each.code}: {each.reason}", place=each.place)
              for each in found.invalid if touched((each.code,))]  # fmt: skip
    others += [fault("duplicate", f"重复: {'、'.join(each.codes)}", f"the same {each.kind}: {', '.join(each.codes)}")
               for each in found.duplicates if touched(each.codes)]  # fmt: skip
    wide = tuple(each for each in (*found.overlaps, *found.gaps) if touched(each.codes))
    slivers = tuple(each for each in found.slivers if touched(each.codes))
    return Report((*wide, *slivers), others, bool(slivers) and not wide and not others)


def flaw(each: Flaw) -> dict[str, object]:
    """Return an overlap or a gap in words."""
    codes = "、".join(each.codes)
    size = f"{each.area_m2:.1f} m², {each.width_m:.2f} m"
    told = fault(each.kind, f"{FLAW_ZH[each.kind]} ({codes}): {size}", f"{each.kind} ({', '.join(each.codes)}): {size}",
                 place=each.place)  # fmt: skip
    return told | {"area_m2": round(each.area_m2, 2)}


def of_feature(each: Fault) -> dict[str, object]:
    """Return what is wrong with a feature in words, and the repair to agree to if there is one."""
    told = fault("feature", each.zh, each.en, each.feature, each.place)
    return told | {"agree": None if each.repair is None else each.repair.value}


def fault(kind: str, zh: str, en: str, feature: int | None = None, place: LonLat | None = None) -> dict[str, object]:
    """Return one fault as JSON says it; `agree` names what the person may agree to instead of mending it."""
    at = None if place is None else [place.lon, place.lat]
    return {"kind": kind, "zh": zh, "en": en, "feature": feature, "at": at, "agree": None, "area_m2": None}
