"""Phones with the last three rulebooks may push; an older one is told to update, and keeps its queue."""

from pathlib import Path
from typing import Any

import pytest

from backend.sync.queries import accepted_rulebooks, rulebooks
from backend.sync.rules import RulebookOutdated, why_not_rulebook
from tests.backend.places.ground import make_ground
from tests.backend.sync.phone import Phone
from tests.cast import make_cast, signed_in


@pytest.fixture
async def lan(app: Any, frozen_clock: Any) -> Any:
    await make_cast()
    await make_ground()
    async with signed_in(app, "lan") as client:
        yield Phone(client)


def test_the_last_three_rulebooks_are_accepted_and_an_older_one_is_told_to_update_without_losing_its_queue() -> None:
    released = ("newest", "second", "third", "fourth")

    assert [why_not_rulebook(each, released) for each in released[:3]] == [None, None, None]
    told = why_not_rulebook("fourth", released)
    assert isinstance(told, RulebookOutdated)
    assert told.facts == {"newest": "newest"}
    assert "不会丢失" in told.detail("zh")


def test_the_present_rulebook_is_the_first_of_the_accepted_and_former_ones_follow_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = tmp_path / "former"
    former.write_text("# newest first\nsecond\nthird  # released in May\n\nfourth\n")
    monkeypatch.setattr(rulebooks, "FORMER", former)
    accepted_rulebooks.cache_clear()
    try:
        assert accepted_rulebooks()[1:] == ("second", "third", "fourth")
    finally:
        accepted_rulebooks.cache_clear()


async def test_a_phone_with_the_rules_before_the_present_ones_still_pushes(
    lan: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = tmp_path / "former"
    former.write_text("second\nthird\nfourth\n")
    monkeypatch.setattr(rulebooks, "FORMER", former)
    accepted_rulebooks.cache_clear()
    try:
        answers = [await lan.send(rulebook=each) for each in ("second", "third", "fourth")]
    finally:
        accepted_rulebooks.cache_clear()

    assert [answer.status_code for answer in answers] == [200, 200, 409]
