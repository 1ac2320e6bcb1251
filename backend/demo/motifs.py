"""Draw what the demo's photos show: appliances and premises as they were found, and after the repair."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw

DRAWN: Final = 1600, 1200  # drawn larger and reduced, which smooths the edges
Colour = tuple[int, int, int]

STEEL: Final = (176, 182, 188)
DARK: Final = (58, 62, 68)
WHITE: Final = (238, 239, 236)
RED: Final = (178, 48, 40)
YELLOW: Final = (224, 176, 62)
GREEN: Final = (46, 122, 78)
CARTON: Final = (186, 142, 92)
BLUE: Final = (52, 92, 160)


@dataclass(slots=True)
class Sheet:
    """A picture being drawn: its canvas, its pen, its chance, and whether it shows the state after the repair."""

    canvas: Image.Image
    pen: ImageDraw.ImageDraw
    chance: random.Random
    after: bool

    def box(self, x: float, y: float, wide: float, high: float, fill: Colour, radius: float = 6) -> None:
        """A rounded box with a soft edge and a lighter upper rim."""
        shade = tuple(max(0, part - 34) for part in fill)
        light = tuple(min(255, part + 22) for part in fill)
        self.pen.rounded_rectangle((x + 8, y + 10, x + wide + 8, y + high + 10), radius, fill=shade)
        self.pen.rounded_rectangle((x, y, x + wide, y + high), radius, fill=fill, outline=shade, width=3)
        self.pen.line((x + radius, y + 5, x + wide - radius, y + 5), fill=light, width=4)

    def tube(self, points: Sequence[tuple[float, float]], width: int, fill: Colour) -> None:
        """A pipe, hose or cable along points, shaded so that it looks round."""
        dark = tuple(max(0, part - 60) for part in fill)
        light = tuple(min(255, part + 40) for part in fill)
        self.pen.line(points, fill=dark, width=width, joint="curve")
        self.pen.line(points, fill=fill, width=max(2, int(width * 0.72)), joint="curve")
        self.pen.line([(x - width * 0.12, y - width * 0.12) for x, y in points], fill=light, width=max(1, width // 6))


def _tiles(sheet: Sheet, base: Colour = (214, 205, 190), size: int = 200) -> None:
    wide, high = DRAWN
    for x in range(0, wide, size):
        for y in range(0, high, size):
            shift = sheet.chance.randint(-7, 7)
            fill = tuple(part + shift for part in base)
            sheet.pen.rectangle((x, y, x + size - 5, y + size - 5), fill=fill)
    for x in range(0, wide, size):
        sheet.pen.line((x - 3, 0, x - 3, high), fill=tuple(part - 28 for part in base), width=5)
    for y in range(0, high, size):
        sheet.pen.line((0, y - 3, wide, y - 3), fill=tuple(part - 28 for part in base), width=5)


def _wall(sheet: Sheet, wall: Colour = (206, 208, 204), floor: Colour = (150, 146, 140)) -> None:
    wide, high = DRAWN
    sheet.pen.rectangle((0, 0, wide, high), fill=wall)
    sheet.pen.rectangle((0, high * 0.74, wide, high), fill=floor)
    sheet.pen.line((0, high * 0.74, wide, high * 0.74), fill=DARK, width=6)
    for x in range(-200, wide + 400, 220):
        sheet.pen.line((x, high, x + 160, high * 0.74), fill=tuple(part - 14 for part in floor), width=4)


def _flue(sheet: Sheet) -> None:
    """A gas heater and its flue: a taped foil hose before, a sealed steel elbow after."""
    _tiles(sheet)
    sheet.box(430, 520, 620, 700, WHITE, 26)
    for x in range(520, 980, 62):
        sheet.pen.rounded_rectangle((x, 590, x + 24, 670), 10, fill=STEEL)
    sheet.pen.ellipse((1320, 110, 1560, 350), fill=(120, 112, 100))
    if sheet.after:
        sheet.tube([(740, 540), (740, 230), (800, 200), (1440, 200)], 130, STEEL)
        for y in (500, 300):
            sheet.pen.rounded_rectangle((662, y, 818, y + 42), 8, fill=(140, 146, 152), outline=DARK, width=3)
        sheet.pen.ellipse((1350, 130, 1540, 320), outline=DARK, width=10)
        return
    sag = sheet.chance.randint(20, 90)
    hose = [(740 + 20 * (n % 2), 420 - n * 26) for n in range(6)] + [
        (900 + n * 62, 250 + (n % 2) * 18 + sag) for n in range(8)
    ]
    sheet.tube(hose, 104, (196, 198, 200))
    sheet.tube([(740, 540), (742, 470)], 116, STEEL)
    sheet.pen.polygon([(660, 400), (800, 360), (830, 450), (676, 486)], fill=YELLOW, outline=DARK)
    sheet.pen.line((676, 440, 820, 400), fill=(180, 136, 40), width=8)


def _hose(sheet: Sheet) -> None:
    """The hose of a gas cooker: cracked and too long before, a steel bellows after."""
    _tiles(sheet, (222, 222, 216), 160)
    sheet.box(240, 120, 1120, 240, DARK, 18)
    for x in (480, 1000):
        sheet.pen.ellipse((x, 150, x + 180, 330), outline=STEEL, width=14)
        sheet.pen.ellipse((x + 60, 210, x + 120, 270), fill=STEEL)
    sheet.box(1180, 820, 130, 220, YELLOW, 14)
    end = (1240, 820)
    if sheet.after:
        for n in range(26):
            y = 370 + n * 17
            sheet.pen.ellipse((1196, y, 1284, y + 22), fill=STEEL, outline=DARK, width=3)
        return
    bend = sheet.chance.randint(-60, 60)
    sheet.tube(
        [(520, 360), (420 + bend, 620), (520, 900), (820, 1010 + bend // 3), (1080, 940), end], 46, (206, 120, 60)
    )
    for n in range(7):
        x, y = 430 + bend + n * 14, 600 + n * 40
        sheet.pen.line((x - 30, y, x + 26, y + 16), fill=DARK, width=5)


def _sockets(sheet: Sheet) -> None:
    """Extension leads plugged into each other before; one fixed socket row after."""
    _wall(sheet)
    if sheet.after:
        sheet.box(420, 380, 760, 170, WHITE, 16)
        for x in range(480, 1120, 150):
            sheet.pen.rounded_rectangle((x, 420, x + 96, 512), 10, outline=STEEL, width=6)
            sheet.pen.line((x + 36, 444, x + 30, 484), fill=DARK, width=8)
            sheet.pen.line((x + 62, 444, x + 68, 484), fill=DARK, width=8)
        sheet.tube([(800, 380), (800, 0)], 40, WHITE)
        return
    for number in range(3):
        x, y = 160 + number * 430, 900 + sheet.chance.randint(-50, 40)
        sheet.box(x, y, 340, 96, WHITE, 14)
        for hole in range(4):
            sheet.pen.ellipse((x + 34 + hole * 76, y + 26, x + 74 + hole * 76, y + 66), fill=DARK)
        sheet.tube([(x + 340, y + 48), (x + 390, y - 90), (x + 450, y + 30)], 20, DARK)
        sheet.tube([(x + 60, y + 40), (x + 40, y - 200), (x + 150, y - 330 - 40 * number)], 18, (70, 70, 76))
    sheet.pen.ellipse((540, 830, 680, 930), fill=(96, 82, 70))


def _exit(sheet: Sheet) -> None:
    """An exit door: chained and blocked with cartons before, free after."""
    _wall(sheet, (216, 214, 204))
    sheet.box(520, 180, 560, 720, (122, 150, 140), 8)
    sheet.pen.line((800, 190, 800, 890), fill=DARK, width=8)
    sheet.box(640, 60, 320, 96, GREEN, 8)
    sheet.pen.polygon([(700, 108), (760, 76), (760, 96), (900, 96), (900, 120), (760, 120), (760, 140)], fill=WHITE)
    sheet.pen.rounded_rectangle((600, 520, 1000, 556), 12, fill=STEEL)
    if sheet.after:
        return
    sheet.pen.arc((690, 470, 910, 690), 20, 160, fill=DARK, width=18)
    sheet.box(760, 640, 80, 90, YELLOW, 10)
    for number in range(5):
        x = 380 + (number % 3) * 260 + sheet.chance.randint(-30, 30)
        y = 900 - (number // 3) * 230 - sheet.chance.randint(0, 20)
        sheet.box(x, y, 250, 220, CARTON, 4)
        sheet.pen.line((x + 125, y, x + 125, y + 220), fill=(160, 118, 72), width=22)


def _extinguisher(sheet: Sheet) -> None:
    """A fire extinguisher: its gauge in the red and behind goods before, in the green after."""
    _wall(sheet)
    sheet.box(640, 380, 300, 620, RED, 90)
    sheet.box(730, 290, 120, 100, DARK, 14)
    sheet.tube([(840, 330), (1040, 420), (1060, 760)], 34, DARK)
    sheet.pen.ellipse((690, 430, 890, 630), fill=WHITE, outline=DARK, width=10)
    sheet.pen.arc((710, 450, 870, 610), 180, 245, fill=RED, width=22)
    sheet.pen.arc((710, 450, 870, 610), 245, 300, fill=GREEN, width=22)
    sheet.pen.arc((710, 450, 870, 610), 300, 360, fill=YELLOW, width=22)
    tip = (800, 466) if sheet.after else (724, 520)
    sheet.pen.line((790, 530, *tip), fill=DARK, width=10)
    if not sheet.after:
        for x in (300, 1010):
            sheet.box(x + sheet.chance.randint(-30, 30), 720, 300, 290, CARTON, 4)


def _charging(sheet: Sheet) -> None:
    """An electric bicycle in a stairwell, charged from a window before; the empty stairwell after."""
    _wall(sheet, (198, 200, 196), (132, 130, 126))
    for step in range(6):
        sheet.pen.rectangle((980 + step * 90, 880 - step * 120, 1700, 900 - step * 120), fill=(120, 118, 114))
        sheet.pen.rectangle((980 + step * 90, 900 - step * 120, 1700, 1000 - step * 120), fill=(168, 166, 160))
    if sheet.after:
        sheet.box(180, 250, 360, 230, WHITE, 8)
        sheet.pen.ellipse((300, 290, 420, 410), outline=RED, width=18)
        sheet.pen.line((322, 388, 400, 312), fill=RED, width=18)
        return
    for x in (230, 690):
        sheet.pen.ellipse((x, 800, x + 270, 1070), outline=DARK, width=34)
        sheet.pen.ellipse((x + 110, 910, x + 160, 960), fill=STEEL)
    sheet.tube([(365, 930), (520, 720), (760, 720), (825, 930)], 40, BLUE)
    sheet.tube([(400, 900), (340, 560), (260, 560)], 26, DARK)
    sheet.box(560, 610, 260, 84, DARK, 30)
    sheet.tube([(700, 760), (860, 500 + sheet.chance.randint(-60, 60)), (760, 240), (640, 0)], 16, (40, 40, 44))


def _lane(sheet: Sheet) -> None:
    """A fire lane: a van stands in it before, it is free after."""
    wide, high = DRAWN
    sheet.pen.rectangle((0, 0, wide, high * 0.46), fill=(186, 196, 204))
    for x in range(0, wide, 260):
        tall = sheet.chance.randint(120, 360)
        sheet.box(x, high * 0.46 - tall, 240, tall, (170, 164, 156), 2)
    sheet.pen.rectangle((0, high * 0.46, wide, high), fill=(96, 98, 102))
    for side in (220, 1380):
        sheet.pen.line((800 + (side - 800) * 0.35, high * 0.46, side, high), fill=YELLOW, width=16)
    for n in range(5):
        y = high * 0.55 + n * 110
        sheet.pen.line((640 - n * 40, y, 760 - n * 10, y + 60), fill=YELLOW, width=14)
    if sheet.after:
        return
    x = 560 + sheet.chance.randint(-80, 80)
    sheet.box(x, 520, 560, 420, sheet.chance.choice((WHITE, STEEL, BLUE)), 30)
    sheet.pen.rounded_rectangle((x + 50, 560, x + 510, 700), 20, fill=(60, 72, 84))
    for light in (x + 40, x + 450):
        sheet.pen.rounded_rectangle((light, 770, light + 70, 820), 10, fill=RED)
    for wheel in (x + 40, x + 410):
        sheet.pen.rounded_rectangle((wheel, 910, wheel + 110, 990), 24, fill=(30, 30, 32))


def _panel(sheet: Sheet) -> None:
    """A distribution board: open, with bare wires and no covers before, closed and labelled after."""
    _wall(sheet, (202, 198, 190))
    sheet.box(480, 200, 640, 760, STEEL, 10)
    if sheet.after:
        sheet.box(510, 230, 580, 700, (196, 200, 204), 8)
        sheet.pen.polygon([(800, 420), (900, 600), (700, 600)], fill=YELLOW, outline=DARK)
        sheet.pen.line((806, 470, 786, 530), fill=DARK, width=12)
        sheet.pen.line((786, 530, 812, 530), fill=DARK, width=12)
        sheet.pen.line((812, 530, 794, 580), fill=DARK, width=12)
        return
    sheet.pen.rectangle((510, 230, 1090, 930), fill=(60, 58, 56))
    for row in (320, 560):
        for x in range(540, 1060, 88):
            sheet.box(x, row, 70, 130, WHITE, 6)
            sheet.pen.rectangle((x + 22, row + 40, x + 48, row + 76), fill=DARK)
    for number in range(9):
        x = 560 + number * 56
        low = 900 + sheet.chance.randint(-70, 60)
        sheet.tube(
            [(x, 690), (x + sheet.chance.randint(-60, 60), 800), (x + 30, low)],
            16,
            sheet.chance.choice((RED, BLUE, YELLOW, GREEN)),
        )


def _cylinder(sheet: Sheet) -> None:
    """A gas cylinder beside the bed before, in a ventilated cupboard after."""
    _wall(sheet, (220, 210, 196), (164, 132, 100))
    if sheet.after:
        sheet.box(520, 300, 520, 720, (196, 190, 178), 8)
        for y in range(360, 560, 44):
            sheet.pen.rounded_rectangle((600, y, 960, y + 20), 8, fill=DARK)
        sheet.box(690, 640, 180, 340, (84, 110, 150), 60)
        return
    sheet.box(0, 700, 700, 300, (150, 116, 96), 20)
    sheet.box(40, 620, 640, 130, (206, 206, 220), 40)
    x = 860 + sheet.chance.randint(-40, 80)
    sheet.box(x, 560, 240, 440, (96, 118, 150), 80)
    sheet.box(x + 70, 480, 100, 90, YELLOW, 12)
    sheet.tube([(x + 150, 500), (x + 360, 420), (x + 420, 700), (1500, 760)], 30, (206, 120, 60))


def _window(sheet: Sheet) -> None:
    """The window of a kitchen: boarded up before, open with a vent in it after."""
    _tiles(sheet, (216, 214, 206), 180)
    sheet.box(430, 200, 740, 720, (150, 154, 156), 6)
    if sheet.after:
        sheet.pen.rectangle((460, 230, 790, 890), fill=(186, 210, 226))
        sheet.pen.rectangle((810, 230, 1140, 890), fill=(204, 222, 232))
        sheet.pen.polygon([(810, 230), (1010, 290), (1010, 950), (810, 890)], fill=(222, 234, 240), outline=DARK)
        sheet.pen.ellipse((540, 300, 720, 480), fill=STEEL, outline=DARK, width=8)
        return
    for number in range(6):
        y = 225 + number * 112 + sheet.chance.randint(-10, 10)
        sheet.box(450, y, 700, 96, CARTON, 4)
        sheet.pen.ellipse((480, y + 36, 500, y + 56), fill=DARK)
        sheet.pen.ellipse((1100, y + 36, 1120, y + 56), fill=DARK)


MOTIFS: Final[dict[str, Callable[[Sheet], None]]] = {
    "flue": _flue,
    "hose": _hose,
    "sockets": _sockets,
    "exit": _exit,
    "extinguisher": _extinguisher,
    "charging": _charging,
    "lane": _lane,
    "panel": _panel,
    "cylinder": _cylinder,
    "window": _window,
}
