from tests.backend.hazards import twin_vectors, vectors


def test_the_cases_that_the_phone_reads_are_what_the_rules_say_now() -> None:
    assert vectors.PATH.read_text(encoding="utf-8") == vectors.as_text(), "run: python -m tests.backend.hazards.vectors"


def test_the_twins_that_the_phone_judges_are_judged_so_here() -> None:
    again = "run: python -m tests.backend.hazards.twin_vectors"
    assert twin_vectors.PATH.read_text(encoding="utf-8") == twin_vectors.as_text(), again
