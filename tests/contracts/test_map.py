"""The map of the house shows the house as it is."""

import pytest

from backend import house_map

FILES = [
    path
    for folder in house_map.FOLDERS
    for path in sorted((house_map.ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]


def test_the_map_is_shown_where_newcomers_look():
    assert house_map.ROOT / "docs" / "ARCHITECTURE.md" in house_map.holders()


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/ARCHITECTURE.md"])
def test_the_life_of_a_hazard_is_shown_in_both_languages(name):
    assert house_map.LIFE_START in (house_map.ROOT / name).read_text(encoding="utf-8")


def test_the_map_is_not_stale():
    for path in house_map.holders():
        document = path.read_text(encoding="utf-8")
        assert document == house_map.renewed(document), f"{path.name}: run `make map`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(house_map.ROOT).as_posix())
def test_every_module_says_in_one_sentence_what_it_is(path):
    said = house_map.sentence(path)

    assert 10 < len(said) <= 140, said


def test_the_map_names_every_slice():
    drawn = house_map.text()

    for slice_ in ("people", "places", "photos", "visits", "hazards", "sync"):
        assert f"  {slice_}/" in drawn
