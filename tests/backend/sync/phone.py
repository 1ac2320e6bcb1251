"""A phone as far as sync is concerned: an outbox with receipts, rows from pulls, and connections that may break."""

import json
from datetime import datetime
from typing import Any

import httpx
import msgspec

from backend import clock
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks


def fixed(value: object) -> Any:
    """Return what a value becomes in JSON."""
    return json.loads(msgspec.json.encode(value))


class Phone:
    """One device with its outbox; `rows` is what it shows, by kind and id."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.device_id = str(client.device_id)  # type: ignore[attr-defined]
        self.number = 0
        self.outbox: list[dict[str, Any]] = []
        self.receipts: dict[str, dict[str, Any]] = {}
        self.cursor: str | None = None
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self.clock_off_s = 0.0

    def add(self, name: str, args: dict[str, Any], *, at: datetime | None = None, id: Any = None) -> dict[str, Any]:  # noqa: A002
        """Return a new mutation, put into the outbox."""
        self.number += 1
        mutation = {
            "id": str(id or new_id()),
            "number": self.number,
            "name": name,
            "at": fixed(at or clock.now()),
            "args": fixed(args),
        }
        self.outbox.append(mutation)
        return mutation

    def envelope(self, mutations: list[dict[str, Any]] | None = None, **changed: Any) -> dict[str, Any]:
        """Return the body of a push of these mutations, the whole outbox without them."""
        return {
            "device": self.device_id,
            "rulebook": accepted_rulebooks()[0],
            "sent_at": fixed(clock.now()),
            "waiting": {"mutations": 0, "photos": 0, "bytes": 0},
            "mutations": self.outbox if mutations is None else mutations,
            **changed,
        }

    async def send(self, mutations: list[dict[str, Any]] | None = None, **changed: Any) -> httpx.Response:
        """Return the raw answer to a push."""
        body = json.dumps(self.envelope(mutations, **changed))
        return await self.client.post("/api/sync/push", content=body, headers={"content-type": "application/json"})

    async def push(self, mutations: list[dict[str, Any]] | None = None, **changed: Any) -> list[dict[str, Any]]:
        """Return the receipts of a push that was answered; what has one leaves the outbox."""
        answer = await self.send(mutations, **changed)
        assert answer.status_code == 200, answer.text
        receipts: list[dict[str, Any]] = answer.json()["receipts"]
        self.receipts |= {receipt["id"]: receipt for receipt in receipts}
        self.outbox = [mutation for mutation in self.outbox if mutation["id"] not in self.receipts]
        return receipts

    async def did(self, name: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Return the receipt of one mutation, made and pushed at once."""
        mutation = self.add(name, args, **more)
        (receipt,) = await self.push([mutation])
        return receipt

    async def pull(self, **asked: str) -> list[dict[str, Any]]:
        """Return the pages of a pull up to the end, having kept their rows."""
        pages = []
        while True:
            params = asked | ({"cursor": self.cursor} if self.cursor else {})
            answer = await self.client.get("/api/sync/pull", params=params)
            if answer.status_code == 409 and answer.json()["type"] == "/problems/cursor-stale":
                self.cursor = None
                continue
            assert answer.status_code == 200, answer.text
            page = answer.json()
            pages.append(page)
            self._keep(page)
            if not page["more"]:
                return pages

    def _keep(self, page: dict[str, Any]) -> None:
        if page["fresh"]:
            self.rows = {}
        for kind, rows in page["rows"].items():
            for row in rows:
                self.rows.setdefault(kind, {})[row["id"]] = row
        for gone in page["gone"]:
            self.rows.get(gone["kind"], {}).pop(gone["id"], None)
        self.cursor = page["cursor"]

    def held(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a kind."""
        return self.rows.get(kind, {})


def code_of(receipt: dict[str, Any]) -> str:
    """Return the code of the problem in a refusal or a holding receipt."""
    return str(receipt["problem"]["type"]).removeprefix("/problems/")
