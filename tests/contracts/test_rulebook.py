import json
import subprocess
import sys

import pytest

from backend import rulebook
from backend.hazards.rules import STEPS, Action, Stage, diagram


def test_the_phones_rulebook_is_what_the_rules_say_now() -> None:
    # In a process of its own: the catalogue of problems holds whatever has been imported.
    asked = "import sys; from backend import rulebook; sys.stdout.buffer.write(rulebook.as_text().encode())"
    written = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True).stdout.decode()

    assert rulebook.PATH.read_text(encoding="utf-8") == written, "run: python -m backend.rulebook"


def test_every_refusal_is_worded_in_both_languages_and_says_what_to_do() -> None:
    book = json.loads(rulebook.PATH.read_text(encoding="utf-8"))

    for code, words in book["problems"].items():
        for language in ("zh", "en"):
            assert words["title"][language].strip(), code
            assert len(words["detail"][language]) > len(words["title"][language]), code
            assert "!" not in words["detail"][language], code
            assert "！" not in words["detail"][language], code


def test_every_action_is_a_mutation_and_every_stage_has_its_next_step() -> None:
    book = json.loads(rulebook.PATH.read_text(encoding="utf-8"))

    assert {action.value for action in Action} <= set(book["mutations"])
    assert set(book["steps"]) == {action.value for action in Action}
    assert set(book["next"]) == {stage.value for stage in Stage} - {"draft"}


def test_two_slices_cannot_write_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulebook, "SLICES", ("hazards", "hazards"))

    with pytest.raises(ValueError, match="two slices write the table"):
        rulebook.rulebook()


def test_the_diagram_shows_every_step_that_changes_the_stage() -> None:
    drawn = diagram()

    assert drawn.startswith("stateDiagram-v2\n")
    for step in STEPS:
        moves = any(stage is not None for _, stage in step.to)
        assert (f"{step.number} {step.zh}" in drawn) == moves
