"""The same bad network before a real browser, killed in the middle, and a killed server: everything arrives, once."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.chaos import batch
from tests.journeys import ledger, rounds
from tests.journeys.browsing import sign_in, under_worker
from tests.journeys.conftest import playwright, served, set_to, town
from tests.journeys.mortal import MortalPhone
from tests.journeys.served import Served
from tests.journeys.test_a_visit_offline import picture

pytestmark = pytest.mark.journey

__all__ = ["playwright", "served", "set_to", "town"]

SEEDS = (1, 2, 3)
DRAINED_WITHIN_MS = 120_000
RECORDS = rounds.RECORDS_OF_THE_HOME + rounds.RECORDS_OF_THE_KTV
PHOTOS = 4


class Line:
    """The network between one browser and the server."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.address: str = self._heard()["address"]

    def tell(self, what: str) -> dict[str, Any]:
        """Let the storm begin or end; return what was asked so far, and what it met."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._heard()

    def _heard(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network's program."""
    return batch.bundle(tmp_path_factory.mktemp("line"), "line")


@contextlib.contextmanager
def line(program: Path, served: Served, seed: int) -> Iterator[Line]:
    """A network whose storm follows from its seed."""
    command = ["node", str(program), str(served.port), str(seed)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Line(process)
    finally:
        process.communicate()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_round_in_a_storm_arrives_whole_and_once(
    playwright: Playwright, served: Served, program: Path, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    with line(program, served, seed) as network:
        phone = MortalPhone(playwright, tmp_path / "phone", network.address)
        page = under_worker(sign_in(phone.open(), "lan"))
        # The browser writes its cookies down now and then: a phone that died before could only sign in again.
        phone.close()
        page = phone.open()
        page.goto("/")
        network.tell("storm")
        visit = walk_the_home(page)
        page.wait_for_timeout(chance.randrange(3_000))
        phone.kill()
        page = phone.open()
        page.goto(visit)
        rounds.expect_saved(page, visit)
        walk_the_ktv(page)
        page.wait_for_timeout(chance.randrange(3_000))
        served.kill()
        served.start()
        page.wait_for_timeout(chance.randrange(3_000))
        told = network.tell("mend")
        assert sum(told["troubles"].values()) >= 5, told
        be_drained(page)
        ledger.compare(page, served, visits=2, hazards=3, records=RECORDS, photos=PHOTOS)
        phone.close()


def walk_the_home(page: Page) -> str:
    """Visit the home, one hazard put right at once; return the visit's address."""
    visit = rounds.open_door(page)
    rounds.find_two_hazards(page)
    with page.expect_file_chooser() as chooser:
        page.locator("input[type=file][capture]").nth(1).tap()
    chooser.value.set_files([picture(3)])
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    rounds.go_on(page, "用这张")
    rounds.finish(page)
    rounds.expect_saved(page, visit)
    return visit


def walk_the_ktv(page: Page) -> None:
    """Visit the KTV."""
    visit = rounds.open_ktv(page)
    rounds.find_goods_in_the_aisle(page, 4)
    rounds.finish(page)
    rounds.expect_saved(page, visit)


def be_drained(page: Page) -> None:
    """Wait for the green end of the shift; whoever was signed out meanwhile signs in again."""
    page.goto("/outbox")
    green = page.get_by_text("交班检查：都传完了，可以放心")
    out = page.get_by_text("登录过期了")
    expect(green.or_(out).first).to_be_visible(timeout=DRAINED_WITHIN_MS)
    if out.first.is_visible():
        sign_in(page, "lan")
        page.goto("/outbox")
    expect(green).to_be_visible(timeout=DRAINED_WITHIN_MS)
