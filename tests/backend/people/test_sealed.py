"""Telephone numbers and second factors lie sealed in the database, are found and opened, and can be given up."""

import pyotp
import pytest

from backend import clock, office, vault
from backend.people.commands.account import confirm_totp, start_totp
from backend.people.commands.invite import invite_first
from backend.people.commands.sessions import check_totp, prove
from backend.people.passwords import hash_of
from backend.people.rules import LoginTaken, WrongPassword
from backend.settings import Settings
from tests.backend.places.ground import do, make_ground, some_premises
from tests.cast import PASSWORD, TENANT, make_cast

PHONE = "13812349876"

EVERYTHING = "SELECT string_agg(each::text, ' ') FROM {} AS each"


async def laid_open(database, table):
    """Return all of a table as somebody reads it who has stolen the database; bytes as text too."""
    whole = await database.fetch_value(EVERYTHING.format(table)) or ""
    hidden = [bytes.fromhex(word[2:]).decode("latin-1") for word in whole.split('"') if word.startswith("\\x")]
    return " ".join([whole, *hidden])


async def one_with_phone(database):
    """Return somebody who signs in by a telephone number."""
    async with database.transaction():
        person = await invite_first(TENANT, name="新", phone=f"+86 {PHONE[:3]} {PHONE[3:]}")
    await database.execute("UPDATE person SET password_hash = $2 WHERE id = $1", person, await hash_of(PASSWORD))
    return person


async def test_a_number_to_sign_in_with_is_found_without_lying_open(database):
    person = await one_with_phone(database)

    assert await prove(PHONE, PASSWORD) == person
    assert await prove(f"+86{PHONE}", PASSWORD) == person
    with pytest.raises(WrongPassword):
        await prove("13812349877", PASSWORD)
    with pytest.raises(LoginTaken):
        await one_with_phone(database)
    assert PHONE not in await laid_open(database, "person")


async def test_a_second_factor_works_without_lying_open(database, frozen_clock):
    person = await one_with_phone(database)
    secret, _ = await start_totp(person, None)
    offered = await laid_open(database, "person")
    async with database.transaction():
        await confirm_totp(person, pyotp.TOTP(secret).at(clock.now()))
    frozen_clock.forward(seconds=60)

    await check_totp(person, pyotp.TOTP(secret).at(clock.now()))

    assert secret not in offered
    assert secret not in await laid_open(database, "person")


async def test_contact_phones_lie_sealed_beside_their_masks(database, frozen_clock):
    await make_cast()
    await make_ground()
    await do("register_premises", some_premises(contact_phone=PHONE))

    assert await database.fetch_value("SELECT contact_phone_masked FROM premises") == "138****9876"
    assert PHONE not in await laid_open(database, "premises")


async def test_a_lost_secret_is_a_fault_that_says_what_to_do_and_can_be_given_up(database, frozen_clock, tmp_path):
    settings = Settings(data=tmp_path / "data")
    await vault.open_vault(settings.data)
    await make_cast()
    await make_ground()
    premises = some_premises(contact_phone=PHONE)
    await do("register_premises", premises)
    person = await one_with_phone(database)
    await start_totp(person, None)
    with pytest.raises(office.NothingLost):
        await office.forget_sealed(settings)
    (settings.data / vault.FILE).unlink()

    said = [each async for each in office.findings(settings) if each.sentence.startswith("secret:")]
    gone = await office.forget_sealed(settings)

    assert [each.weight for each in said] == [office.Weight.FAULT]
    assert "forget-sealed" in said[0].sentence
    assert (gone.sign_in_phones, gone.second_factors, gone.contact_phones) == (1, 0, 1)
    await vault.open_vault(settings.data)
    assert await database.fetch_value("SELECT contact_phone_masked FROM premises") == ""
    changed = {"place_kind": "premises", "place_id": premises["id"], "contact_phone": PHONE}
    await do("change_contact_phone", changed, "lan")
    assert await database.fetch_value("SELECT contact_phone_masked FROM premises") == "138****9876"
