"""Workers with phones that push records and send photos to a real server until it dies, and remember every receipt."""

import base64
import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from backend import clock
from backend.demo.pictures import picture
from backend.ids import new_id
from backend.sync.queries import accepted_rulebooks
from media import sha256_hex
from tests.backend.places.ground import a_door
from tests.backend.sync.phone import fixed
from tests.loopback import PLAIN

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}
_PICTURE = picture("flue", after=False, seed=1)


def a_photo(words: str) -> bytes:
    """Return a JPEG like no other: a comment stands behind its first marker."""
    comment = words.encode()
    return _PICTURE[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + _PICTURE[2:]


class Away(Exception):
    """The server does not answer, or says that it cannot just now; what was sent is sent again later."""


@dataclass
class Worker:
    """One phone; `applied` are the ids of doors with a receipt, `held` the digests of photos with one."""

    name: str
    token: str
    device_id: UUID
    url: str
    chance: random.Random
    outbox: list[dict[str, Any]] = field(default_factory=list)
    sending: list[tuple[bytes, str]] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    made: int = 0
    refusals: int = 0
    wrong: list[str] = field(default_factory=list)

    def work(self, until: threading.Event) -> None:
        """Make records and photos and send them; ends with the server, or when told to."""
        with self._client() as client:
            while not until.is_set():
                self._make()
                try:
                    self._flush(client)
                except Away:
                    until.wait(0.05)

    def finish(self) -> None:
        """Send everything that has no receipt yet."""
        with self._client() as client:
            for _ in range(20):
                with suppress(Away):
                    self._flush(client)
                    return
        self.wrong.append(f"{self.name} could not finish")

    def _client(self) -> httpx.Client:
        known = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, headers=known, timeout=20, verify=PLAIN)

    def _make(self) -> None:
        if len(self.outbox) + len(self.sending) > 20:  # while nobody answers
            return
        for _ in range(self.chance.randrange(1, 4)):
            self.made += 1
            door = a_door(room=f"{self.name}{self.made}", floor=1)
            at, number = fixed(clock.now()), self.made
            mutation = {"id": str(new_id()), "number": number, "name": "register_household", "at": at}
            self.outbox.append(mutation | {"args": fixed(door)})
        self.sending.append((a_photo(f"{self.name} {self.made}"), ""))

    def _flush(self, client: httpx.Client) -> None:
        if self.outbox:
            self._push(client)
        while self.sending:
            photo, address = self.sending[0]
            self._send(client, photo, address)
            self.sending.pop(0)

    def _push(self, client: httpx.Client) -> None:
        envelope = {
            "device": str(self.device_id), "rulebook": accepted_rulebooks()[0], "sent_at": fixed(clock.now()),
            "waiting": {"mutations": 0, "photos": 0, "bytes": 0}, "mutations": self.outbox,
        }  # fmt: skip
        answer = self._ask(client, "POST", "/api/sync/push", 200, json=envelope)
        for mutation, receipt in zip(self.outbox, answer.json()["receipts"], strict=True):
            if (receipt["id"], receipt["outcome"]) != (mutation["id"], "applied"):
                self.wrong.append(f"{mutation} got {receipt}")
            self.applied.append(mutation["args"]["id"])
        self.outbox = []

    def _send(self, client: httpx.Client, photo: bytes, address: str) -> None:
        digest = sha256_hex(photo)
        if not address:
            said = TUS | {
                "Upload-Length": str(len(photo)),
                "Upload-Metadata": f"sha256 {base64.b64encode(digest.encode()).decode()}",
            }
            begun = self._ask(client, "POST", "/api/photos", 201, headers=said)
            address = begun.headers["location"]
            self.sending[0] = (photo, address)
        answer = self._ask(client, "HEAD", address, 200, headers=TUS)
        while (offset := int(answer.headers["upload-offset"])) < len(photo):
            piece = photo[offset : offset + self.chance.choice([10_000, len(photo)])]
            answer = self._ask(
                client, "PATCH", address, 204, content=piece, headers=PIECE | {"Upload-Offset": str(offset)}
            )
        if answer.headers.get("photo-receipt", "").split()[:1] != [digest]:
            self.wrong.append(f"{address} is complete without a receipt")
        self.held.append(digest)

    def _ask(self, client: httpx.Client, method: str, path: str, expected: int, **more: Any) -> httpx.Response:
        try:
            answer = client.request(method, path, **more)
        except httpx.TransportError as error:
            raise Away from error
        if answer.status_code == 503 and "retry-after" in answer.headers:
            self.refusals += 1
            raise Away
        if answer.status_code == 409 and method == "PATCH":  # a piece arrived whose answer did not
            raise Away
        if answer.status_code == 404 and path.startswith("/api/photos/uploads/"):
            # Only a receipt is a promise: an upload that was merely begun may be gone with its database; begin anew.
            self.sending[0] = (self.sending[0][0], "")
            raise Away
        if answer.status_code != expected:
            self.wrong.append(f"{method} {path} got {answer.status_code} {answer.text[:300]}")
            raise Away
        return answer
