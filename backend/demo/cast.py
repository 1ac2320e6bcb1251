"""Name the people of the demo and of every test: one for each role, and a small staff for each community."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.demo.ground import GRIDS_PER_COMMUNITY
from backend.people.rules import Role

PASSWORD: Final = "gridwalk-demo"  # noqa: S105 — printed at every start of the demo
DISTRICT: Final = "450299"
TENANT: Final = "450299001"
OTHER_TENANT: Final = "450299002"
COMMUNITIES: Final = ("金绿洲", "和平", "中山花园", "龙福", "五菱", "柳工", "富丽嘉", "钢联", "宏都")
HEPING: Final = f"{TENANT}002"
GRID_1: Final = f"{HEPING}001"
GRID_2: Final = f"{HEPING}002"
NEXT_GRID: Final = f"{TENANT}003001"
OTHER_GRID: Final = f"{OTHER_TENANT}001001"
KTV: Final = UUID("018f0000-0000-7000-8000-0000000000f1")


@dataclass(frozen=True)
class Part:
    """One member of the cast and the postings that the mutations give."""

    number: int
    name: str
    role: Role
    place_codes: tuple[str, ...]
    premises_id: UUID | None = None
    department: str | None = None
    licence_number: str | None = None

    @property
    def id(self) -> UUID:
        """The same id in every run."""
        return UUID(int=(0x018F << 112) | (0x7 << 76) | (0b10 << 62) | self.number)


CAST: Final[dict[str, Part]] = {
    "min": Part(1, "敏", Role.SYS_ADMIN, (TENANT,)),
    "lan": Part(2, "兰", Role.GRID_WORKER, (GRID_1,)),
    "bo": Part(3, "波", Role.GRID_WORKER, (NEXT_GRID,)),
    "guo": Part(4, "果", Role.GRID_LEADER, (GRID_1, GRID_2)),
    "qin": Part(5, "琴", Role.COMMUNITY_ADMIN, (HEPING,)),
    "dai": Part(6, "戴", Role.DISPATCHER, (TENANT,)),
    "shen": Part(7, "申", Role.SUPERVISOR, (TENANT,)),
    "jing": Part(8, "静", Role.SUBDISTRICT_LEADER, (TENANT,)),
    "hai": Part(9, "海", Role.SAFETY_OFFICER, (TENANT,), licence_number="GX-450299-0017"),
    "tao": Part(10, "涛", Role.SAFETY_OFFICER, (TENANT,), licence_number="GX-450299-0023"),
    "wu": Part(11, "吴", Role.RESPONSIBLE_UNIT, (TENANT,), premises_id=KTV),
    "xiao": Part(12, "肖", Role.DEPARTMENT, (TENANT,), department="fire"),
    "gu": Part(13, "顾", Role.JOINT_COMMITTEE, (TENANT,)),
    "nobody": Part(14, "无岗", Role.GRID_WORKER, (GRID_1,)),
    "ming": Part(15, "明", Role.SYS_ADMIN, (OTHER_TENANT,)),
    "zhou": Part(16, "周", Role.GRID_WORKER, (OTHER_GRID,)),
}
FIRST: Final = {TENANT: "min", OTHER_TENANT: "ming"}
NAMES: Final = {TENANT: "XX街道", OTHER_TENANT: "YY街道"}

_SURNAMES: Final = ("韦", "黄", "覃", "莫", "陆", "梁", "罗", "蒙", "卢")


def _staff(community: int) -> dict[str, Part]:
    """Return the three people who work in a community of the demo, beside the cast."""
    code, surname = f"{TENANT}{community + 1:03d}", _SURNAMES[community]
    grids = tuple(f"{code}{number:03d}" for number in range(1, GRIDS_PER_COMMUNITY[community] + 1))
    first = 100 + 10 * community
    return {
        f"worker{community + 1}": Part(first, f"{surname}工", Role.GRID_WORKER, grids),
        f"leader{community + 1}": Part(first + 1, f"{surname}长", Role.GRID_LEADER, grids),
        f"admin{community + 1}": Part(first + 2, f"{surname}安", Role.COMMUNITY_ADMIN, (code,)),
    }


STAFF: Final[dict[str, Part]] = {
    login: part for community in range(len(COMMUNITIES)) for login, part in _staff(community).items()
}
