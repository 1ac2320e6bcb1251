"""Read what a phone and the server each hold, as rows, so that a journey can compare them."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any, NamedTuple

import asyncpg
from playwright.sync_api import Page

from backend.embedded_postgres import EmbeddedPostgres
from tests.journeys.at_rest import opened
from tests.journeys.served import Served

_READ = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name)
  const named = names.find((name) => /^gridwalk-[0-9a-f-]{36}$/.test(name))
  if (!named) return { mutations: [], photos: [], drafts: [], kv: [], lock: null }
  const asked = (request) => new Promise((done, fail) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error)
  })
  const database = await asked(indexedDB.open(named))
  const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  const plain = ({ sealed, envelope, ...row }) => (sealed ? { ...row, sealed: text(sealed) } : row)
  const all = async (table) => (await asked(database.transaction(table).objectStore(table).getAll())).map(plain)
  const held = {}
  for (const table of ['mutations', 'photos', 'drafts', 'kv']) held[table] = await all(table)
  database.close()
  const device = await asked(indexedDB.open('gridwalk-device'))
  const name = named.replace('gridwalk-', 'lock:')
  // Once the browser has cleared it, it is empty until the app writes again.
  const there = device.objectStoreNames.contains('kv')
  const kept = there ? await asked(device.transaction('kv').objectStore('kv').get(name)) : null
  held.lock = kept?.value ?? null
  device.close()
  return held
}"""


class OnPhone(NamedTuple):
    """The records, photos and unfinished forms in a phone's own database, whatever its screen says."""

    mutations: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    drafts: list[dict[str, Any]]
    kv: list[dict[str, Any]]

    @property
    def ids(self) -> set[str]:
        """The ids of all records."""
        return {mutation["id"] for mutation in self.mutations}

    @property
    def hashes(self) -> set[str]:
        """The names of all photos, those of unfinished forms included."""
        return {photo["sha256"] for photo in self.photos}

    @property
    def is_clear(self) -> bool:
        """Has every record its receipt, and has every photo that a record names arrived?"""
        promised = [photo for photo in self.photos if photo["state"] != "drafted"]
        return all(mutation["state"] == "applied" for mutation in self.mutations) and all(
            photo["state"] == "arrived" for photo in promised
        )


def on_phone(page: Page) -> OnPhone:
    """Return what a phone without a PIN holds now."""
    held = page.evaluate(_READ)
    lock = held.pop("lock")
    keys = {} if lock is None else {lock["number"]: base64.b64decode(lock["bare"])}
    names = {"mutations": "id", "photos": "sha256", "drafts": "id", "kv": "key"}
    return OnPhone(**{table: [opened(table, names[table], row, keys) for row in rows] for table, rows in held.items()})


def rows(served: Served, sql: str) -> list[dict[str, Any]]:
    """Return what the server's own database answers, with every value as text or number."""

    async def asked() -> list[dict[str, Any]]:
        connection = await asyncpg.connect(**EmbeddedPostgres(served.data / "database").connect)
        try:
            return [dict(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    # In a thread: while Playwright is open, this one counts as running an event loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asked())).result()


def receipts_of(served: Served, name: str) -> list[str]:
    """Return the ids of all records that the server took from somebody, in the order of their numbers."""
    sql = (
        "SELECT r.id::text FROM receipt r JOIN person p ON p.id = r.person_id "
        f"WHERE p.login = '{name}' AND r.outcome = 'applied' ORDER BY r.number"
    )
    return [row["id"] for row in rows(served, sql)]


def photo_faults(served: Served, login: str, hashes: set[str]) -> list[str]:
    """Return the photos whose bytes on the server are not what their name says."""
    wrong = []
    with served.signed_in(login) as (client, _):
        for name in sorted(hashes):
            answer = client.get(f"/api/photos/{name}?size=original")
            if answer.status_code != 200 or sha256(answer.content).hexdigest() != name:
                wrong.append(f"{name} {answer.status_code}")
    return wrong


def compare(page: Page, served: Served, *, visits: int, hazards: int, records: int, photos: int) -> None:
    """The phone and the server hold the same records and photos, each once, and every promise has become a receipt."""
    phone = on_phone(page)
    assert phone.is_clear
    assert phone.drafts == []
    assert len(phone.mutations) == records
    assert receipts_of(served, "lan") == [
        mutation["id"] for mutation in sorted(phone.mutations, key=lambda each: each["number"])
    ]
    assert len(rows(served, "SELECT 1 FROM visit")) == visits
    assert len(rows(served, "SELECT 1 FROM hazard WHERE photos_awaited = 0")) == hazards
    events = "SELECT hazard_id, action FROM hazard_event e JOIN person p ON p.id = e.by WHERE p.login = 'lan'"
    told = [tuple(row.values()) for row in rows(served, events)]
    assert len(told) == len(set(told)) == records - visits
    names = {row["sha256"] for row in rows(served, "SELECT sha256 FROM photo")}
    assert names == phone.hashes
    assert len(names) == photos
    assert photo_faults(served, "guo", names) == []
