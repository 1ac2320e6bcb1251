"""Each mutation five times: it works, it validates, it refuses strangers and the wrong role, repeating is harmless."""

from typing import Any

import pytest

from backend.hazards.commands import MUTATIONS
from backend.problems import NotFound, Problem
from tests import cast as the_cast
from tests.backend.hazards.conftest import World, perform_whole
from tests.backend.hazards.scenes import SCENES, Scene
from tests.backend.sync.phone import Phone

every_step = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.action)


async def arrange(world: World, scene: Scene, clock: Any) -> None:
    """Bring the hazard to where the scene begins."""
    found = (world.found_at_home if scene.at_home else world.found)(**scene.report)
    await perform_whole("report_hazard", {"hazard_id": world.hazard_id} | found, world.cast["lan"])
    for action, by, given in scene.before:
        await world.do(action, by, **given)
    if scene.action == "escalate_hazard":
        clock.forward(days=1)


def as_text(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)


def test_every_mutation_of_the_slice_has_its_scene() -> None:
    # What is no step of the life-cycle has a file of its own: test_report_hazard, test_settle_grid.
    assert {scene.action for scene in SCENES} | {"report_hazard", "settle_grid"} == set(MUTATIONS)


@every_step
async def test_it_works_and_leaves_one_event(world: World, scene: Scene, frozen_clock: Any) -> None:
    await arrange(world, scene, frozen_clock)
    before = await world.row()

    await world.do(scene.action, scene.by, **scene.given)

    row = await world.row()
    assert {name: as_text(getattr(row, name)) for name in scene.becomes} == scene.becomes
    assert row.version == before.version + 1
    events = the_cast.as_json(row.events)
    assert [event["action"] for event in events][-1] == scene.action
    assert len(events) == row.version
    assert (events[-1]["from_stage"], events[-1]["to_stage"]) == (before.stage, row.stage)


@every_step
async def test_it_validates_and_a_refusal_changes_nothing(world: World, scene: Scene, frozen_clock: Any) -> None:
    await arrange(world, scene, frozen_clock)
    before = await world.everything()

    with pytest.raises(Problem) as refusal:
        await world.do(scene.action, scene.by, **scene.given | scene.broken)

    assert refusal.value.code == scene.problem
    assert await world.everything() == before


@every_step
async def test_it_refuses_strangers(world: World, scene: Scene, frozen_clock: Any) -> None:
    await arrange(world, scene, frozen_clock)
    before = await world.everything()

    for stranger in ("zhou", "bo", "nobody"):
        with pytest.raises(NotFound):
            await world.do(scene.action, stranger, **scene.given)

    assert await world.everything() == before


@every_step
async def test_it_refuses_the_wrong_role(world: World, scene: Scene, frozen_clock: Any) -> None:
    await arrange(world, scene, frozen_clock)
    before = await world.everything()

    with pytest.raises(Problem) as refusal:
        await world.do(scene.action, scene.wrong, **scene.given)

    # A unit meets no hazard in a home, and a department only what was transferred to it.
    assert refusal.value.status == 403, refusal.value
    assert await world.everything() == before


@every_step
async def test_pushing_it_twice_is_harmless(world: World, scene: Scene, frozen_clock: Any, app: Any) -> None:
    await arrange(world, scene, frozen_clock)
    async with the_cast.signed_in(app, scene.by) as client:
        phone = Phone(client)
        step = phone.add(scene.action, {"hazard_id": world.hazard_id, **scene.given})
        first = await phone.push([step])
        after = await world.everything()
        again = await phone.push([step])

    assert first[0]["outcome"] == "applied", first
    assert again == first
    assert await world.everything() == after
