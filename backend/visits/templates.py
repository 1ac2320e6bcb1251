"""Read the checklists that ship with the product, as bodies ready to be published."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("checklists.yaml")


def _sources_of(template: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any]:
    """Each body carries its own sources, so that a visit years later still shows what its checklist rested on."""
    used = {basis["ref"] for item in template["items"] for basis in item["basis"]}
    return {ref: sources[ref] for ref in sorted(used)}


@cache
def _read() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return document


def shipped() -> list[dict[str, Any]]:
    """Return the seven bodies in the file's order, each with its review status and the sources it cites."""
    document = _read()
    return [
        {
            "schema": document["schema"],
            "status": document["status"],
            "sources": _sources_of(template, document["sources"]),
            **template,
        }
        for template in document["templates"]
    ]
