"""Every refusal has its code, its words in two languages, and a sentence that explains it."""

import string
from importlib import import_module
from pathlib import Path

import pytest

from backend import problems
from backend.problems import Problem

ROOT = Path(__file__).parent.parent.parent


def load_all() -> dict[str, type[Problem]]:
    """Return the problems of every slice; importing a slice's rules is what defines them."""
    for path in sorted((ROOT / "backend").glob("*/rules*")):
        if path.suffix == ".py" or (path / "__init__.py").exists():
            import_module(f"backend.{path.parent.name}.rules")
    return problems.catalogue()


KINDS = {code: kind for code, kind in load_all().items() if kind.__module__.startswith("backend.")}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_problem_says_what_it_is_and_what_to_do_in_both_languages(kind):
    assert 400 <= kind.status < 600
    assert kind.__doc__
    assert kind.__doc__.strip().endswith(".")
    own = [each for each in kind.__mro__ if each not in (Problem, Exception, BaseException, object)]
    for name in ("title_en", "title_zh", "detail_en", "detail_zh"):
        assert any(name in each.__dict__ for each in own), f"{kind.__name__} has no {name} of its own"
    assert any("一" <= letter <= "鿿" for letter in kind.title_zh + kind.detail_zh)
    assert not any("一" <= letter <= "鿿" for letter in kind.title_en + kind.detail_en)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_both_languages_tell_the_same_facts(kind):
    names = [
        {field.removesuffix(ending) for _, field, _, _ in string.Formatter().parse(template) if field}
        for template, ending in ((kind.detail_en, "_en"), (kind.detail_zh, "_zh"))
    ]

    assert names[0] == names[1]


def test_a_code_is_its_class_in_kebab_case():
    assert problems.NotSignedIn.code == "not-signed-in"
    assert problems.TooMany.code == "too-many"


def test_the_body_is_rfc_9457_with_its_facts():
    body = problems.TooMany(retry_after_s=30).as_body("abc")

    assert body["type"] == "/problems/too-many"
    assert body["status"] == 429
    assert body["detail"] == "Wait 30 seconds, then try again."
    assert body["detail_zh"] == "请等待 30 秒后再试。"
    assert body["instance"] == "abc"
    assert body["retry_after_s"] == 30


def test_a_fact_cannot_take_the_place_of_a_member():
    assert problems.NotFound(status=200, title="fine").as_body()["status"] == 404


def test_a_refusal_with_a_missing_fact_is_still_a_refusal():
    assert problems.TooMany().as_body()["detail"] == "Wait — seconds, then try again."


def test_two_kinds_cannot_share_a_code():
    twin = type("NotFound", (Problem,), {})
    try:
        with pytest.raises(ValueError, match="not-found"):
            problems.catalogue()
    finally:
        twin.code = "a-twin-that-is-gone"
