"""Tell the life of one hazard of the demo: found, dispatched, repaired, looked at again and closed, or stuck."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from backend.demo.answers import IN_PERSON
from backend.demo.hands import Hands, made_id
from backend.demo.pictures import picture
from backend.demo.subjects import motif_of
from backend.visits.rules import Finding
from geo import LonLat
from geo.crs import to_gcj02

SHIFTED_PHONE: Final = "worker3"
"""Whose phone says GCJ-02 and calls it WGS 84: the desk is told."""


def _chips(words: str) -> list[str]:
    """Return what was tapped of an item's words: the first two parts."""
    return [part.strip() for part in re.split("[、；，]|或", words)][:2]


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a hazard, and the people who deal with it there."""

    kind: str  # premises | household
    id: UUID
    category: str
    name: str
    title: str
    lon: float
    lat: float
    community: int
    worker: str  # the grid worker who finds, and works on behalf of those without an account
    leader: str
    admin: str


@dataclass(frozen=True, slots=True)
class Found:
    """A hazard as it was found: where, when, by which item of which visit, and how it is to end."""

    where: Where
    at: datetime
    finding: Finding
    checklist: Mapping[str, Any]
    visit_id: UUID
    track: str
    ending: str
    grade: str | None = None


class Lives:
    """Writes hazards, each step by the person whose step it is."""

    def __init__(self, hands: Hands, chance: random.Random) -> None:
        self._hands, self._chance = hands, chance
        self._shot = 0

    async def live(self, found: Found) -> UUID:
        """Return the id of a hazard that was reported and has gone as far as its ending says."""
        hazard_id = made_id(self._chance, found.at)
        finder = self.finder(found)
        before = await self._photo(found, finder, found.at, after=False)
        await self._hands.write(finder, found.at, ("report_hazard", self._report(found, hazard_id, before)))
        await self._go(found, hazard_id)
        return hazard_id

    def finder(self, found: Found) -> str:
        """Return who finds: an officer on the inspection track, else the grid worker."""
        return "hai" if found.track == "inspection" else found.where.worker

    async def _go(self, found: Found, hazard_id: UUID) -> None:
        if found.ending == "registered":
            return
        if found.ending == "closed_on_site":
            await self._fix_on_site(found, hazard_id)
        elif found.ending.startswith("transferred"):
            await self._transfer(found, hazard_id)
        elif found.ending == "voided":
            reason = "与同一处所前日登记的隐患重复，作废。"
            await self._write("jing", found.at + timedelta(hours=20), "void_hazard", hazard_id, reason=reason)
        elif found.where.kind == "household":
            await self._at_home(found, hazard_id)
        else:
            await self._at_premises(found, hazard_id)

    async def _fix_on_site(self, found: Found, hazard_id: UUID) -> None:
        at = found.at + timedelta(minutes=25)
        finder = self.finder(found)
        after = await self._photo(found, finder, at, after=True)
        await self._write(finder, at, "fix_on_site", hazard_id, measures=found.finding.rectify["zh"], photos=[after])

    async def _transfer(self, found: Found, hazard_id: UUID) -> None:
        at = found.at + timedelta(hours=22)
        due = (at + timedelta(days=15)).date().isoformat()
        await self._write(
            "dai", at, "transfer_hazard", hazard_id, department="fire", receipt_number=f"移{at:%Y}-{at:%j}",
            reply_due_on=due, reason="超出街道职责，需消防救援机构核查判定。",
        )  # fmt: skip

    async def _at_home(self, found: Found, hazard_id: UUID) -> None:
        """Advice at the door, the repair seen by the worker, and closed by a second person of the community."""
        due = found.at + timedelta(days=max(found.finding.due_days, 1))
        await self._write(
            found.where.worker, found.at, "give_advice", hazard_id, notice=IN_PERSON, due_on=due.date().isoformat()
        )
        if found.ending in ("submitted", "closed"):
            await self._submit(found, hazard_id, found.where.worker, due - timedelta(hours=6))
        if found.ending == "closed":
            await self._pass(hazard_id, found.where.leader, due + timedelta(hours=15))

    async def _at_premises(self, found: Found, hazard_id: UUID) -> None:
        officer = found.track == "inspection"
        days = 7 if found.ending == "extended" else found.finding.due_days or 3
        due = found.at + timedelta(days=days)
        dispatched_at = found.at + timedelta(hours=3)
        await self._write(
            "hai" if officer else found.where.admin, dispatched_at, "dispatch_hazard", hazard_id,
            due_on=due.date().isoformat(), measures=found.finding.rectify["zh"], responsible_unit=found.where.name,
            responsible_title=found.where.title, notice=IN_PERSON,
        )  # fmt: skip
        if found.ending == "dispatched":
            return
        helper = "tao" if officer else found.where.worker
        started_at = dispatched_at + timedelta(hours=18)
        await self._write(
            helper,
            started_at,
            "start_rectification",
            hazard_id,
            receipt="signed",
            interim_measures="整改期间安排专人看守。",
        )
        if found.ending == "extension_pending":
            await self._ask_extension(found, hazard_id, helper, due, 10)
        if found.ending == "extended":
            await self._extend(found, hazard_id, helper, due)
        if found.ending in ("submitted", "closed"):
            await self._submit(
                found, hazard_id, helper, max(due - timedelta(hours=20), started_at + timedelta(hours=2))
            )
        if found.ending == "closed":
            passer = "hai" if officer else found.where.leader
            await self._pass(hazard_id, passer, due + timedelta(hours=10))

    async def _extend(self, found: Found, hazard_id: UUID, login: str, due: datetime) -> None:
        """An officer suspects a major hazard, and the leader grants the months that its repair takes."""
        judged_at = found.at + timedelta(days=2)
        reason = "夹芯板和顶棚须整体更换，暂按疑似重大管理，待主管部门判定。"
        await self._write(
            "hai",
            judged_at,
            "grade_hazard",
            hazard_id,
            grade="suspected_major",
            criteria="待核对判定标准",
            reason=reason,
        )
        await self._ask_extension(found, hazard_id, login, due, 172)
        granted_at = due - timedelta(hours=2)
        await self._write(
            "jing", granted_at, "decide_extension", hazard_id, granted=True, reason="同意，每月复查一次。"
        )

    async def _ask_extension(self, found: Found, hazard_id: UUID, login: str, due: datetime, days: int) -> None:
        asked_at = min(due - timedelta(hours=4), found.at + timedelta(days=3 if days > 30 else 1))
        later = (due + timedelta(days=days)).date().isoformat()
        await self._write(
            login, asked_at, "request_extension", hazard_id, new_due_on=later,
            reason=f"配件和施工需要时间，预计 {days} 天内完成。",
            interim_measures="停用该设备，设警戒线和提示牌。",
        )  # fmt: skip

    async def _submit(self, found: Found, hazard_id: UUID, login: str, at: datetime) -> None:
        after = await self._photo(found, login, at, after=True)
        await self._write(
            login, at, "submit_rectification", hazard_id, description=found.finding.rectify["zh"], photos=[after]
        )

    async def _pass(self, hazard_id: UUID, login: str, at: datetime) -> None:
        await self._write(login, at, "pass_reinspection", hazard_id, note="到场查看，已按要求整改。", photos=[])

    async def _write(self, login: str, at: datetime, name: str, hazard_id: UUID, **given: Any) -> None:
        await self._hands.write(login, at, (name, {"hazard_id": hazard_id, **given}))

    def _report(self, found: Found, hazard_id: UUID, photo: dict[str, str]) -> dict[str, Any]:
        where = found.where
        return {
            "hazard_id": hazard_id,
            "place_kind": where.kind,
            "place_id": where.id,
            "visit_id": found.visit_id,
            "item_id": found.finding.item_id,
            "checklist_id": found.checklist["id"],
            "checklist_version": 1,
            "track": found.track,
            "category": where.category,
            "what": _chips(found.finding.what["zh"]),
            "description": found.finding.what["zh"],
            "grade": found.grade or found.finding.grade,
            "advice": found.finding.rectify["zh"],
            "proposed_due_days": found.finding.due_days,
            "photos": [photo],
            "fix": self.fix(where, found.at, self.finder(found)),
            "location_note": "",
        }

    def fix(self, where: Where, at: datetime, login: str) -> dict[str, Any]:
        """Return where somebody's phone says it was: near the place, as well as phones know it, or shifted."""
        lon, lat = (degrees + self._chance.gauss(0, 0.00006) for degrees in (where.lon, where.lat))
        said = to_gcj02(LonLat(lon, lat)) if login == SHIFTED_PHONE else LonLat(lon, lat)
        return {
            "lon": round(said.lon, 7),
            "lat": round(said.lat, 7),
            "accuracy_m": float(self._chance.choice((6, 9, 14, 22, 28, 45))),
            "crs": "wgs84",
            "source": "gps",
            "taken_at": at.isoformat(),
        }

    async def _photo(self, found: Found, login: str, at: datetime, *, after: bool) -> dict[str, str]:
        item = next(item for item in found.checklist["items"] if item["id"] == found.finding.item_id)
        motif = motif_of(item) or "panel"
        if not after:
            self._shot += 1
        jpeg = picture(motif, after=after, seed=self._shot)
        sha256 = await self._hands.send_photo(login, at, jpeg, found.where.lon, found.where.lat)
        return {"sha256": sha256, "role": "after" if after else "before"}
