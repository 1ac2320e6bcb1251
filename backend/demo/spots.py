"""Report hazards at public spots that no grid holds for sure, so that the desk has grids to decide."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import shapely

from backend.demo.cast import CAST, COMMUNITIES, STAFF
from backend.demo.ground import Plot, plots
from backend.demo.hands import Hands, made_id
from backend.demo.pictures import picture
from backend.demo.register import code_of
from backend.demo.story import moment

_BEYOND_DEG: Final = 0.0011  # about 110 m, more than the phone's circle


@dataclass(frozen=True, slots=True)
class Spot:
    """What somebody found in public, and where the phone says that was."""

    login: str
    lon: float
    lat: float
    accuracy_m: float
    what: str
    description: str
    motif: str
    note: str


def spots() -> Iterator[Spot]:
    """Yield a spot on the street between two grids, one between two communities, and one outside all grids."""
    lans, fifth, last = (_plot(*who) for who in ((CAST["lan"], 0), (STAFF["worker5"], 1), (STAFF["worker9"], -1)))
    lon, lat = _street(lans, [plot for plot in plots() if plot.community == lans.community])
    yield Spot(
        "lan", lon, lat, 38.0, "消防通道被占", "小轿车停在消防车通道上，消防车转不过弯。", "lane", "两片交界的路口"
    )
    lon, lat = _street(fifth, [plot for plot in plots() if plot.community != fifth.community])
    note = f"{COMMUNITIES[fifth.community]}社区和邻社区交界的路边"
    yield Spot("worker5", lon, lat, 55.0, "电动车飞线或楼道充电", "路边飞线给电动自行车充电。", "charging", note)
    east = max(shapely.get_coordinates(last.shape), key=lambda corner: float(corner[0]))
    lon, lat = round(float(east[0]) + _BEYOND_DEG, 7), round(float(east[1]), 7)
    yield Spot("worker9", lon, lat, 24.0, "消防通道被占", "临时堆料堵住了消防车通道。", "lane", "街道边界外的施工便道")


def _plot(part: Any, place: int) -> Plot:
    return next(plot for plot in plots() if code_of(plot) == part.place_codes[place])


def _street(plot: Plot, others: list[Plot]) -> tuple[float, float]:
    """Return the middle of the longest street that a grid shares with one of the others."""
    lines = [shapely.line_merge(plot.shape.intersection(other.shape)) for other in others if other != plot]
    longest = max((part for line in lines for part in shapely.get_parts(line)), key=lambda part: part.length)
    middle = longest.interpolate(0.5, normalized=True)
    return round(middle.x, 7), round(middle.y, 7)


async def report_spots(hands: Hands, today: date) -> None:
    """Let each be reported yesterday afternoon with its photo, and wait for the desk."""
    chance = random.Random("spots")  # noqa: S311
    for number, spot in enumerate(spots()):
        at = moment(today - timedelta(days=1), 15 + number, 12)
        jpeg = picture(spot.motif, after=False, seed=9_000 + number)
        sha256 = await hands.send_photo(spot.login, at, jpeg, spot.lon, spot.lat)
        found = {
            "hazard_id": made_id(chance, at), "place_kind": "none", "track": "patrol", "category": "public_area",
            "what": [spot.what], "description": spot.description, "grade": "general",
            "advice": "请马上清走，保持畅通。", "proposed_due_days": 1,
            "photos": [{"sha256": sha256, "role": "before"}], "location_note": spot.note,
            "fix": {"lon": spot.lon, "lat": spot.lat, "accuracy_m": spot.accuracy_m, "crs": "wgs84", "source": "gps",
                    "taken_at": at.isoformat()},
        }  # fmt: skip
        await hands.write(spot.login, at, ("report_hazard", found))
