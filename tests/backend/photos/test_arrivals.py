"""Photos that arrive at the same moment, and photos that are cut on their way."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from types import ModuleType
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from backend import clock
from backend.demo.pictures import picture
from backend.ids import new_id
from backend.people.commands import open_session
from backend.photos import commands, queries
from backend.photos.commands import Capture, Sender
from backend.photos.commands.landing import BLOCK_BYTES
from backend.photos.commands.ledger import Arrival, Ledger
from backend.photos.rules import UNFINISHED_PER_DEVICE, TooManyUploads, WrongOffset
from backend.photos.storage import store
from tests import cast

PHOTOS = [picture("flue", after=False, seed=seed) for seed in range(3)]


@pytest.fixture
async def sender(staffed: Any, database: ModuleType) -> AsyncIterator[Sender]:
    """The grid worker's phone, with the store of a running server."""
    async with cast.signed_in(staffed, "lan"), database.transaction():
        opened = await open_session(cast.CAST["lan"].id, None, "phone", enrolled=True)
    async with cast.signed_in(staffed, "lan"):
        yield Sender(cast.CAST["lan"].id, opened.signed_in.device.id, cast.TENANT)


async def begun(photo: bytes, sender: Sender) -> queries.UploadStanding:
    capture = Capture(hashlib.sha256(photo).hexdigest())
    return await commands.begin(new_id(clock.now()), capture, len(photo), sender)


async def pieces(*chunks: bytes, cut: bool = False) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if cut:
        raise ConnectionAbortedError


def arrival(upload_id: UUID, sender: Sender, **other: Any) -> Arrival:
    plain = Arrival(
        upload_id, hashlib.sha256(upload_id.bytes).hexdigest(), int(sender.tenant), sender.person_id, sender.device_id,
        1, "jpeg", 1, 1, None, None, None, None, None, None, None, "{}", "", clock.now(),
    )  # fmt: skip
    return replace(plain, **other)


async def test_photos_that_come_at_once_all_get_their_receipts(sender: Sender) -> None:
    uploads = [await begun(photo, sender) for photo in PHOTOS]

    received = await asyncio.gather(
        *(commands.receive(upload, sender, pieces(photo), 0) for upload, photo in zip(uploads, PHOTOS, strict=True))
    )

    assert [offset for offset, _ in received] == [len(photo) for photo in PHOTOS]
    for upload, (_, received_at) in zip(uploads, received, strict=True):
        again = await queries.upload_of(upload.id, sender.device_id, sender.tenant)
        assert again is not None
        assert (again.held, again.received_at) == (True, received_at)


async def test_an_arrival_that_cannot_be_written_keeps_no_other_from_its_receipt(
    sender: Sender, database: ModuleType
) -> None:
    ledger, ids = Ledger(), [new_id(clock.now()) for _ in range(3)]
    notes = [ledger.note(arrival(upload_id, sender)) for upload_id in ids]
    bad = ledger.note(arrival(new_id(clock.now()), sender, exif='{"a": "\\u0000"}'))

    ended = await asyncio.gather(notes[0], bad, *notes[1:], return_exceptions=True)

    assert [each is None for each in ended] == [True, False, True, True]
    assert isinstance(ended[1], asyncpg.UntranslatableCharacterError)
    assert await database.fetch_value("SELECT count(*) FROM photo") == 3


@pytest.mark.parametrize("sent_bytes", [1_000, BLOCK_BYTES + 1_000])
async def test_bytes_that_came_before_a_cut_stay(sender: Sender, sent_bytes: int) -> None:
    whole = PHOTOS[0] + bytes(2 * BLOCK_BYTES)
    upload = await begun(whole, sender)
    chunks = [whole[start : min(start + 64_000, sent_bytes)] for start in range(0, sent_bytes, 64_000)]

    with pytest.raises(ConnectionAbortedError):
        await commands.receive(upload, sender, pieces(*chunks, cut=True), 0)

    assert store().upload_bytes(upload.id) == whole[:sent_bytes]
    with pytest.raises(WrongOffset):
        await commands.receive(upload, sender, pieces(whole), 0)


async def test_of_a_photo_that_is_cut_in_its_only_request_nothing_stays(sender: Sender, database: ModuleType) -> None:
    upload = commands.begin_whole(Capture(hashlib.sha256(PHOTOS[0]).hexdigest()), len(PHOTOS[0]))

    with pytest.raises(ConnectionAbortedError):
        await commands.receive(upload, sender, pieces(PHOTOS[0][:1000], cut=True), 0)

    assert store().offset(upload.id) == 0
    assert store().kept_names() == []
    assert await database.fetch_value("SELECT count(*) FROM upload") == 0


async def test_a_device_that_begins_without_end_is_told_to_finish_first(sender: Sender, database: ModuleType) -> None:
    for _ in range(UNFINISHED_PER_DEVICE):
        await begun(PHOTOS[0], sender)

    with pytest.raises(TooManyUploads):
        await begun(PHOTOS[0], sender)

    assert await database.fetch_value("SELECT count(*) FROM upload") == UNFINISHED_PER_DEVICE
