"""Push mutations whose arguments are JSON text of any kind, as a phone in the wrong hands would."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from backend import clock
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks
from tests.backend.sync.phone import fixed

JSON = {"content-type": "application/json"}
MOST_AT_ONCE = 200
MOST_BYTES = 1_500_000


def sent(name: str, body: str, number: int = 1, **changed: Any) -> str:
    """Return one mutation as JSON text; its arguments are the text given."""
    envelope = {"id": str(new_id()), "number": number, "name": name, "at": fixed(clock.now())} | changed
    return f'{json.dumps(envelope)[:-1]},"args":{body}}}'


def batches(mutations: Sequence[str]) -> Iterator[list[str]]:
    """Yield the mutations in pushes that are not too large."""
    batch: list[str] = []
    for mutation in mutations:
        if batch and (len(batch) == MOST_AT_ONCE or sum(map(len, batch)) + len(mutation) > MOST_BYTES):
            yield batch
            batch = []
        batch.append(mutation)
    if batch:
        yield batch


def envelope(client: httpx.AsyncClient, mutations: Sequence[str], **changed: Any) -> bytes:
    """Return the body of a push of mutations given as JSON text."""
    outside = {
        "device": str(client.device_id),  # type: ignore[attr-defined]
        "rulebook": accepted_rulebooks()[0],
        "sent_at": fixed(clock.now()),
        "waiting": {"mutations": 0, "photos": 0, "bytes": 0},
    } | changed
    return f'{json.dumps(outside)[:-1]},"mutations":[{",".join(mutations)}]}}'.encode()


async def push(client: httpx.AsyncClient, name: str, bodies: Sequence[str]) -> list[dict[str, Any]]:
    """Return the receipts of as many mutations of one name as there are bodies, in their order."""
    receipts: list[dict[str, Any]] = []
    for batch in batches([sent(name, body, number) for number, body in enumerate(bodies, 1)]):
        answer = await client.post("/api/sync/push", content=envelope(client, batch), headers=JSON)
        assert answer.status_code == 200, answer.text[:500]
        receipts += answer.json()["receipts"]
    return receipts


async def push_one(client: httpx.AsyncClient, name: str, body: str) -> httpx.Response:
    """Return the answer to a push of one mutation."""
    return await client.post("/api/sync/push", content=envelope(client, [sent(name, body)]), headers=JSON)


def is_clear(problem: dict[str, Any]) -> bool:
    """Does a refusal have a code, a 4xx, and words in both languages?"""
    words = [problem.get(name) for name in ("title", "detail", "title_zh", "detail_zh")]
    coded = str(problem.get("type", "")).startswith("/problems/")
    return coded and 400 <= problem["status"] < 500 and all(isinstance(each, str) and each for each in words)
