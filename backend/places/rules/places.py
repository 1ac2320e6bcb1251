"""Decide what a place needs, how codes nest, who may do what to a place, and how a telephone number is masked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backend.people.rules import Permission
from backend.problems import Problem


class AlreadyRegistered(Problem):
    """A place of that id or code exists; a code is never used twice."""

    status = 409
    title_en, title_zh = "Already registered", "已经登记过"
    detail_en = "{what} is already registered. Look it up in the list instead of registering it again."
    detail_zh = "{what} 已登记，请在列表中查找，无需重复登记。"


class CodeNotInside(Problem):
    """The code does not begin with the code of the place it should lie in."""

    status = 422
    title_en, title_zh = "Code does not fit", "编码不属于该区域"
    detail_en = "The code {code} does not begin with {outer}. Check both codes."
    detail_zh = "编码 {code} 不以 {outer} 开头，请核对两个编码。"


class GridsInvalid(Problem):
    """The grids do not tile their community; `report` says where."""

    status = 422
    title_en, title_zh = "The grids do not fit together", "网格图形有误"
    detail_en = "{faults} fault(s) in the grid file; nothing was imported. Mend the places named in the report."
    detail_zh = "网格文件有 {faults} 处问题，未导入任何网格。请按报告逐处修正后再导入。"


class GridFileUnreadable(Problem):
    """The file holds no grids that can be read; `reason_zh` and `reason_en` say why."""

    status = 422
    title_en, title_zh = "The file cannot be read", "文件无法读取"
    detail_en = "{reason_en}. Nothing was imported. Mend the file, or save it in another format, and choose it again."
    detail_zh = "{reason_zh}。未导入任何网格，请修正文件或另存为其他格式后重新选择。"


class SurveyGone(Problem):
    """The survey of a file is not kept any more, or was imported already."""

    status = 404
    title_en, title_zh = "Check the file again", "请重新检查文件"
    detail_en = "The check of this file is over a day old, or was imported already. Choose the file and check it again."
    detail_zh = "该文件的检查结果已过期或已导入，请重新选择文件并检查。"


class GroundMoved(Problem):
    """Grids have changed since somebody looked at what a change of them would mean."""

    status = 409
    title_en, title_zh = "The grids have changed", "网格已有变动"
    detail_en = "Somebody changed the grids after this was checked; nothing was done. Check it again."
    detail_zh = "检查之后网格又有变动，未作任何更改。请重新检查。"


class PlaceRetired(Problem):
    """The place is no longer in use on that day."""

    status = 409
    title_en, title_zh = "No longer in use", "该地点已停用"
    detail_en = "{what} was retired on {retired_on}. Choose the place that replaced it."
    detail_zh = "{what} 已于 {retired_on} 停用，请选择替代的地点。"


class RetiredBeforeStart(Problem):
    """A grid cannot end before it began."""

    status = 422
    title_en, title_zh = "Date too early", "停用日期过早"
    detail_en = "The grid came into force on {effective_on}; it cannot be retired before. Choose a later day."
    detail_zh = "该网格自 {effective_on} 起启用，停用日期不能更早，请另选日期。"


class NotYet(Problem):
    """The register says what is; a change is entered on the day it comes into force, or after."""

    status = 422
    title_en, title_zh = "Date in the future", "日期尚未到"
    detail_en = "{day} has not come yet. Enter the change on that day, or choose an earlier one."
    detail_zh = "{day} 尚未到，请在当日或之后登记，或改用更早的日期。"


class GridNotEmpty(Problem):
    """Places lie in the grid, and nothing says where they belong from now on."""

    status = 409
    title_en, title_zh = "Places still lie in this grid", "网格内仍有地点"
    detail_en = "{places} place(s) lie in grid {code}. Name the grids that replace it."
    detail_zh = "网格 {code} 内仍有 {places} 个地点，请填写替代它的网格编码。"


class NoContactPhone(Problem):
    """There is no number to reveal."""

    status = 404
    title_en, title_zh = "No telephone number", "没有联系电话"
    detail_en = "No telephone number is recorded for this place. Ask at the door, and record it with consent."
    detail_zh = "该地点没有登记联系电话。可上门询问，经同意后登记。"


class ReasonMissing(Problem):
    """A number is revealed only for a reason that somebody can check later."""

    status = 422
    title_en, title_zh = "Say why", "请填写原因"
    detail_en = "Write in at least {letters} characters why you need the number; it is kept in the log."
    detail_zh = "请用至少 {letters} 个字说明查看号码的原因，系统会留存记录。"


class PlaceKind(StrEnum):
    """The kinds of place that have a door."""

    HOUSEHOLD = "household"
    PREMISES = "premises"


class GridKind(StrEnum):
    """基础网格 covers the ground; 专属网格 is carved out of it for one site."""

    BASIC = "basic"
    DEDICATED = "dedicated"


class Use(StrEnum):
    """What a door leads to."""

    DWELLING = "dwelling"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Category:
    """A category of premises: its names, the word that counts it, and the checklist it is inspected by."""

    zh: str
    en: str
    counted_in: str
    checklist_id: str


CATEGORIES: dict[str, Category] = {
    "gas_station": Category("加油站", "Fuel station", "个", "ws.gas_station"),
    "school": Category("学校", "School", "所", "ws.school"),
    "market": Category("大型集贸专业市场", "Large trade/specialised market", "个", "ws.market"),
    "enterprise": Category("工矿商贸企业", "Industrial, mining and commercial enterprise", "个", "ws.enterprise"),
    "assembly": Category("超市以及ktv", "Supermarket and KTV", "个", "ws.assembly"),
    "residential": Category("居民小区", "Residential estate", "个", "ws.residential"),
}
"""The six categories of key premises. Source: the half-year summary's figures `safety.premises.*`."""

NEEDS: dict[str, Permission] = {
    "register_community": Permission.MANAGE_PLACES,
    "import_grids": Permission.MANAGE_PLACES,
    "import_grid_file": Permission.MANAGE_PLACES,
    "change_grids": Permission.MANAGE_PLACES,
    "undo_grid_change": Permission.MANAGE_PLACES,
    "retire_grid": Permission.MANAGE_PLACES,
    "register_building": Permission.MANAGE_PLACES,
    "register_household": Permission.VISIT,  # the worker at the door finds the room that the register lacks
    "register_households": Permission.MANAGE_PLACES,
    "register_premises": Permission.MANAGE_PLACES,
    "change_contact_phone": Permission.VISIT,
    "mark_needs_help": Permission.VISIT,
    "retire_place": Permission.MANAGE_PLACES,
}
"""Which permission each mutation of this slice asks for, at the place it is about."""

LEAST_REASON = 4
"""A reason for revealing a number has at least this many characters: 「回访」 alone says nothing."""


def why_not_nested(code: str, outer: str) -> Problem | None:
    """May a place of this code lie in the outer one? Codes nest by prefix, from the district down to the grid."""
    return None if code.startswith(outer) and len(code) > len(outer) else CodeNotInside(code=code, outer=outer)


def why_not_entered(day: date, today: date) -> Problem | None:
    """May a change that takes effect on a day be entered today?"""
    return None if day <= today else NotYet(day=day.isoformat())


def why_not_in_use(what: str, retired_on: date | None, on: date) -> Problem | None:
    """May a place still be used on a day?"""
    if retired_on is None or on < retired_on:
        return None
    return PlaceRetired(what=what, retired_on=retired_on.isoformat())


def why_not_reveal(reason: str, phone: str | None) -> Problem | None:
    """May a number be shown to somebody who holds the permission and gives this reason?"""
    if len(reason.strip()) < LEAST_REASON:
        return ReasonMissing(letters=LEAST_REASON)
    return None if phone else NoContactPhone()


def sealed_kind(place_kind: str) -> str:
    """Return as what a contact phone is sealed, so that it opens in no other place."""
    return f"{place_kind}.contact_phone"


def masked(phone: str | None) -> str:
    """Return a number as lists show it: enough to recognise it, too little to dial it (138****2107); '' for none."""
    digits = "".join(character for character in phone or "" if character.isdigit())
    if not digits:
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def rulebook() -> dict[str, object]:
    """Return the tables the phone shares: the categories with their words and checklists, and who may do what."""
    return {
        "places": {
            "categories": {
                name: {"zh": each.zh, "en": each.en, "counted_in": each.counted_in, "checklist_id": each.checklist_id}
                for name, each in CATEGORIES.items()
            },
            "permissions": {name: permission.value for name, permission in NEEDS.items()},
            "grid_notice": {
                "zh": "网格界线仅供工作使用, 不作为行政区划界线依据",
                "en": "Grid lines are working lines, not administrative boundaries",
            },
        }
    }
