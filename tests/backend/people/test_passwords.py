"""A password is kept as argon2id asks, at the cost that OWASP asks, and belongs to its own hash alone."""

from argon2 import extract_parameters
from argon2.low_level import Type

from backend.people import passwords

PASSWORD = "日巡一遍"


async def test_a_password_is_kept_as_argon2id_at_owasps_least_cost_for_19_mib() -> None:
    found = extract_parameters(await passwords.hash_of(PASSWORD))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 19 * 1024, 2, 1)


async def test_a_password_belongs_to_its_own_hash_and_to_no_other() -> None:
    one, other = await passwords.hash_of(PASSWORD), await passwords.hash_of(PASSWORD + "。")
    assert one != await passwords.hash_of(PASSWORD)
    assert await passwords.matches(one, PASSWORD)
    assert not await passwords.matches(other, PASSWORD)
    assert not await passwords.matches("no hash at all", PASSWORD)


async def test_whoever_has_no_hash_is_refused_after_the_same_work() -> None:
    assert not await passwords.matches(None, PASSWORD)
