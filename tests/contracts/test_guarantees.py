"""Every test that the guarantees name exists, and every guarantee names one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "docs" / name for name in ("GUARANTEES.md", "GUARANTEES.zh-CN.md")]
PYTHON = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TYPESCRIPT = re.compile(r"`(pwa/[\w/.-]+\.test\.ts)`: “([^”]+)”")
GUARANTEES = 5


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for path, name in PYTHON.findall(text):
        assert re.search(rf"^(?:async )?def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name
    for path, title in TYPESCRIPT.findall(text):
        assert f"it('{title}'" in (ROOT / path).read_text(encoding="utf-8"), title


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_guarantee_names_a_test(document: Path) -> None:
    sections = re.split(r"^## ", document.read_text(encoding="utf-8"), flags=re.MULTILINE)[1 : GUARANTEES + 1]
    assert len(sections) == GUARANTEES
    assert all(PYTHON.search(section) or TYPESCRIPT.search(section) for section in sections)
