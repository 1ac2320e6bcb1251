"""Say what stands in the demo subdistrict: its 90 key premises, and the buildings with their doors."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from backend.demo.cast import COMMUNITIES, KTV, TENANT
from backend.demo.ground import Plot, plots, points_in

# How many of each category stand in each community, in the order of COMMUNITIES: 3 + 5 + 5 + 34 + 10 + 33 = 90.
# Source: the synthetic fixture that adds up to a published half-year summary.
PREMISES: Final = {
    "gas_station": (0, 1, 0, 0, 0, 1, 0, 0, 1),
    "school": (1, 0, 1, 0, 1, 1, 1, 0, 0),
    "market": (0, 1, 1, 1, 0, 0, 1, 1, 0),
    "enterprise": (2, 4, 2, 3, 7, 8, 2, 4, 2),
    "assembly": (2, 1, 1, 1, 1, 1, 1, 1, 1),
    "residential": (4, 4, 4, 3, 4, 4, 4, 3, 3),
}
_NAMES: Final = {
    "gas_station": ("{}加油站",),
    "school": ("{}小学", "{}幼儿园"),
    "market": ("{}农贸市场", "{}建材市场"),
    "enterprise": (
        "{}机械加工厂", "{}汽配仓储部", "{}木器加工厂", "{}印刷厂", "{}食品加工厂", "{}纸箱厂", "{}五金制品厂",
        "{}冷库",
    ),
    "assembly": ("{}量贩KTV", "{}生活超市"),
    "residential": ("{}新村", "{}花园", "{}小区", "{}苑"),
}  # fmt: skip
_TITLES: Final = {
    "gas_station": "站长", "school": "后勤负责人", "market": "市场管理方", "enterprise": "安全员", "assembly": "店长",
    "residential": "物业经理",
}  # fmt: skip
_PHONES: Final = "1380000{:04d}"  # no such number is given out
DOORS_IN_LANS_GRID: Final = 384


@dataclass(frozen=True, slots=True)
class Site:
    """One of the 90 key premises."""

    id: UUID
    community: int
    grid_code: str
    category: str
    name: str
    lon: float
    lat: float
    title: str
    phone: str


@dataclass(frozen=True, slots=True)
class House:
    """A building and its doors, as (id, unit, floor, room)."""

    id: UUID
    grid_code: str
    name: str
    lon: float
    lat: float
    units: int
    floors: int
    doors: list[tuple[UUID, str, int, str]] = field(default_factory=list)


def _id(kind: int, number: int) -> UUID:
    return UUID(int=(0x018F << 112) | (kind << 96) | (0x7 << 76) | (0b10 << 62) | number)


def code_of(plot: Plot) -> str:
    """Return the 15 digits of a grid."""
    return f"{TENANT}{plot.community + 1:03d}{plot.sequence:03d}"


def sites() -> list[Site]:
    """Return the 90 key premises, the same every time; the KTV of Heping stands in its first grid."""
    chance = random.Random("premises")  # noqa: S311
    found: list[Site] = []
    for category, counts in PREMISES.items():
        for community, count in enumerate(counts):
            own = [plot for plot in plots() if plot.community == community]
            for number in range(count):
                names = _NAMES[category]
                plot = own[(number * 3 + len(category)) % len(own)]
                is_ktv = category == "assembly" and COMMUNITIES[community] == "和平"
                if is_ktv:
                    plot = own[0]
                ((lon, lat),) = points_in(plot.shape, 1, chance)
                name = names[(number + (0 if is_ktv else community)) % len(names)].format(COMMUNITIES[community])
                serial = len(found) + 1
                site_id = KTV if is_ktv else _id(0xB, serial)
                found.append(
                    Site(
                        site_id, community, code_of(plot), category, name, lon, lat, _TITLES[category],
                        _PHONES.format(serial),
                    )
                )  # fmt: skip
    return found


def houses() -> Iterator[House]:
    """Yield the buildings of every grid with about 3,000 doors in all; Lan's grid is the busiest."""
    chance = random.Random("houses")  # noqa: S311
    door = building = 0
    for plot in plots():
        code, community = code_of(plot), COMMUNITIES[plot.community]
        wanted = DOORS_IN_LANS_GRID if code == f"{TENANT}002001" else chance.choice((24, 36, 36, 48))
        number = 0
        while wanted > 0:
            number, building = number + 1, building + 1
            units, floors = (2, 6) if wanted > 48 else chance.choice(((1, 6), (2, 6), (1, 7)))
            ((lon, lat),) = points_in(plot.shape, 1, chance)
            estate = _NAMES["residential"][plot.sequence % 4].format(community)
            name = f"{estate}{plot.sequence}区 {number}栋" if plot.sequence > 4 else f"{estate} {number}栋"
            house = House(_id(0xC, building), code, name, lon, lat, units, floors)
            for unit in range(1, units + 1):
                for floor in range(1, floors + 1):
                    for room in (1, 2):
                        door += 1
                        house.doors.append((_id(0xD, door), f"{unit}单元", floor, f"{floor}{room:02d}"))
            wanted -= len(house.doors)
            yield house
