"""Hold batches of runs, judge each run, and add up what was done and what was found."""

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import msgspec

from backend.embedded_postgres import FORGETFUL, EmbeddedPostgres
from tests.chaos import batch, books, town
from tests.chaos.oracle import KINDS, Finding, judge
from tests.journeys.served import Served

REPLAY: Final = ".venv/bin/python -m tests.chaos --seed {seed}"
EVIDENCE: Final = Path(__file__).parents[2] / "artefacts" / "chaos"
"""All that is known of a run with a finding is kept here: its moments are not fixed, so it may never come again."""

READING: Final = Lock()
"""Books are read through the server's own pool, of which a process has one; two batches may end at the same moment."""


@dataclass
class Table:
    """What was done in many runs, and what was found."""

    runs: int = 0
    phones: int = 0
    lives: int = 0
    checks: int = 0
    requests: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    photos: int = 0
    hints: int = 0
    drains_s: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    unhandled: list[str] = field(default_factory=list)

    def add(self, held: batch.Batch, kept: books.Books) -> None:
        """Add a batch and what the oracle says of it."""
        self.kills.update(held.kills)
        self.unhandled += held.unhandled
        for run in held.runs:
            self.runs += 1
            self.drains_s[f"{run['drain_ms'] / 1000:.1f}"] += 1
            findings = judge(run, kept)
            if findings:
                _keep(run, findings, kept)
            self.findings += findings
            self.found.update(finding.kind for finding in findings)
            for phone in run["phones"]:
                self._add_phone(phone)

    def take_in(self, other: "Table") -> None:
        """Add what another table says."""
        for name, value in vars(other).items():
            ours = getattr(self, name)
            setattr(self, name, ours + value)

    def _add_phone(self, phone: dict[str, Any]) -> None:
        self.phones += 1
        self.lives += phone["lives"] - 2  # the first, and the one of the next morning
        self.checks += phone["checks"]
        self.requests += phone["requests"]
        self.troubles.update(phone["troubles"])
        self.records.update(phone["outcomes"].get(record["id"], "unanswered") for record in phone["said"])
        self.photos += sum(photo["is_recorded"] for photo in phone["said_photos"])
        self.hints += sum(bool(hazard["used_photos"]) for hazard in phone["rows"]["hazard"])

    def rows(self) -> list[tuple[str, str]]:
        """Return the table: what, and how often."""
        drains = sorted(self.drains_s.elements(), key=float)
        return [
            ("Runs, phones in them", f"{self.runs:,}, {self.phones:,}"),
            ("Browsers killed at a random moment", f"{self.lives:,}"),
            ("Server killed −9, database killed −9", f"{self.kills['server']:,}, {self.kills['database']:,}"),
            ("Requests, of them with a fault", f"{self.requests:,}, {self.troubles.total():,}"),
            *((f"— {name}", f"{count:,}") for name, count in sorted(self.troubles.items())),
            ("Records: applied, refused", f"{self.records['applied']:,}, {self.records['refused']:,}"),
            ("Photos, hazards on a phone with one that was used before", f"{self.photos:,}, {self.hints:,}"),
            ("Looks at a whole phone", f"{self.checks:,}"),
            *((kind.capitalize(), f"{self.found[kind]:,}") for kind in KINDS),
            ("Drained after the last fault: half, the slowest", f"{_s(drains, 0.5)}, {_s(drains, 1)}"),
        ]

    def told(self) -> str:
        """Return the first findings, each with the command that runs its seed again."""
        lines = [
            f"{kind} in run {seed}: {what[:600]}\n  {REPLAY.format(seed=seed)}"
            for kind, seed, what in self.findings[:10]
        ]
        return "\n".join([f"{len(self.findings)} findings", *lines, *self.unhandled[:5]])


def _keep(run: dict[str, Any], findings: list[Finding], kept: books.Books) -> None:
    EVIDENCE.mkdir(parents=True, exist_ok=True)
    known = {"findings": findings, "run": run, "server": kept}
    (EVIDENCE / f"{run['seed']}.json").write_bytes(msgspec.json.encode(known))


def _s(drains: list[str], share: float) -> str:
    return f"{drains[max(0, round(len(drains) * share) - 1)]} s" if drains else "—"


def make_town(folder: Path) -> Path:
    """Return a data folder with the grids of a batch, to be copied."""
    cluster = EmbeddedPostgres(folder / "database", settings=FORGETFUL)
    cluster.start()
    try:
        batch.in_thread(lambda: town.fill(cluster.connect, folder))
    finally:
        cluster.stop()
    return folder


def hold(table: Table, ground: Path, phones: Path, folder: Path, *, first_seed: int, runs: int) -> None:
    """Hold a batch on a fresh copy of the ground and add it to the table."""
    data = folder / "data"
    shutil.copytree(ground, data, symlinks=True)
    served = Served(data)
    served.start()
    try:
        held = batch.run(served, phones, folder / "told", first_seed=first_seed, runs=runs)
        logins = {phone["login"] for run in held.runs for phone in run["phones"]}
        with READING:
            kept = batch.in_thread(lambda: books.read(data, logins))
        table.add(held, kept)
    finally:
        served.stop()
        shutil.rmtree(data, ignore_errors=True)
