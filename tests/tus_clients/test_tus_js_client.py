"""tus-js-client, which we did not write, sends photos to the real program: cut, killed, at creation, as POST, ended."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from backend.bootstrap import environment
from tests.journeys import ledger
from tests.journeys.served import ROOT, Served
from tests.journeys.wire import Wire
from tests.tus_clients.conftest import Shot

CUT_AT = 250_000
HELD_WITHIN_S = 60
SCRIPT = Path(__file__).parent / "send.mjs"


class Sender:
    """A browser's uploader in a process of its own, with a memory for addresses that outlives it."""

    def __init__(self, token: str, shot: Shot, folder: Path) -> None:
        self._told = {"token": token, "sha256": shot.sha256, "file": str(shot.file), "urls": str(folder / "urls.json"),
                      "modules": str(ROOT / "pwa" / "package.json")}  # fmt: skip

    def start(self, address: str, **asked: Any) -> "subprocess.Popen[str]":
        """Begin to send; `asked` is what send.mjs reads."""
        command = ["node", str(SCRIPT), json.dumps(self._told | {"address": address} | asked)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment())

    def send(self, address: str, **asked: Any) -> dict[str, Any]:
        """Return what was asked and answered, when it is over."""
        return told(self.start(address, **asked))


def told(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """Return what a sender tells at its end."""
    out, wrong = process.communicate(timeout=HELD_WITHIN_S)
    assert process.returncode == 0, wrong
    answer: dict[str, Any] = json.loads(out)
    return answer


def of(answer: dict[str, Any], method: str) -> list[dict[str, Any]]:
    """Return the exchanges of one method."""
    return [each for each in answer["exchanges"] if each["method"] == method]


@pytest.fixture
def sender(token: str, shot: Shot, tmp_path: Path) -> Sender:
    """A sender of the test's photo."""
    return Sender(token, shot, tmp_path)


def test_a_photo_cut_in_the_middle_is_resumed_at_the_byte_by_itself(wire: Wire, sender: Sender, shot: Shot) -> None:
    wire.hold("PATCH /api/photos", on_answer=False, after_bytes=CUT_AT)
    sending = sender.start(wire.address, retry_ms=[200, 1000, 3000])
    assert wire.held.wait(HELD_WITHIN_S)
    wire.drop()
    answer = told(sending)

    (stood,) = of(answer, "HEAD")
    (resumed,) = of(answer, "PATCH")
    assert answer["error"] is None
    assert 0 < int(stood["stands_at"]) <= CUT_AT
    assert resumed["offset"] == stood["stands_at"]
    assert resumed["receipt"].startswith(shot.sha256)
    assert shot.on_disk == shot.sha256


def test_a_killed_server_and_a_killed_client_meet_again_at_the_byte(
    served: Served, wire: Wire, sender: Sender, shot: Shot
) -> None:
    in_pieces = {"options": {"chunkSize": 150_000}}
    stopped = sender.send(wire.address, **in_pieces, stop_after=300_000)
    served.kill()
    served.start()
    answer = sender.send(wire.address, **in_pieces)

    assert stopped["error"] == "stopped"
    assert of(answer, "PATCH")[0]["offset"] == "300000"
    assert answer["url"] == stopped["url"]
    assert answer["error"] is None
    assert shot.on_disk == shot.sha256


def test_bytes_come_with_the_creation(served: Served, sender: Sender, shot: Shot) -> None:
    answer = sender.send(served.address, options={"uploadDataDuringCreation": True})

    (created,) = answer["exchanges"]
    assert (created["method"], created["status"], created["stands_at"]) == ("POST", 201, str(shot.size_bytes))
    assert created["receipt"].startswith(shot.sha256)
    assert shot.on_disk == shot.sha256


def test_where_a_proxy_forbids_patch_it_may_come_as_post(served: Served, sender: Sender, shot: Shot) -> None:
    answer = sender.send(served.address, options={"overridePatchMethod": True, "chunkSize": 300_000})

    pieces = of(answer, "PATCH")
    assert {each["sent_as"] for each in pieces} == {"POST"}
    assert len(pieces) > 1
    assert answer["error"] is None
    assert shot.on_disk == shot.sha256


def test_an_upload_that_is_ended_leaves_nothing_behind(served: Served, sender: Sender, shot: Shot) -> None:
    ended = sender.send(served.address, options={"chunkSize": 150_000}, stop_after=150_000, terminate=True)

    (gone,) = of(ended, "DELETE")
    assert gone["status"] == 204
    assert shot.sent_of(ended["url"]) is None
    assert shot.on_disk is None


def test_an_expired_upload_begins_anew_by_itself(served: Served, sender: Sender, shot: Shot) -> None:
    stopped = sender.send(served.address, options={"chunkSize": 150_000}, stop_after=150_000)
    ledger.rows(served, "UPDATE upload SET expires_at = now() - interval '1 day' WHERE NOT held RETURNING 1")
    answer = sender.send(served.address)

    assert of(stopped, "PATCH")[0]["expires"].endswith(" GMT")
    assert of(answer, "HEAD")[0]["status"] == 410
    assert answer["url"] != stopped["url"]
    assert answer["error"] is None
    assert shot.on_disk == shot.sha256
