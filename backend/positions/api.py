"""Tell a device, and the desk, whether a device's positions are shifted; nothing is changed by it."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from msgspec import Struct

from backend import clock
from backend.http import documents
from backend.people.queries import MOST_LISTED, Device, devices_governed
from backend.people.rules import Permission, Person, not_your_role, reach
from backend.positions.queries import Shift, verdicts
from backend.problems import NotYourRole


class OwnShift(Struct):
    """How the device that asks is shifted; nothing when it is right, or when that is not known."""

    shift: Shift | None


class ShiftedDevice(Struct):
    """A device whose positions are off, and whom to tell so: how, how far, since when, by how many places."""

    code: str
    label: str
    person_name: str
    shift: Shift


class ShiftedDevices(Struct):
    """Devices whose positions are off, and of how many others it is proven that they are right."""

    devices: list[ShiftedDevice]
    right: int
    more: bool


@get("/api/positions/mine")
async def own_shift(device: NamedDependency[Device]) -> OwnShift:
    """Return whether the positions of the device that asks are shifted."""
    found = await verdicts([device.code], clock.now())
    return OwnShift(found.shifted.get(device.code))


@get("/api/positions/devices", opt=documents(NotYourRole))
async def shifted_devices(person: NamedDependency[Person]) -> ShiftedDevices:
    """List the devices within one's reach whose positions are shifted; others are only counted."""
    within = reach(person, clock.today(), Permission.SEE_DEVICES)
    if not within.prefixes:
        raise not_your_role(Permission.SEE_DEVICES)
    listed = await devices_governed(person, within)
    asked = {each.code: each for each in listed[:MOST_LISTED] if each.revoked_at is None}
    found = await verdicts(list(asked), clock.now())
    devices = [
        ShiftedDevice(code, asked[code].label, asked[code].person_name, shift)
        for code, shift in sorted(found.shifted.items(), key=lambda each: -each[1].metres)
    ]
    return ShiftedDevices(devices, found.right, len(listed) > MOST_LISTED)


routes: list[Any] = [own_shift, shifted_devices]
