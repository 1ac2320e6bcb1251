"""Which drawing shows which hazard."""

from collections.abc import Mapping
from typing import Any

from backend.demo.answers import bodies
from backend.demo.motifs import MOTIFS
from backend.demo.subjects import motif_of


def item_of(item_id: str) -> Mapping[str, Any]:
    return next(item for body in bodies().values() for item in body["items"] if item["id"] == item_id)


def test_what_is_wrong_chooses_the_drawing() -> None:
    assert motif_of(item_of("sc.crowd")) == "exit"
    assert motif_of(item_of("mk.elec.box")) == "panel"


def test_where_what_is_wrong_names_no_thing_the_question_does() -> None:
    assert motif_of(item_of("sc.fire.ext")) == "extinguisher"


def test_what_cannot_be_seen_has_no_drawing() -> None:
    assert motif_of(item_of("en.drill")) is None


def test_every_drawing_that_is_named_exists() -> None:
    named = {motif_of(item) for body in bodies().values() for item in body["items"]} - {None}

    assert named <= set(MOTIFS)
