"""Every zone of CGCS2000 comes out where PROJ puts it, to 0.01 mm (1e-10 degrees); other zones are told apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.gauss_kruger import ZONES, Zone, to_degrees


def drawn(zone: Zone, east_deg: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the metres that PROJ gives a place so many degrees east of a zone's meridian."""
    by = Transformer.from_crs("EPSG:4490", f"EPSG:{zone.epsg}", always_xy=True)
    x, y = by.transform(zone.meridian_deg + east_deg, lat)
    return np.array([x]), np.array([y])


@pytest.mark.parametrize("zone", ZONES.values(), ids=lambda zone: zone.epsg)
def test_every_zone_comes_out_where_proj_puts_it(zone: Zone) -> None:
    for east_deg in (-1.9, -1.5, -0.3, 0.0, 0.7, 1.5, 1.9):
        for lat in (4.0, 18.2, 24.3, 39.9, 53.5):
            x, y = drawn(zone, east_deg, lat)
            lon_found, lat_found = to_degrees(zone, x, y)

            assert lon_found[0] == pytest.approx(zone.meridian_deg + east_deg, abs=1e-10)
            assert lat_found[0] == pytest.approx(lat, abs=1e-10)


def test_the_zones_are_those_that_proj_knows() -> None:
    for zone in ZONES.values():
        x, y = drawn(zone, 0.0, 30.0)
        assert x[0] == pytest.approx(zone.false_easting_m, abs=1e-6), zone
        assert y[0] == pytest.approx(3_320_113.398, abs=0.001)
    assert sorted(ZONES) == list(range(4513, 4555))


@given(st.sampled_from(sorted(ZONES)), st.floats(-1.5, 1.5), st.floats(4.0, 53.5))
def test_a_zone_holds_its_own_ground_and_no_prefixed_neighbours(epsg: int, east_deg: float, lat: float) -> None:
    zone = ZONES[epsg]
    x, y = drawn(zone, east_deg, lat)

    assert zone.holds(x, y)[0]
    holders = [each.number for each in ZONES.values() if each.prefixed and each.holds(x, y)[0]]
    assert holders == ([zone.number] if zone.prefixed else [])


@pytest.mark.parametrize("numbers", [(np.nan, 2.7e6), (500_000, np.inf), (109.4, 24.3), (2.7e6, 500_000), (0, 0)])
def test_what_is_no_position_of_a_zone_is_not_held(numbers: tuple[float, float]) -> None:
    assert not ZONES[4545].holds(np.array([numbers[0]]), np.array([numbers[1]]))[0]
