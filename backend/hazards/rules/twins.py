"""Decide whether two hazards may be one, and whether one of them may be joined to the other."""

from dataclasses import dataclass
from typing import Final

from backend.hazards.rules.words import LABELS, OPEN_STAGES, Category, Grade, PlaceKind, Stage
from backend.problems import Problem
from geo.distance import metres
from geo.points import LonLat

# How far from each other two records of one thing may stand, in metres: what a walker calls "the same spot".
TWIN_RADIUS_M: Final[dict[str, int]] = {
    Category.HOUSEHOLD: 20, Category.GAS_STATION: 30, Category.SCHOOL: 50, Category.MARKET: 30,
    Category.ENTERPRISE: 60, Category.ASSEMBLY: 30, Category.RESIDENTIAL: 50, Category.PUBLIC_AREA: 30,
}  # fmt: skip
TWIN_ACCURACY_M: Final = 50
"""Of what the two positions do not know themselves, at most this is added: beyond it everything would be near."""
GRAVITY: Final[dict[str, int]] = {
    Grade.GENERAL: 0,
    Grade.SUSPECTED_MAJOR: 1,
    Grade.CONFIRMED_MAJOR: 2,
    Grade.LIFE_THREATENING: 2,
}
"""A graver one is never joined to a lesser: the danger would be worked on by the lesser one's grade."""


class JoinedToItself(Problem):
    """A hazard names itself as the one that stays."""

    title_zh, title_en = "不能并入自己", "It cannot be joined to itself"
    detail_zh = "留下的和并入的是同一条（{number}）。请选另一条作为留下的。"
    detail_en = "The one that stays and the one that is joined are the same ({number}). Choose another one to stay."


class OtherSubdistrict(Problem):
    """The two hazards lie in different subdistricts, which count and work apart."""

    title_zh, title_en = "不在同一街道", "Not in one subdistrict"
    detail_zh = "{number} 和 {one} 不在同一街道，不能合并。可以：在情况说明里写明，请那边核对。"
    detail_en = (
        "{number} and {one} lie in different subdistricts and cannot be joined. You can: add a note and ask there."
    )


class KeptHasEnded(Problem):
    """The one that should stay is no longer open: a danger that is open would end with nobody working on it."""

    status = 409
    title_zh, title_en = "留下的那条已经结束", "The one that stays has ended"
    detail_zh = "{number} 现在是“{stage_zh}”，不能再并到它上面。可以：接着办 {one}；隐患已消除的，按步骤复查销号。"
    detail_en = "{number} is “{stage_en}”, so nothing is joined to it. You can: go on with {one}."


class JoinedHere(Problem):
    """The one that should stay has been joined to this very hazard: somebody else was first, the other way round."""

    status = 409
    title_zh, title_en = "已经并好了", "They are joined already"
    detail_zh = "有人先把 {number} 并入 {one} 了，留下的是 {one}，不用再并。请接着办 {one}。"
    detail_en = "Somebody joined {number} to {one} first, so {one} stays and nothing is left to join. Go on with {one}."


class KeptWasJoined(Problem):
    """The one that should stay was itself joined to a third: there are no chains."""

    status = 409
    title_zh, title_en = "留下的那条已并入别条", "The one that stays was joined itself"
    detail_zh = "{number} 已并入 {joined_to}。请改为把 {one} 并入 {joined_to}。"
    detail_en = "{number} was joined to {joined_to}. Join {one} to {joined_to} instead."


class HoldsJoined(Problem):
    """Another hazard was joined to this one before; if it were joined on, that one would lead to a voided hazard."""

    status = 409
    title_zh, title_en = "已有别条并入它", "Others were joined to it"
    detail_zh = (
        "{held} 已并入 {one}，要留下它。可以：把 {number} 并入 {one}；两条都有并入的，就作废一条，理由里写编号。"
    )
    detail_en = (
        "{held} was joined to {one}, so it must stay. You can: join {number} to {one}; if both hold others, "
        "void one of them with the number in the reason."
    )


class MustStay(Problem):
    """The one that would be joined is graver, or under an order that the other is not: voided, nobody would see it."""

    status = 409
    title_zh, title_en = "要留下更重的那条", "The graver one must stay"
    detail_zh = "{one} {why_zh}，并走了就看不到了，要留下它。可以：反过来，把 {number} 并入 {one}。"
    detail_en = "{one} {why_en}, which nobody would see, so it must stay. You can: join {number} to {one} instead."


class NotSamePlace(Problem):
    """The two hazards are at different doors or premises, or one is in a home and the other is not."""

    title_zh, title_en = "不是同一地点", "Not the same place"
    detail_zh = "{one} 在“{place_zh}”，{number} 在“{other_zh}”，不能合并。可以：各办各的；登记错的，用“作废”写明理由。"
    detail_en = (
        "{one} is at “{place_en}”, {number} at “{other_en}”, so they are not joined. "
        "You can: work on each, or void the one reported by mistake, with the reason."
    )


class TooFarApart(Problem):
    """In public the two stand farther from each other than the radius of their category and their circles reach."""

    title_zh, title_en = "相距太远", "Too far apart"
    detail_zh = (
        "{one} 和 {number} 相距约 {metres} 米，这里 {radius_m} 米内才能合并。可以：各办各的；登记错的，作废并写明理由。"
    )
    detail_en = (
        "{one} and {number} are about {metres} m apart; here they are joined within {radius_m} m. "
        "You can: work on each, or void the one reported by mistake, with the reason."
    )


class NoPositionToCompare(Problem):
    """In public nothing but positions says whether two are at one spot, and one of the two has none."""

    title_zh, title_en = "没有定位，比不了", "No position to compare"
    detail_zh = (
        "{one} 或 {number} 登记时没有定位，不知道是不是同一处。可以：到现场看；确是同一件，作废一条，理由里写编号。"
    )
    detail_en = (
        "{one} or {number} was reported without a position, so nobody can tell whether it is one spot. "
        "You can: look on site; if it is the same, void one with the number in the reason."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """What is compared of a hazard that may be another one; `held` is the number of one that was joined to it."""

    id: str
    number: str
    tenant: str
    stage: Stage
    place_kind: PlaceKind
    place_id: str | None
    place_name: str
    category: str
    grade: Grade
    suspended: bool
    listed: bool
    position: LonLat | None
    accuracy_m: float | None
    duplicate_of: str | None = None
    joined_to: str | None = None
    held: str | None = None


def why_not_joined(one: Twin, kept: Twin) -> Problem | None:
    """May a hazard be joined to the one that stays? None when so, else the refusal that says what to do.

    Whether they show the same thing is for the person to judge who has both before him.
    """
    if one.id == kept.id:
        return JoinedToItself(number=kept.number)
    if one.tenant != kept.tenant:
        return OtherSubdistrict(one=one.number, number=kept.number)
    if kept.duplicate_of == one.id:
        return JoinedHere(one=one.number, number=kept.number)
    if kept.duplicate_of is not None:
        return KeptWasJoined(one=one.number, number=kept.number, joined_to=kept.joined_to)
    if kept.stage not in OPEN_STAGES:
        zh, en = LABELS["stage"][kept.stage]
        return KeptHasEnded(one=one.number, number=kept.number, stage=kept.stage, stage_zh=zh, stage_en=en)
    if one.held is not None:
        return HoldsJoined(one=one.number, number=kept.number, held=one.held)
    return _must_stay(one, kept) or why_not_one_place(one, kept)


def _must_stay(one: Twin, kept: Twin) -> Problem | None:
    whys = (
        (GRAVITY[one.grade] > GRAVITY[kept.grade], "判得更重", "is graded higher"),
        (one.suspended and not kept.suspended, "已责令停产停业", "is under a suspension order"),
        (one.listed and not kept.listed, "已挂牌督办", "is listed for supervision"),
    )
    return next(
        (MustStay(one=one.number, number=kept.number, why_zh=zh, why_en=en) for holds, zh, en in whys if holds), None
    )


def why_not_one_place(one: Twin, other: Twin) -> Problem | None:
    """Can two hazards be at one place? At the same door or premises, else in public by the radius of their category.

    Premises and a spot in public are compared by distance, too: two people meet one locked exit, and one of them
    reports the street before it.
    """
    kinds = {one.place_kind, other.place_kind}
    if PlaceKind.NONE not in kinds or PlaceKind.HOUSEHOLD in kinds:
        same = len(kinds) == 1 and one.place_id is not None and one.place_id == other.place_id
        return (
            None
            if same
            else NotSamePlace(one=one.number, number=other.number, **_place(one, "place"), **_place(other, "other"))
        )
    if one.position is None or other.position is None:
        return NoPositionToCompare(one=one.number, number=other.number)
    unknown_m = min(TWIN_ACCURACY_M, (one.accuracy_m or 0) + (other.accuracy_m or 0))
    radius_m = max(TWIN_RADIUS_M[one.category], TWIN_RADIUS_M[other.category]) + unknown_m
    apart_m = metres(one.position, other.position)
    if apart_m <= radius_m:
        return None
    return TooFarApart(one=one.number, number=other.number, metres=round(apart_m), radius_m=round(radius_m))


def _place(twin: Twin, name: str) -> dict[str, str]:
    zh, en = LABELS["place_kind"][twin.place_kind]
    return {f"{name}_zh": twin.place_name or zh, f"{name}_en": twin.place_name or en}
