"""What is sealed opens only with its secret and in its place, and a secret that is lost is told at the start."""

import stat
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from backend import vault
from backend.vault import SecretLost, Vault

VAULT, OTHER = Vault(b"a" * 32), Vault(b"b" * 32)
ROW = uuid4()


@given(st.text())
def test_what_is_sealed_is_read_again_and_never_lies_open(text):
    sealed = VAULT.seal(text, "premises.contact_phone", ROW)

    assert VAULT.open(sealed, "premises.contact_phone", ROW) == text
    assert len(text) < 4 or text.encode() not in sealed


def test_the_same_number_is_sealed_anew_each_time_and_found_by_what_is_equal():
    assert VAULT.seal("13812342107", "person.phone", ROW) != VAULT.seal("13812342107", "person.phone", ROW)
    assert VAULT.lookup("13812342107", "person.phone") == VAULT.lookup("13812342107", "person.phone")
    assert VAULT.lookup("13812342107", "person.phone") != VAULT.lookup("13812342107", "login_attempt")
    assert VAULT.lookup("13812342107", "person.phone") != OTHER.lookup("13812342107", "person.phone")


@pytest.mark.parametrize(
    ("by", "kind", "row"),
    [
        (OTHER, "person.phone", ROW),
        (VAULT, "person.totp", ROW),
        (VAULT, "person.phone", uuid4()),
    ],
)
def test_another_secret_another_kind_or_another_row_opens_nothing(by, kind, row):
    sealed = VAULT.seal("13812342107", "person.phone", ROW)

    with pytest.raises(InvalidTag):
        by.open(sealed, kind, row)


@pytest.mark.parametrize("at", [0, 1, 20, -1])
def test_a_changed_byte_opens_nothing(at):
    sealed = bytearray(VAULT.seal("13812342107", "person.phone", ROW))
    sealed[at] ^= 1

    with pytest.raises(InvalidTag):
        VAULT.open(bytes(sealed), "person.phone", ROW)


async def test_the_first_server_makes_the_secret_and_the_next_start_finds_it(database, tmp_path):
    await vault.open_vault(tmp_path)
    sealed = vault.vault().seal("13812342107", "person.phone", ROW)
    await vault.open_vault(tmp_path)

    assert vault.vault().open(sealed, "person.phone", ROW) == "13812342107"
    assert stat.S_IMODE((tmp_path / vault.FILE).stat().st_mode) == 0o600
    assert (tmp_path / vault.FILE).read_bytes() not in (await vault.known_mark(), b"")


async def test_a_database_whose_secret_is_not_here_is_not_served_and_no_new_secret_is_made(database, tmp_path):
    await vault.open_vault(tmp_path / "first")

    with pytest.raises(SecretLost, match=r"missing.*Put back.*forget-sealed"):
        await vault.open_vault(tmp_path / "second")
    assert not (tmp_path / "second" / vault.FILE).exists()

    (tmp_path / "second").mkdir()
    (tmp_path / "second" / vault.FILE).write_bytes(b"c" * 32)
    with pytest.raises(SecretLost, match="another installation"):
        await vault.open_vault(tmp_path / "second")
