"""Say in one table what leaves: the collections, each with its properties, their types, words and labels."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from backend.hazards.rules import LABELS, Stage
from backend.people.rules import DEPARTMENTS
from backend.places.rules import CATEGORIES, GridKind

Kind = Literal["text", "whole", "number", "yes_no", "day", "moment", "texts"]


class Name(StrEnum):
    """The collections, as they are called in addresses and in the scope of a token."""

    GRIDS = "grids"
    PREMISES = "premises"
    HAZARDS = "hazards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property of every feature of a collection.

    `labels` are its words with their label in Chinese, which leaves as a property of its own, `<name>_zh`.
    `asked` says whether it can be asked for by equality.
    """

    kind: Kind
    zh: str
    en: str
    labels: dict[str, str] = field(default_factory=dict)
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection: its titles, what it holds, and its properties by name, in the order in which they leave."""

    zh: str
    en: str
    about: str
    properties: dict[str, Property]

    @property
    def written(self) -> dict[str, Property]:
        """The properties with their Chinese labels beside them, as they are written."""
        found = {}
        for name, each in self.properties.items():
            found[name] = each
            if each.labels:
                found[f"{name}_zh"] = Property(
                    kind="text", zh=f"{each.zh}（中文）", en=f"{each.en}, in Chinese", asked=False
                )
        return found


def _hazard_labels(name: str) -> dict[str, str]:
    return {word: zh for word, (zh, _) in LABELS[name].items() if word != Stage.DRAFT}


COLLECTIONS: Final[dict[Name, Collection]] = {
    Name.GRIDS: Collection(
        zh="网格",
        en="Grids",
        about=(
            "网格及其启用、停用日期，停用的也在内；in_use=true 为今日在用，datetime 按启用期间筛选。"
            " Grids with the days on which they came into force and were retired; retired ones are included,"
            " in_use=true gives those in use today, and datetime those in use at that time."
        ),
        properties={
            "code": Property(kind="text", zh="编码", en="code, 15 digits"),
            "name": Property(kind="text", zh="名称", en="name"),
            "kind": Property(
                kind="text", zh="类型", en="kind",
                labels={GridKind.BASIC.value: "基础网格", GridKind.DEDICATED.value: "专属网格"},
            ),
            "community_code": Property(kind="text", zh="社区编码", en="code of the community, 12 digits"),
            "community_name": Property(kind="text", zh="社区", en="community"),
            "effective_on": Property(kind="day", zh="启用日期", en="first day in force"),
            "retired_on": Property(kind="day", zh="停用日期", en="first day no longer in force"),
            "in_use": Property(kind="yes_no", zh="今日在用", en="in use today"),
            "replaced_by": Property(kind="texts", zh="替代网格编码", en="codes of what replaced it", asked=False),
        },
    ),
    Name.PREMISES: Collection(
        zh="场所",
        en="Premises",
        about="在用的重点场所，不含联系人和电话。 Key premises in use; contacts and telephone numbers are left out.",
        properties={
            "name": Property(kind="text", zh="名称", en="name"),
            "category": Property(
                kind="text", zh="类别", en="category", labels={word: each.zh for word, each in CATEGORIES.items()}
            ),
            "address": Property(kind="text", zh="地址", en="address"),
            "grid_code": Property(kind="text", zh="网格编码", en="code of the grid"),
            "grid_name": Property(kind="text", zh="网格", en="grid"),
        },
    ),
    Name.HAZARDS: Collection(
        zh="隐患",
        en="Hazards",
        about=(
            "隐患及其办理状态，不含人员姓名、自由文字和住户门牌；datetime 按登记时间筛选。"
            " Hazards as they stand, without names of people, without free texts and without the door of a home;"
            " datetime selects by the moment of reporting."
        ),
        properties={
            "number": Property(kind="text", zh="编号", en="number"),
            "stage": Property(kind="text", zh="状态", en="stage", labels=_hazard_labels("stage")),
            "open": Property(kind="yes_no", zh="未办结", en="neither closed nor voided"),
            "grade": Property(kind="text", zh="等级", en="grade", labels=_hazard_labels("grade")),
            "category": Property(kind="text", zh="类别", en="category", labels=_hazard_labels("category")),
            "track": Property(kind="text", zh="来源", en="track", labels=_hazard_labels("track")),
            "what": Property(kind="texts", zh="隐患内容", en="what is wrong", asked=False),
            "place_kind": Property(kind="text", zh="地点类型", en="kind of place", labels=_hazard_labels("place_kind")),
            "place_name": Property(kind="text", zh="场所名称", en="name of the premises; none for a home"),
            "place_code": Property(kind="text", zh="网格编码", en="code of the grid, else of the subdistrict"),
            "department": Property(
                kind="text", zh="移送部门", en="department it was transferred to",
                labels={word: each["zh"] for word, each in DEPARTMENTS.items()},
            ),
            "reported_at": Property(kind="moment", zh="登记时间", en="reported at", asked=False),
            "due_on": Property(kind="day", zh="整改期限", en="to be rectified by"),
            "overdue": Property(kind="yes_no", zh="已逾期", en="overdue today"),
            "returned_count": Property(kind="whole", zh="退回次数", en="times sent back"),
            "suspended": Property(kind="yes_no", zh="责令停产停业", en="operations suspended"),
            "listed": Property(kind="yes_no", zh="挂牌督办", en="listed for supervision"),
            "photos_awaited": Property(kind="whole", zh="未到照片数", en="photos that have not arrived"),
            "closed_at": Property(kind="moment", zh="销号时间", en="closed at", asked=False),
            "joined_to": Property(kind="text", zh="并入编号", en="number of the hazard it was joined to"),
            "accuracy_m": Property(kind="number", zh="定位精度（米）", en="accuracy of the fix, metres", asked=False),
        },
    ),
}  # fmt: skip
