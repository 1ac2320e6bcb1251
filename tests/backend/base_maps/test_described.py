"""What the operator writes is understood, or refused by the map's name without repeating a key."""

from pathlib import Path

import pytest

from backend.app import create_app
from backend.base_maps.rules import Archive, read
from backend.settings import BadSettings, Settings

TIANDITU = """
- name: tianditu
  kind: tianditu
  key: 0123456789abcdef0123456789abcdef
  review_number: GS（2024）0568号
"""
XYZ = """
- name: district
  kind: xyz
  title: {zh: 区底图, en: District map}
  url: https://map.example.cn/{z}/{x}/{y}.png
  attribution: 某区
  review_number: 桂S（2026）00-1号
"""


def look(_: str) -> Archive:
    return Archive("png", 8, 16, (109.0, 24.0, 110.0, 25.0))


def test_tianditu_needs_a_key_and_a_review_number_only() -> None:
    (made,) = read(TIANDITU, look)

    ground, names = made.layers
    assert ground.address(14, 13171, 7053) == (
        "https://t0.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default"
        "&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX=14&TILEROW=7053&TILECOL=13171&tk=0123456789abcdef0123456789abcdef"
    )
    assert "/cva_w/" in names.address(14, 1, 2)
    assert (made.title_zh, made.crs, "天地图" in made.attribution) == ("天地图", "cgcs2000", True)
    assert "0123456789" not in repr(made)


def test_a_wmts_is_asked_by_key_and_value() -> None:
    described = XYZ.replace("kind: xyz", "kind: wmts\n  layer: 街道图\n  matrix_set: EPSG:3857").replace(
        "https://map.example.cn/{z}/{x}/{y}.png", "https://map.example.cn/wmts?map=a"
    )
    (made,) = read(described, look)

    assert made.layers[0].address(3, 1, 2) == (
        "https://map.example.cn/wmts?map=a&SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=%E8%A1%97%E9%81%93%E5%9B%BE"
        "&STYLE=default&TILEMATRIXSET=EPSG%3A3857&FORMAT=image%2Fpng&TILEMATRIX=3&TILEROW=2&TILECOL=1"
    )


def test_a_service_in_degrees_has_half_the_rows_and_numbers_of_its_own_for_its_levels() -> None:
    described = XYZ.replace("kind: xyz", "kind: xyz\n  cut: geographic\n  level_offset: -1\n  zoom: [2, 17]")
    (made,) = read(described.replace("{y}", "{-y}"), look)

    assert made.layers[0].address(3, 1, 0) == "https://map.example.cn/2/1/3.png"


def test_vector_tiles_of_a_shifted_map_are_refused() -> None:
    described = XYZ.replace("kind: xyz", "kind: pmtiles\n  crs: gcj02").replace("url: https", "file: https")

    with pytest.raises(ValueError, match="cannot be moved"):
        read(described, lambda _: Archive("mvt", 0, 14, (109.0, 24.0, 110.0, 25.0), ("water",)))


def test_rows_may_be_counted_from_the_south() -> None:
    (made,) = read(XYZ.replace("{y}", "{-y}"), look)

    assert made.layers[0].address(3, 1, 2) == "https://map.example.cn/3/1/5.png"


@pytest.mark.parametrize(
    ("described", "told"),
    [
        (XYZ.replace("  review_number: 桂S（2026）00-1号\n", ""), "review_number is missing"),
        (XYZ.replace("  attribution: 某区\n", ""), "attribution is missing"),
        (XYZ.replace("https://map.example.cn", "file:///etc"), "begins with https"),
        (XYZ.replace("https://", "ftp://"), "begins with https"),
        (XYZ.replace("map.example.cn", "{x}.example.cn"), "before its first slash"),
        (XYZ.replace("map.example.cn", "me:secret@map.example.cn"), "begins with https"),
        (XYZ.replace("{z}/{x}/{y}", "{z}/{x}"), "blanks"),
        (XYZ.replace("{y}.png", "{y}.png?tk={key}"), "key stands where"),
        (XYZ + "  key: 0123456789secret\n", "key stands where"),
        (XYZ + "  crs: bd09\n", "crs is"),
        (XYZ + "  zoom: [9, 3]\n", "zoom lies"),
        (XYZ + "  bounds: [1, 2]\n", "bounds is"),
        (XYZ + "  tile_size: big\n", "tile_size is a number"),
        (XYZ + "  ur1: x\n", "xyz has no ur1"),
        (XYZ + "  cut: square\n", "cut is mercator or geographic"),
        (XYZ + "  cut: geographic\n  zoom: [0, 9]\n", "zoom begins before the service's first level"),
        (XYZ + "  level_offset: -2\n", "zoom begins before the service's first level"),
        (TIANDITU + "  cut: geographic\n", "tianditu has no cut"),
        (XYZ + XYZ, "another of that name"),
        (XYZ.replace("district", "../etc"), "small letters"),
        (TIANDITU.replace("0123456789abcdef0123456789abcdef", "a secret!"), "letters and digits"),
        ("- kind: google", "kind is one of"),
        ("name: district", "is not a list"),
        ("- [", "is no YAML"),
        ("- !!python/object/apply:os.system [id]", "is no YAML"),
    ],
)
def test_what_is_wrong_is_named(described: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as caught:
        read(described, look)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("file", ["", "not a PMTiles file at all, though it is long enough to hold a header" * 3])
def test_a_wrong_description_stops_the_start_with_its_name(tmp_path: Path, file: str) -> None:
    (tmp_path / "town.pmtiles").write_text(file)
    described = tmp_path / "base-maps.yaml"
    described.write_text(
        XYZ.replace("kind: xyz", "kind: pmtiles").replace(
            "url: https://map.example.cn/{z}/{x}/{y}.png", f"file: {tmp_path / 'town.pmtiles'}"
        )
    )

    with pytest.raises(BadSettings, match=r"GRIDWALK_BASE_MAPS=.*\n?.*district.*is no PMTiles file"):
        create_app(Settings(data=tmp_path, base_maps=described), slices=("people", "base_maps"))
