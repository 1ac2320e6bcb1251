from tests.backend.hazards import vectors


def test_the_cases_that_the_phone_reads_are_what_the_rules_say_now() -> None:
    assert vectors.PATH.read_text(encoding="utf-8") == vectors.as_text(), "run: python -m tests.backend.hazards.vectors"
