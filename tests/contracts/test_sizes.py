"""No file and no function grows past what a person reads in one go."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
SKIPPED_FOLDERS = {"node_modules", "dist", ".venv", "coverage", ".git"}

# path: the reason why it may be longer
EXCEPTIONS = {
    "backend/migrations": "written by `make migration`, read by machines",
    "pwa/src/core/rulebook.json": "generated",
}


def excused(path: Path) -> bool:
    name = path.relative_to(ROOT).as_posix()
    return any(name == each or name.startswith(f"{each}/") for each in EXCEPTIONS)


def sources(*suffixes: str) -> list[Path]:
    return [
        path
        for folder in ("backend", "geo", "media", "tests", "pwa")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and not SKIPPED_FOLDERS & set(path.parts) and not excused(path)
    ]


def test_no_source_file_is_longer_than_its_budget():
    lengths = {path: len(path.read_text().splitlines()) for path in sources(".py", ".ts", ".vue")}

    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}
    assert len(lengths) > 20


def functions(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_function_is_longer_than_its_budget():
    tested = [path for path in sources(".py") if "tests" not in path.relative_to(ROOT).parts]
    lengths = dict(each for path in tested for each in functions(path))

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert len(lengths) > 100


@pytest.mark.parametrize("excused_path", EXCEPTIONS)
def test_every_exception_still_exists(excused_path):
    assert (ROOT / excused_path).exists()
