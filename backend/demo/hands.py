"""Let people of the demo push mutations and photos at moments of the past, exactly as their phones would."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend import clock, database
from backend.demo.cast import CAST, STAFF
from backend.ids import new_id
from backend.people.commands import open_session
from backend.people.queries import SignedIn
from backend.photos import commands as photos
from backend.photos.commands import Capture, Sender
from backend.sync.commands import push
from backend.sync.commands.envelope import Push, Sent, Waiting
from backend.sync.rules import MUTATIONS_MOST

Mutation = tuple[str, Mapping[str, Any]]


class NotApplied(RuntimeError):
    """The server refused what the demo says: the demo is wrong, or a rule changed."""


class Hands:
    """Everybody's devices, and the counters of their records."""

    def __init__(self) -> None:
        self._devices: dict[str, SignedIn] = {}
        self._numbers: dict[str, int] = {}
        self.done = 0

    async def write(self, login: str, at: datetime, *mutations: Mutation) -> None:
        """Push mutations as somebody, all made and received at one moment.

        Errors: NotApplied.
        """
        with clock.travel(at):
            device = await self._device(login)
            for first in range(0, len(mutations), MUTATIONS_MOST):
                await self._push(login, device, at, mutations[first : first + MUTATIONS_MOST])

    async def _push(self, login: str, device: SignedIn, at: datetime, mutations: tuple[Mutation, ...]) -> None:
        sent = [self._sent(login, at, name, args) for name, args in mutations]
        envelope = Push(device.device.id, "", at, Waiting(0, 0, 0), sent)
        for receipt, (name, args) in zip(
            await push(envelope, device.person, device.device, at), mutations, strict=True
        ):
            if receipt.outcome != "applied":
                raise NotApplied(
                    f"{login} {name}: {bytes(receipt.problem or b'').decode()[:600]} in {str(dict(args))[:600]}"
                )
        self.done += len(mutations)

    def _sent(self, login: str, at: datetime, name: str, args: Mapping[str, Any]) -> Sent:
        self._numbers[login] = self._numbers.get(login, 0) + 1
        filled = {key: value for key, value in args.items() if value is not None or key in {"fix", "proposed_due_days"}}
        return Sent(new_id(at), self._numbers[login], name, at, msgspec.Raw(msgspec.json.encode(filled)))

    async def _device(self, login: str) -> SignedIn:
        if login not in self._devices:
            part = CAST.get(login) or STAFF[login]
            async with database.transaction():
                opened = await open_session(part.id, None, f"{part.name}的手机", enrolled=True)
            self._devices[login] = opened.signed_in
        return self._devices[login]

    async def send_photo(self, login: str, at: datetime, jpeg: bytes, lon: float, lat: float) -> str:
        """Return the name of a photo that somebody took and sent at a moment."""
        sha256 = hashlib.sha256(jpeg).hexdigest()
        capture = Capture(
            sha256, taken_at=at, lon=lon, lat=lat, crs="wgs84", accuracy_m=float(8 + len(jpeg) % 30), source="gps"
        )
        with clock.travel(at):
            device = await self._device(login)
            sender = Sender(device.person.id, device.device.id, device.person.tenant)
            upload = await photos.begin(new_id(at), capture, len(jpeg), sender)
            await photos.receive(upload, sender, _once(jpeg), 0)
        return sha256


async def _once(jpeg: bytes) -> AsyncIterator[bytes]:
    yield jpeg


def made_id(chance: Any, at: datetime) -> UUID:
    """Return a UUID version 7 of a moment that is the same for the same random source."""
    milliseconds = int(at.timestamp() * 1000)
    bits = chance.getrandbits(74)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & ((1 << 62) - 1))
