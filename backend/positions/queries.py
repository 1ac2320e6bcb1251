"""Work out, from records that are there anyway, whether devices' positions are shifted; nothing is stored.

Asked of a device, never of a person: of where it was only the verdict leaves this file, with how many places it rests
on and since which day. A device of which nothing is proven is not mentioned at all, so that nobody can read from here
who wrote a visit down somewhere else.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from backend.acts import DAYS
from backend.hazards.queries import fixes_at_places
from backend.places.queries import Place, places
from backend.positions.rules import FIXES_MOST, LOOKS_BACK, TRUE, wind
from backend.visits.queries import DoorFix, fixes_at_doors
from geo import Crs, LonLat, to_wgs84
from geo.shifted import Sighting, Spoken, spoken


class Shift(msgspec.Struct, frozen=True):
    """How a device is off: what it speaks instead of WGS 84, how far and which way, and what that rests on.

    `since_on` is the day of the oldest fix that agrees; it may have begun before.
    """

    speaks: str
    metres: int
    towards: str
    places: int
    fixes: int
    since_on: date


class Verdicts(msgspec.Struct, frozen=True):
    """What was found of some devices: the shifted ones by their code, and how many are proven right."""

    shifted: dict[str, Shift]
    right: int


async def verdicts(devices: Sequence[str], at: datetime) -> Verdicts:
    """Return what the newest records of these devices prove of them."""
    since = at - LOOKS_BACK
    found = [
        *await fixes_at_doors(devices, since, FIXES_MOST),
        *await fixes_at_places(devices, since, FIXES_MOST),
    ]
    known = {
        (kind, place_id): place
        for kind in ("household", "premises")
        for place_id, place in (await places(kind, _of_kind(found, kind))).items()
    }
    by_device: dict[str, list[Sighting]] = defaultdict(list)
    for fix in found:
        place = known.get((fix.place_kind, fix.place_id))
        if place is not None:
            by_device[fix.device].append(_sighting(fix, place))
    told = await asyncio.to_thread(_judged, by_device)  # a few milliseconds for each device
    shifted = {device: _shift(each) for device, each in told.items() if each.speaks not in TRUE}
    return Verdicts(shifted, len(told) - len(shifted))


def _of_kind(found: Sequence[DoorFix], kind: str) -> list[UUID]:
    return list({fix.place_id for fix in found if fix.place_kind == kind})


def _sighting(fix: DoorFix, place: Place) -> Sighting:
    """A device that names another datum is taken at its word: only what it calls WGS 84 can be shifted unseen."""
    met = to_wgs84(fix.lon, fix.lat, Crs(fix.crs))
    return Sighting(LonLat(place.lon, place.lat), met, fix.accuracy_m, fix.taken_at)


def _judged(by_device: dict[str, list[Sighting]]) -> dict[str, Spoken]:
    judged = {device: spoken(sightings) for device, sightings in by_device.items()}
    return {device: each for device, each in judged.items() if each is not None}


def _shift(told: Spoken) -> Shift:
    return Shift(
        told.speaks.value,
        round(told.metres),
        wind(told.east_m, told.north_m),
        told.places,
        told.fixes,
        told.since.astimezone(DAYS).date(),
    )
