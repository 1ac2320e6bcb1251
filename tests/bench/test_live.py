"""How soon one desk shows what another has done: two real desks side by side, the real server, nothing reloaded."""

import statistics

from playwright.sync_api import Browser, expect

from backend.ids import new_id
from tests.bench.table import row
from tests.journeys.conftest import browser, playwright, served, set_to, town  # noqa: F401 — fixtures
from tests.journeys.served import Served
from tests.journeys.test_the_desk import desk_of, dispatched, in_days, report

ROUNDS = 7
SHOWN_WITHIN_S = 2.0
# In milliseconds since 1970: when the list of a desk first names a hazard as dispatched.
WATCH = """count => {
  const stages = () => [...document.querySelectorAll('.triage .stage')]
  const look = () => stages().filter(each => each.textContent.includes('已下达')).length >= count
  window.shown_at = new Promise(resolve => {
    const watcher = new MutationObserver(() => {
      if (!look()) return
      watcher.disconnect()
      requestAnimationFrame(() => resolve(Date.now()))
    })
    watcher.observe(document, { childList: true, subtree: true, characterData: true })
  })
}"""


def test_what_one_desk_does_another_shows(browser: Browser, served: Served) -> None:  # noqa: F811
    hazards = [str(new_id()) for _ in range(ROUNDS)]
    served.write("lan", *(report(hazard, f"通道堆物{number}") for number, hazard in enumerate(hazards, 1)))
    shen = desk_of(browser, served, "shen")
    expect(shen.locator(".triage")).to_have_count(ROUNDS)
    due_on = in_days(shen, 3)
    took = []
    for count, hazard in enumerate(hazards, 1):
        shen.evaluate(WATCH, count)
        [receipt] = served.write("dai", dispatched(hazard, due_on))
        accepted_at_ms = shen.evaluate("Date.now()")
        assert receipt["outcome"] == "applied"
        took.append(max(0.0, (shen.evaluate("window.shown_at") - accepted_at_ms) / 1000))

    middle, most = statistics.median(took), max(took)
    row("From a dispatch's receipt until another desk shows it", f"{middle:.1f} s (of {ROUNDS}: at most {most:.1f})",
        bar=f"≤ {SHOWN_WITHIN_S:.0f} s", met=most <= SHOWN_WITHIN_S)  # fmt: skip
    assert most <= SHOWN_WITHIN_S
