"""A tile of the usual scheme lies within the one or two rows of degrees that it touches, whatever its zoom."""

from hypothesis import given
from hypothesis import strategies as st

from backend.base_maps.rules import lines_of_degrees, rows_of_degrees
from backend.base_maps.rules.base_map import ground_of


@given(st.integers(1, 20), st.data())
def test_every_line_of_a_tile_lies_in_the_rows_that_it_touches(z: int, data: st.DataObject) -> None:
    y = data.draw(st.integers(0, 2**z - 1))

    rows, lines = rows_of_degrees(z, y), lines_of_degrees(z, y, 256)

    assert len(rows) in (1, 2)
    assert 0 <= rows.start < rows.stop <= max(1, 2**z // 2)
    assert lines == sorted(lines)
    line = 1 / 256  # a tile may reach into a row by less than half a line
    assert 0 < lines[0] < 1 + line
    assert len(rows) - 1 - line < lines[-1] < len(rows)


@given(st.integers(1, 20), st.data())
def test_a_line_is_as_far_below_the_pole_as_its_tile_says(z: int, data: st.DataObject) -> None:
    y = data.draw(st.integers(0, 2**z - 1))
    _, south, _, north = ground_of(z, 0, y)
    square_deg = 360 / 2**z
    lines = [(rows_of_degrees(z, y).start + line) * square_deg for line in lines_of_degrees(z, y, 64)]

    assert 90 - north < lines[0]
    assert lines[-1] < 90 - south
