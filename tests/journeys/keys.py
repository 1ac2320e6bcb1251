"""Go through the screens with the keys alone, as somebody who cannot point, and see where one is."""

from io import BytesIO

from PIL import Image, ImageChops
from playwright.sync_api import Locator, Page, expect

STOPS_AT_MOST = 90
"""More stops than any screen has: beyond them the keys do not get there."""
_AROUND_PX = 8

_BOX = """each => {
  const {left, top, right, bottom} = (each.closest('label') ?? each).getBoundingClientRect()
  return {left, top, right, bottom}
}"""
_UNCOVERED = """each => {
  const shown = each.closest('label') ?? each
  const {left, top, right, bottom} = shown.getBoundingClientRect()
  const across = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2
  const down = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2
  const there = document.elementFromPoint(across, down)
  return there !== null && (shown.contains(there) || there.contains(shown))
}"""


class Keys:
    """A keyboard, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        """Press a key where one is."""
        self.page.keyboard.press(key)

    def write(self, field: Locator, text: str) -> None:
        """Go to a field and write into it."""
        self.go_to(field)
        self.page.keyboard.type(text)

    def do(self, control: Locator) -> None:
        """Go to a button or a link and press it."""
        self.go_to(control)
        self.press("Enter")

    def tick(self, box: Locator) -> None:
        """Go to a box and tick it."""
        self.go_to(box)
        self.press("Space")
        expect(box).to_be_checked()

    def choose(self, option: Locator) -> None:
        """Go to the group of a radio button, and along its arrows to the one that is meant."""
        expect(option).to_be_visible()
        group = option.get_attribute("name")
        self._to("e => e.type === 'radio' && e.name === group", group, f"the group of {option}")
        for _ in range(12):
            if self._holds(option):
                if not option.is_checked():
                    self.press("Space")
                expect(option).to_be_checked()
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrows do not reach {option}")

    def go_to(self, control: Locator) -> None:
        """Press Tab until a control has the focus; that can be seen, and nothing covers it."""
        expect(control).to_be_visible()
        for _ in range(STOPS_AT_MOST):
            if self._holds(control):
                self._is_seen(control)
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {control}")

    def _to(self, test: str, group: str | None, what: str) -> None:
        for _ in range(STOPS_AT_MOST):
            if self.page.evaluate(f"group => {{ const e = document.activeElement; return ({test})(e) }}", group):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {what}")

    @staticmethod
    def _holds(control: Locator) -> bool:
        held: bool = control.evaluate("each => each === document.activeElement")
        return held

    def _is_seen(self, control: Locator) -> None:
        assert control.evaluate(_UNCOVERED), f"{control} has the focus and is covered"
        box = control.evaluate(_BOX)
        focused = self._picture(box)
        control.evaluate("each => each.blur()")
        other = self._picture(box)
        control.evaluate("each => each.focus({preventScroll: true})")
        changed = sum(ImageChops.difference(focused, other).histogram()[40:])
        assert changed > 40, f"{control} has the focus, and nobody sees it"

    def _picture(self, box: dict[str, float]) -> Image.Image:
        size = self.page.viewport_size or {"width": 390, "height": 844}
        left, top = max(0, box["left"] - _AROUND_PX), max(0, box["top"] - _AROUND_PX)
        right, bottom = min(size["width"], box["right"] + _AROUND_PX), min(size["height"], box["bottom"] + _AROUND_PX)
        taken = self.page.screenshot(clip={"x": left, "y": top, "width": right - left, "height": bottom - top})
        return Image.open(BytesIO(taken)).convert("L")
