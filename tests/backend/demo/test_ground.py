"""The ground of the demo."""

from backend.demo import ground


def test_the_grids_of_the_demo_tile_the_ground_and_never_change() -> None:
    first, second = ground.plots(), ground.plots()

    assert ground.is_clean([plot.shape for plot in first])
    assert len(first) == sum(ground.GRIDS_PER_COMMUNITY) == 73
    assert [plot.shape.wkb for plot in first] == [plot.shape.wkb for plot in second]


def test_every_community_has_its_grids_numbered_from_one() -> None:
    for community, count in enumerate(ground.GRIDS_PER_COMMUNITY):
        own = [plot.sequence for plot in ground.plots() if plot.community == community]
        assert own == list(range(1, count + 1))


def test_no_grid_is_a_rectangle_or_a_sliver() -> None:
    for plot in ground.plots():
        assert len(plot.shape.exterior.coords) > 8
        hull = plot.shape.convex_hull
        assert plot.shape.area / hull.area > 0.5
