"""Many hazards live random lives; whatever anybody tries, the promises of the rules hold."""

import random
from datetime import timedelta
from typing import Any

import pytest

from backend.hazards.rules import (
    CLOSED_STAGES,
    ENDED_STAGES,
    Action,
    Hazard,
    HazardEvent,
    Stage,
    Track,
    advance,
    counts_as_closed,
    escalation_proposed,
    is_overdue,
    why_not,
)
from tests.backend.hazards.builders import AT, GOOD, PEOPLE, a_hazard, at_home

MOVING = {Action.TRANSFER: "reply_due_on", Action.DISPATCH: "due_on", Action.GIVE_ADVICE: "due_on",
          Action.FAIL: "new_due_on", Action.REQUEST_EXTENSION: "new_due_on", Action.START: "planned_on"}  # fmt: skip


def a_try(chance: random.Random, at: Any) -> tuple[Action, str, dict[str, Any]]:
    """Return a step that somebody tries, its day somewhere around a sensible one."""
    action = chance.choice([action for action in Action if action is not Action.REPORT])
    given = dict(GOOD[action][2])
    if action in MOVING:
        given[MOVING[action]] = (at + timedelta(days=chance.randint(-1, 12))).date().isoformat()
    if action is Action.REPLY_TRANSFER:
        given |= {"result": chance.choice(["rectified", "sent_back"]), "verified": chance.random() < 0.5}
    return action, chance.choice(list(PEOPLE)), given


def a_life(chance: random.Random) -> tuple[Hazard, list[HazardEvent]]:
    """Return a hazard after a hundred tries, and what became of those that were allowed."""
    start = chance.choice([a_hazard, at_home])
    hazard = start(track=chance.choice(list(Track)), photos=(), department=None)
    at, events = AT, []
    for _ in range(100):
        at += timedelta(hours=chance.randint(0, 12))
        action, who, given = a_try(chance, at)
        before = hazard
        refusal = why_not(hazard, action, PEOPLE[who], given, at)
        if refusal is not None:
            with pytest.raises(type(refusal)):
                advance(hazard, action, PEOPLE[who], given, at)
            continue
        hazard, event = advance(hazard, action, PEOPLE[who], given, at)
        events.append(event)
        assert (event.from_stage, event.to_stage) == (before.stage, hazard.stage)
        assert hazard.version == before.version + 1
        assert is_overdue(hazard, at) == (escalation_proposed(hazard, at) is not None)
    return hazard, events


@pytest.mark.parametrize("seed", range(60))
def test_no_life_breaks_a_promise(seed: int) -> None:
    hazard, events = a_life(random.Random(seed))

    workers: set[str] = set()
    for event in events:
        if event.action in (Action.FIX_ON_SITE, Action.SUBMIT):
            workers.add(event.by)
        if event.action in (Action.PASS, Action.FAIL):
            assert event.by not in workers
        if event.to_stage in ENDED_STAGES and event.from_stage is not event.to_stage:
            assert event.by_role != "responsible_unit"
        if event.from_stage in ENDED_STAGES:
            assert event.to_stage is event.from_stage, "what has ended is never reopened"
    assert (hazard.closed_at is not None) == (hazard.stage in CLOSED_STAGES)
    assert counts_as_closed(hazard) == (hazard.stage in CLOSED_STAGES and hazard.photos_awaited == 0)


def test_random_lives_reach_every_stage() -> None:
    reached = {event.to_stage for seed in range(60) for event in a_life(random.Random(seed))[1]}

    assert reached == set(Stage) - {Stage.DRAFT}
