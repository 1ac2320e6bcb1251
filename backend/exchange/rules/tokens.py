"""Decide about tokens: how many, for how long, for which place, and when one no longer opens anything."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from backend.exchange.rules.collections import Name
from backend.people.rules import Permission, Person, Reach, not_your_role, reach, why_not
from backend.problems import Malformed, Problem

MOST_TOKENS: Final = 10
MOST_DAYS: Final = 366
PREFIX: Final = "gridwalk_"
"""By it a token is known where it does not belong, such as in a script that is about to be published."""


class TokenUnknown(Problem):
    """The token is none of ours, or has expired, or was revoked; which of them is not told."""

    status = 401
    title_en, title_zh = "Token not accepted", "令牌无效"
    detail_en = (
        "Send a token as `Authorization: Bearer …`, or as the password of any name. This one is missing, unknown,"
        " expired or revoked; its owner makes a new one in Gridwalk under Data interface."
    )
    detail_zh = (
        "请以 Authorization: Bearer … 提交令牌，或任填用户名、以令牌为密码。该令牌缺失、不存在、已过期或已停用，"
        "请持有人在巡格“数据接口”中重新创建。"
    )


class TooManyTokens(Problem):
    """Somebody holds as many tokens as one may."""

    status = 409
    title_en, title_zh = "Too many tokens", "令牌数量已达上限"
    detail_en = "You hold {most} tokens already. Revoke one that is no longer used, then make the new one."
    detail_zh = "您已有 {most} 个令牌，请先停用不再使用的令牌，再创建新的。"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who asks with a token: whose it is, and what it opens today."""

    token_id: UUID
    person: Person
    reach: Reach
    collections: tuple[Name, ...]


def why_not_make(person: Person, place_code: str, living: int, *, on: date) -> Problem | None:
    """Return why this person may not make a token that reads a place: not his to export, or too many already."""
    refusal = why_not(person, Permission.EXPORT, place_code, on=on)
    if refusal is not None:
        return refusal
    return TooManyTokens(most=MOST_TOKENS) if living >= MOST_TOKENS else None


def reach_of_export(person: Person, within: str | None, *, on: date) -> Reach | Problem:
    """Return what this person may take out of a place, of all his places without one; or why nothing."""
    if within is not None and re.fullmatch("[0-9]{6}(?:[0-9]{3}){0,3}", within) is None:
        return Malformed.at("/query/within", "a place code has 6, 9, 12 or 15 digits")
    owned = reach_of_token(person, within or "", on=on)
    if within is not None:
        return why_not(person, Permission.EXPORT, within, on=on) or owned
    return owned if owned.prefixes else not_your_role(Permission.EXPORT)


def reach_of_token(person: Person, place_code: str, *, on: date) -> Reach:
    """Return what a token opens on a day: where its owner may export on that day, within the place it was made for.

    Nothing is reached by a key: what one sees because one reported it, or is named on it, does not leave.
    """
    owned = reach(person, on, Permission.EXPORT).prefixes
    narrowed = {
        place_code if place_code.startswith(prefix) else prefix for prefix in owned if _meet(prefix, place_code)
    }
    return Reach(prefixes=tuple(sorted(narrowed)), ancestors=frozenset(), keys=frozenset())


def _meet(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
