"""Draw the map of the house from what each folder and file says of itself."""

import ast
from collections.abc import Iterator
from pathlib import Path

from backend.hazards.rules import diagram

ROOT = Path(__file__).parent.parent
FOLDERS = ("backend", "geo", "media", "pwa/src")
DOCUMENTS = ("README.md", "README.zh-CN.md", "docs/ARCHITECTURE.md")
START, END = "<!-- map: written by `make map` -->", "<!-- end of the map -->"
LIFE_START, LIFE_END = "<!-- life-cycle: written by `make map` -->", "<!-- end of the life-cycle -->"
# Generated, or many of a kind: their folder's line says enough.
FOLDED = {"migrations", "fonts", "words", "style", "gallery"}
_WIDTH = 26


def sentence(path: Path) -> str:
    """Return the first sentence of a module's docstring, or of the comment that opens a TypeScript file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        said = ast.get_docstring(ast.parse(text)) or ""
    else:
        said = text.split("*/", 1)[0].removeprefix("/**").replace("\n *", "\n") if text.startswith("/**") else ""
    paragraph = " ".join(said.split("\n\n", 1)[0].split())
    return paragraph.split(". ", 1)[0].removesuffix(".")


def lines(folder: Path, depth: int = 0) -> Iterator[str]:
    """Yield a line for the folder, its files and the folders in it, in the order of their names."""
    about = folder / "__init__.py"
    name = folder.relative_to(ROOT).as_posix() if depth == 0 else folder.name
    yield _line(f"{name}/", sentence(about) if about.exists() else "", depth)
    if folder.name in FOLDED:
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith(("_", ".")):
            yield from lines(path, depth + 1)
        elif path.suffix in (".py", ".ts") and path.name != "__init__.py" and ".test." not in path.name:
            yield _line(path.name, sentence(path), depth + 1)


def _line(name: str, said: str, depth: int) -> str:
    return f"{'  ' * depth}{name:<{_WIDTH - 2 * depth}} {said}".rstrip()


def text() -> str:
    """Return the whole map as a block of Markdown."""
    drawn = "\n".join(line for folder in FOLDERS for line in lines(ROOT / folder))
    return f"{START}\n```\n{drawn}\n```\n{END}"


def life_cycle() -> str:
    """Return the life of a hazard, drawn from its table, as a block of Markdown."""
    return f"{LIFE_START}\n```mermaid\n{diagram().rstrip()}\n```\n{LIFE_END}"


def holders() -> list[Path]:
    """Return the documents that show the map or the life-cycle."""
    shown = [ROOT / name for name in DOCUMENTS if (ROOT / name).exists()]
    return [path for path in shown if any(mark in path.read_text(encoding="utf-8") for mark in (START, LIFE_START))]


def renewed(document: str) -> str:
    """Return a document with the map and the life-cycle as they are now."""
    for start, end, drawn in ((START, END, text), (LIFE_START, LIFE_END, life_cycle)):
        if start in document:
            before, rest = document.split(start, 1)
            document = before + drawn() + rest.split(end, 1)[1]
    return document


def write() -> None:
    """Renew the map in every document that shows it."""
    for path in holders():
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
