"""Who may import whom is written in pyproject.toml and kept."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_import_contracts_are_kept():
    linter = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-4000:]
    assert " kept" in done.stdout


def test_importing_any_rule_needs_no_environment_and_no_database():
    """Rules are read by the phone's generator, too, on a machine where nothing runs."""
    found = [*ROOT.glob("backend/*/rules.py"), *ROOT.glob("backend/*/rules/__init__.py")]
    names = sorted(".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in found)
    script = (
        "import importlib, sys; [importlib.import_module(n) for n in sys.argv[1:]]; print('asyncpg' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, *names], cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True
    )

    assert done.stdout.strip() == "False", done.stderr[-2000:]
