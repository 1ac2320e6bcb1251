"""Many phones push, lose answers, repeat and pull at once; in the end everybody agrees and nothing was missed."""

import asyncio
import random
from contextlib import AsyncExitStack

import pytest

from backend.sync.commands import KNOWN
from backend.sync.mutations import Mutation
from tests.backend.places.ground import a_building, a_door, do, make_ground
from tests.backend.sync.phone import Phone
from tests.cast import NEXT_GRID, TENANT, make_cast, signed_in

ROUNDS = 25
LOST = 0.3
NEXT_BUILDING = "018f0000-0000-7000-8000-00000000b002"


class Walker:
    """Somebody with a phone who registers and changes doors at random, over a bad connection."""

    def __init__(self, phone: Phone, building: str | None, seed: int) -> None:
        self.phone = phone
        self.building = building
        self.chance = random.Random(seed)
        self.made: dict[str, dict] = {}
        self.stopped = False

    def act(self) -> None:
        doors = sorted(self.phone.held("household"))
        if not doors or self.chance.random() < 0.5:
            room = str(self.chance.randrange(40))  # few enough rooms that two phones meet at one door
            args = a_door(room=room, **({"building_id": self.building} if self.building else {}))
            mutation = self.phone.add("register_household", args)
        elif self.chance.random() < 0.7:
            args = {"household_id": self.chance.choice(doors), "needs_help": self.chance.random() < 0.5}
            mutation = self.phone.add("mark_needs_help", args)
        else:
            place = {"place_kind": "household", "place_id": self.chance.choice(doors)}
            mutation = self.phone.add("retire_place", place | {"retired_on": "2026-03-01", "reason": "拆"})
        self.made[mutation["id"]] = mutation

    async def push_badly(self) -> None:
        batch = self.phone.outbox[: self.chance.randrange(1, 6)]
        sends = 2 if self.chance.random() < 0.2 else 1  # two tabs, or a retry that overtakes
        answers = await asyncio.gather(*(self.phone.send(batch) for _ in range(sends)))
        assert {answer.status_code for answer in answers} == {200}
        if self.chance.random() > LOST:
            for receipt in answers[0].json()["receipts"]:
                self.phone.receipts[receipt["id"]] = receipt
            self.phone.outbox = [each for each in self.phone.outbox if each["id"] not in self.phone.receipts]

    async def walk(self) -> None:
        for _ in range(ROUNDS):
            self.act()
            if self.chance.random() < 0.7:
                await self.push_badly()
            if self.chance.random() < 0.4:
                await self.phone.pull()
        while self.phone.outbox:
            await self.push_badly()
        self.stopped = True


async def watch(phone: Phone, walkers: list[Walker]) -> None:
    """Pull all the time, so that a row committed behind the cursor would be missed."""
    while not all(walker.stopped for walker in walkers):
        await phone.pull()
        await asyncio.sleep(0.002)
    await phone.pull()


def dawdling(command, chance):
    """Return the command followed by a pause of random length: without the lock, commits would change their order."""

    async def dawdle(args, act):
        await command(args, act)
        await asyncio.sleep(chance.random() * 0.006)

    return dawdle


@pytest.mark.parametrize("seed", [1, 2])
async def test_phones_and_server_agree_in_the_end(app, database, frozen_clock, monkeypatch, seed):
    chance = random.Random(seed)
    for name in ("register_household", "mark_needs_help", "retire_place"):
        monkeypatch.setitem(KNOWN, name, Mutation(KNOWN[name].args, dawdling(KNOWN[name].command, chance)))
    await make_cast()
    await make_ground()
    await make_ground(f"{TENANT}003", "中山花园")
    await do("register_building", a_building(id=NEXT_BUILDING, grid_code=NEXT_GRID))

    async with AsyncExitStack() as stack:
        logins = ("lan", "lan", "guo", "guo", "bo", "dai", "dai")
        phones = [Phone(await stack.enter_async_context(signed_in(app, login))) for login in logins]
        walkers = [
            Walker(phone, NEXT_BUILDING if login == "bo" else None, seed * 100 + number)
            for number, (phone, login) in enumerate(zip(phones[:5], logins, strict=False))
        ]
        await asyncio.gather(
            *(walker.walk() for walker in walkers),
            *(watch(phone, walkers) for phone in phones[5:]),
        )

        await every_mutation_has_the_receipt_that_is_stored(database, walkers)
        await what_was_applied_is_what_is_there(database, walkers)
        for phone, login in zip(phones, logins, strict=True):
            await phone.pull()
            afresh = Phone(await stack.enter_async_context(signed_in(app, login)))
            await afresh.pull()
            assert phone.rows.get("household") == afresh.rows.get("household")
            assert phone.rows.get("building") == afresh.rows.get("building")


async def every_mutation_has_the_receipt_that_is_stored(database, walkers):
    stored = {str(row["id"]): row for row in await database.fetch("SELECT id, outcome, revision FROM receipt")}
    made = {mutation_id for walker in walkers for mutation_id in walker.made}
    assert set(stored) == made
    for walker in walkers:
        assert set(walker.phone.receipts) == set(walker.made)
        for mutation_id, receipt in walker.phone.receipts.items():
            assert receipt["outcome"] == stored[mutation_id]["outcome"]
            assert receipt.get("revision") == stored[mutation_id]["revision"]
    revisions = [row["revision"] for row in stored.values() if row["outcome"] == "applied"]
    assert len(revisions) == len(set(revisions)) > ROUNDS
    assert {row["outcome"] for row in stored.values()} == {"applied", "refused"}


async def what_was_applied_is_what_is_there(database, walkers):
    applied = {
        str(mutation["args"]["id"])
        for walker in walkers
        for mutation_id, mutation in walker.made.items()
        if mutation["name"] == "register_household" and walker.phone.receipts[mutation_id]["outcome"] == "applied"
    }
    assert {str(row["id"]) for row in await database.fetch("SELECT id FROM household")} == applied
    doubled = await database.fetch(
        "SELECT unit, room FROM household WHERE retired_on IS NULL GROUP BY building_id, unit, room HAVING count(*) > 1"
    )
    assert doubled == []
