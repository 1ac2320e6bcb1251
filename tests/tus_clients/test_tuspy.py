"""tuspy, which we did not write, sends photos to the real program: cut, killed, damaged, ended and expired."""

import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.uploader import Uploader

from tests.journeys import ledger
from tests.journeys.served import Served
from tests.journeys.wire import Wire
from tests.tus_clients.conftest import Shot

CUT_AT = 250_000  # more than the server takes from the network before a handler asks for it
HELD_WITHIN_S = 60
TUS = {"Tus-Resumable": "1.0.0"}


def uploader(address: str, token: str, shot: Shot, **options: Any) -> Uploader:
    """Return tuspy's uploader of a photo, as its manual says."""
    client = TusClient(f"{address}/api/photos", headers={"Authorization": f"Bearer {token}"})
    named = {"sha256": shot.sha256, "filename": "厨房.jpg", "filetype": "image/jpeg"}
    return client.uploader(file_stream=shot.stream(), metadata=named, retries=0, **options)


def cut_off(wire: Wire, sending: Uploader, then: Callable[[], None], after: int = CUT_AT) -> None:
    """Send until a part of the first piece has passed, then do something to the server, and break the line."""
    wire.hold("PATCH /api/photos", on_answer=False, after_bytes=after)
    failed: list[Exception] = []

    def send() -> None:
        try:
            sending.upload()
        except (TusUploadFailed, TusCommunicationError) as error:
            failed.append(error)

    thread = threading.Thread(target=send)
    thread.start()
    assert wire.held.wait(HELD_WITHIN_S)
    then()
    wire.drop()
    thread.join(HELD_WITHIN_S)
    assert failed, "the cut was not noticed"


def receipt(served: Served, token: str, address: str) -> str:
    """Return what the server says of an upload when it is asked again."""
    headers = TUS | {"Authorization": f"Bearer {token}"}
    return httpx.head(served.address + address, headers=headers).headers.get("photo-receipt", "")


def path_of(sending: Uploader) -> str:
    """Return the address of an upload without the server's."""
    return "/" + str(sending.url).split("/", 3)[3]


def test_a_photo_cut_in_the_middle_is_resumed_at_the_byte(served: Served, wire: Wire, token: str, shot: Shot) -> None:
    first = uploader(wire.address, token, shot)
    cut_off(wire, first, lambda: None)
    # A line that breaks is not noticed at both ends in the same moment.
    deadline = time.monotonic() + HELD_WITHIN_S
    while not shot.sent_of(str(first.url)) and time.monotonic() < deadline:
        time.sleep(0.02)

    again = uploader(wire.address, token, shot, url=first.url)
    resumed_at = again.offset
    again.upload()

    assert 0 < resumed_at <= CUT_AT
    assert again.offset == shot.size_bytes
    assert shot.on_disk == shot.sha256
    assert receipt(served, token, path_of(again)).startswith(shot.sha256)


def test_a_server_killed_in_the_middle_keeps_what_it_had_and_goes_on_from_there(
    served: Served, wire: Wire, token: str, shot: Shot
) -> None:
    # Two whole pieces first: what a killed server still had in its hands is lost, what it answered is not.
    first = uploader(wire.address, token, shot, chunk_size=100_000)
    first.upload(stop_at=200_000)
    cut_off(wire, first, served.kill, after=50_000)
    served.start()

    again = uploader(wire.address, token, shot, chunk_size=300_000, url=first.url)
    resumed_at = again.offset
    again.upload()

    assert resumed_at >= 200_000
    assert shot.on_disk == shot.sha256


def test_pieces_with_a_checksum_arrive_and_a_damaged_one_is_refused_and_sent_again(
    served: Served, token: str, shot: Shot
) -> None:
    class Damaging(Uploader):
        CHECKSUM_ALGORITHM_PAIR = ("sha1", lambda piece: hashlib.sha1(piece + b"!"))

    sending = uploader(served.address, token, shot, chunk_size=200_000, upload_checksum=True)
    sending.upload(stop_at=200_000)
    damaging = Damaging(file_stream=shot.stream(), client=sending.client, url=sending.url, upload_checksum=True)
    with pytest.raises(TusUploadFailed) as refused:
        damaging.upload()
    stands = sending.get_offset()
    sending.upload()

    assert refused.value.status_code == 460
    assert stands == 200_000
    assert shot.on_disk == shot.sha256


def test_an_expired_upload_says_so_and_a_new_one_takes_its_place(served: Served, token: str, shot: Shot) -> None:
    sending = uploader(served.address, token, shot, chunk_size=100_000)
    sending.upload(stop_at=100_000)
    expires = sending.request.response_headers["upload-expires"]
    ledger.rows(served, "UPDATE upload SET expires_at = now() - interval '1 day' WHERE NOT held RETURNING 1")

    with pytest.raises(TusCommunicationError) as gone:
        uploader(served.address, token, shot, url=sending.url)
    uploader(served.address, token, shot).upload()

    assert expires.endswith(" GMT")
    assert gone.value.status_code == 410
    assert shot.on_disk == shot.sha256


def test_bytes_that_are_not_the_photo_they_were_announced_as_are_never_kept(
    served: Served, token: str, shot: Shot
) -> None:
    announced = Shot(shot.file, served.data)
    content = bytearray(shot.file.read_bytes())
    content[300_000] ^= 1
    shot.file.write_bytes(content)

    with pytest.raises(TusUploadFailed) as refused:
        uploader(served.address, token, announced).upload()

    assert refused.value.status_code == 422
    assert announced.on_disk is None
