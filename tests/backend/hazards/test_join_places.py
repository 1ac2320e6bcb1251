"""What may be joined: one place by its door or premises, in public by the radius of the category and the circles."""

from uuid import UUID

import pytest

from backend import database
from backend.ids import new_id
from tests import cast as the_cast
from tests.backend.hazards.conftest import FIX, World, perform_whole
from tests.backend.hazards.twice import METRE, PUBLIC, Two, at_the_ktv, in_public, refused
from tests.backend.places import ground


@pytest.fixture
async def two(world: World) -> Two:
    """Two reports of the KTV's locked exit."""
    return await at_the_ktv(world)


async def test_different_places_are_not_joined(two: Two) -> None:
    other = UUID("018f0000-0000-7000-8000-00000000e0e0")
    await ground.do("register_premises", ground.some_premises(id=other, name="隔壁网吧"))
    elsewhere = await two.report_again(place_id=other)

    told = await refused("not-same-place", two.world, two.join(one=elsewhere))
    assert "隔壁网吧" in told.detail("zh")

    home = new_id()
    at_home = two.world.found_at_home(what=["安全出口上锁"])
    await perform_whole("report_hazard", {"hazard_id": home} | at_home, two.world.cast["lan"])
    await refused("not-same-place", two.world, two.join(one=home))


async def test_in_public_the_radius_decides(world: World) -> None:
    twice = await in_public(world, 31)

    told = await refused("too-far-apart", world, twice.join())

    assert "31 米" in told.detail("zh")
    assert "30 米" in told.detail("zh")


@pytest.mark.parametrize(("metres", "accuracy_m"), [(29, 0.0), (57, 28.0), (79, 4000.0)])
async def test_in_public_within_the_radius_and_what_the_circles_leave_open(
    world: World, metres: float, accuracy_m: float
) -> None:
    exact = FIX | {"accuracy_m": accuracy_m, "lat": FIX["lat"] + metres * METRE}
    twice = await in_public(world, metres, fix=exact)

    await twice.join()

    assert (await world.row(twice.other)).stage == "voided"


async def test_premises_and_the_street_before_them_are_one_within_the_radius(two: Two) -> None:
    near = FIX | {"accuracy_m": 0.0, "lat": FIX["lat"] + 20 * METRE}
    street = await two.report_again(**PUBLIC | {"fix": near})

    await two.join(one=street)

    assert (await two.world.row(street)).joined_to == (await two.world.row()).number


async def test_without_a_position_nobody_can_tell(world: World) -> None:
    twice = await in_public(world, 0, fix=None, grid_code=the_cast.GRID_1)

    await refused("no-position-to-compare", world, twice.join())


async def test_across_subdistricts_nothing_is_joined(two: Two) -> None:
    tenants = "UPDATE hazard SET tenant = $2 WHERE id = $1"
    await database.execute(tenants, two.world.hazard_id, int(the_cast.OTHER_TENANT))

    await refused("other-subdistrict", two.world, two.join())
