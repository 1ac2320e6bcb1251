"""What a phone seals opens here and nowhere else; the same vectors are sealed by pwa/src/device/envelope.test.ts."""

import base64
import json
from pathlib import Path
from uuid import UUID

import pytest

from backend.envelopes import EnvelopeForAnotherServer, EnvelopeUnreadable, Keeper, open_keeper

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "envelopes.json").read_text())
CASES = VECTORS["cases"]
KEEPER = Keeper(bytes.fromhex(VECTORS["secret"]))
DEVICE = UUID(VECTORS["device_id"])


def test_the_keys_come_from_the_secret_alone():
    told = {
        "key_id": KEEPER.key_id,
        "public_key": KEEPER.public_key,
        "device_key": KEEPER.device_key(DEVICE),
    }

    assert {name: base64.b64encode(key).decode() for name, key in told.items()} == VECTORS["keys"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["purpose"])
def test_an_envelope_opens_for_its_purpose_and_for_no_other(case):
    envelope = base64.b64decode(case["envelope"])

    assert KEEPER.open(envelope, case["purpose"]) == case["plain"].encode()
    assert KEEPER.device_of(envelope) == DEVICE
    for other in {"record", "photo", "data-key"} - {case["purpose"]}:
        with pytest.raises(EnvelopeUnreadable):
            KEEPER.open(envelope, other)


def test_another_server_cannot_open_it():
    with pytest.raises(EnvelopeForAnotherServer):
        Keeper(bytes(32)).open(base64.b64decode(CASES[0]["envelope"]), "record")


@pytest.mark.parametrize("length", [0, 1, 89, 90, 105])
def test_one_that_is_cut_is_refused(length):
    with pytest.raises(EnvelopeUnreadable):
        KEEPER.open(base64.b64decode(CASES[0]["envelope"])[:length], "record")


def test_a_point_that_is_not_on_the_curve_is_refused():
    envelope = bytearray(base64.b64decode(CASES[0]["envelope"]))
    envelope[26:90] = bytes(64)

    with pytest.raises(EnvelopeUnreadable):
        KEEPER.open(bytes(envelope), "record")


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first, second = open_keeper(tmp_path), open_keeper(tmp_path)

    assert first.public_key == second.public_key
    assert (tmp_path / "envelopes.key").stat().st_mode & 0o077 == 0
