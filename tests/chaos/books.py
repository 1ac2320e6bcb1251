"""Read what the server holds after a batch: receipts, rows, the hash of each photo's bytes, and what people pull."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from backend import clock, database, vault
from backend.acts import DAYS
from backend.embedded_postgres import EmbeddedPostgres
from backend.people.queries import person
from backend.sync.queries import pull

Row = dict[str, Any]

_RECEIPTS = """
SELECT r.id::text, r.number, r.name, r.outcome, d.code, p.login, r.problem::json ->> 'type' AS why
FROM receipt r JOIN device d ON d.id = r.device_id JOIN person p ON p.id = r.person_id
"""
_VISITS = """
SELECT v.id::text, v.number, v.place_id::text, v.outcome, v.note, v.photos::text, p.login, v.corrects::text
FROM visit v JOIN person p ON p.id = v.recorded_by
"""
_HAZARDS = """
SELECT id::text, number, description, place_id::text, grade, stage, photos_awaited, duplicate_of::text, joined_to
FROM hazard
"""
_EVENTS = """
SELECT e.id::text, e.hazard_id::text, e.action, e.number, e.given::text, p.login
FROM hazard_event e JOIN person p ON p.id = e.by
"""
_HOUSEHOLDS = "SELECT id::text, room, building_id::text FROM household"
_PHOTOS = "SELECT sha256::text, size_bytes FROM photo"
_MENTIONS = "SELECT sha256::text, record_kind, record_id::text, role, caption FROM photo_mention"
_DEVICES = "SELECT code, last_number FROM device"


@dataclass
class Books:
    """Everything the server holds, by what it is looked up by."""

    receipts: dict[str, Row] = field(default_factory=dict)
    visits: dict[str, Row] = field(default_factory=dict)
    hazards: dict[str, Row] = field(default_factory=dict)
    households: dict[str, Row] = field(default_factory=dict)
    events: dict[str, list[Row]] = field(default_factory=dict)
    """By the number of the record that they came from."""
    mentions: dict[str, list[Row]] = field(default_factory=dict)
    """By the record that names the photo."""
    photos: dict[str, list[Row]] = field(default_factory=dict)
    bytes_on_disk: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The hash and the length of the file of each photo, by its name."""
    last_numbers: dict[str, int] = field(default_factory=dict)
    pulled: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """By login and kind: the rows that a fresh pull brings, each as JSON, in order."""


def canonical(rows: Iterable[Row]) -> list[str]:
    """Return rows as JSON in one order, so that equal sets are equal lists; `start` is the phone's own."""
    said = ({key: value for key, value in row.items() if key != "start"} for row in rows)
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in said)


async def read(data: Path, logins: set[str]) -> Books:
    """Return what a server with this data folder holds; it may be running."""
    connect = EmbeddedPostgres(data / "database").connect
    connection = await asyncpg.connect(**connect)
    try:
        books = await _rows(connection)
        ids = await connection.fetch("SELECT id, login FROM person WHERE login = ANY($1)", sorted(logins))
    finally:
        await connection.close()
    books.bytes_on_disk = {path.name: _digest(path) for path in (data / "photos" / "kept").glob("*/*")}
    await database.open_pool(**connect)
    try:
        await vault.open_vault(data)
        books.pulled = {row["login"]: await _fresh(row["id"]) for row in ids}
    finally:
        await database.close_pool()
    return books


async def _rows(connection: Any) -> Books:
    async def asked(sql: str) -> list[Row]:
        return [dict(row) for row in await connection.fetch(sql)]

    def by(key: str, rows: list[Row]) -> dict[str, Row]:
        return {row[key]: row for row in rows}

    def grouped(key: str, rows: list[Row]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            found[row[key]].append(row)
        return dict(found)

    return Books(
        receipts=by("id", await asked(_RECEIPTS)),
        visits=by("id", await asked(_VISITS)),
        hazards=by("id", await asked(_HAZARDS)),
        households=by("id", await asked(_HOUSEHOLDS)),
        events=grouped("number", await asked(_EVENTS)),
        mentions=grouped("record_id", await asked(_MENTIONS)),
        photos=grouped("sha256", await asked(_PHOTOS)),
        last_numbers={row["code"]: row["last_number"] for row in await asked(_DEVICES)},
    )


def _digest(path: Path) -> tuple[str, int]:
    content = path.read_bytes()
    return hashlib.sha256(content).hexdigest(), len(content)


async def _fresh(person_id: Any) -> dict[str, list[str]]:
    """Return all rows that a phone without any would pull for a person."""
    asking = await person(person_id)
    assert asking is not None
    found: dict[str, list[Row]] = defaultdict(list)
    cursor = None
    while True:
        page = await pull(asking, clock.now().astimezone(DAYS).date(), cursor)
        for kind, rows in json.loads(msgspec.json.encode(page.rows)).items():
            found[kind] += rows
        cursor = page.cursor
        if not page.more:
            return {kind: canonical(rows) for kind, rows in found.items()}
