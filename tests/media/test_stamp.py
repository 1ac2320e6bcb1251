"""The caption is drawn on a copy, whatever is written in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFont

from media import Caption, Exif, read_exif, stamp
from media.errors import Truncated
from media.stamp import LABELS, MAX_ROWS
from tests.media.pictures import camera_exif, encoded, jpeg, opened

FONT = (files("media") / "fonts" / "NotoSansSC-GB2312.otf").read_bytes()
AT = datetime(2020, 3, 5, 14, 32, 10, tzinfo=timezone(timedelta(hours=8)))
CAPTION = Caption(AT, "和平社区 第1网格 解放北路12号", "X7K2-0047", "3fa9" * 16, 109.4, 24.32, 12.4)
WHITE = encoded(Image.new("RGB", (1200, 900), (255, 255, 255)), "PNG")


def band_rows(raw: bytes) -> np.ndarray:
    """Return which rows of the picture are mostly dark."""
    return np.asarray(opened(raw).convert("L")).mean(axis=1) < 160


def test_the_caption_says_time_place_position_and_record() -> None:
    assert CAPTION.lines("zh") == (
        "时间 2020-03-05 14:32:10 +08:00",
        "地点 和平社区 第1网格 解放北路12号",
        "坐标 109.400000, 24.320000 ±12 m (WGS 84)",
        "编号 X7K2-0047   校验 3fa93fa93fa9",
    )


def test_what_is_not_known_is_not_drawn() -> None:
    bare = replace(CAPTION, place="", lon=None, lat=None)

    assert [line.split()[0] for line in bare.lines("en")] == ["Time", "Record"]
    assert "±" not in replace(CAPTION, accuracy_m=None).lines("zh")[2]


def test_a_band_of_78_percent_black_lies_along_the_lower_edge() -> None:
    copy = opened(stamp(WHITE, CAPTION, FONT))

    assert copy.format == "JPEG"
    assert copy.size == (1200, 900)
    assert copy.getpixel((600, 100)) == (255, 255, 255)
    assert all(abs(level - round(255 * 0.22)) <= 3 for level in copy.getpixel((1195, 895)))


def test_white_letters_stand_in_the_band() -> None:
    grey = np.asarray(opened(stamp(encoded(Image.new("RGB", (1200, 900)), "PNG"), CAPTION, FONT)).convert("L"))

    assert not (grey[:600] > 30).any()
    assert (grey[700:] > 200).sum() > 2_000


def test_every_sign_of_the_labels_and_of_gb2312_has_a_glyph() -> None:
    letters = ImageFont.truetype(BytesIO(FONT), 24, layout_engine=ImageFont.Layout.BASIC)
    missing = letters.getmask("\U0010fffd")
    signs = "".join(LABELS["zh"]) + "柳州市鱼峰区街道社区网格解放北路±°℃㎡①、。《》啊齄岜垌"

    drawn = [letters.getmask(sign) for sign in signs if sign.strip()]

    assert all(bytes(mask) != bytes(missing) or mask.size != missing.size for mask in drawn)


def test_a_long_place_is_wrapped_and_the_band_grows() -> None:
    short = band_rows(stamp(WHITE, CAPTION, FONT)).sum()
    long = band_rows(stamp(WHITE, replace(CAPTION, place="柳石路三区" * 30), FONT)).sum()

    assert long > short


def test_a_place_of_any_length_leaves_the_record_number_readable() -> None:
    from media.stamp import _wrapped

    letters = ImageFont.truetype(BytesIO(FONT), 20, layout_engine=ImageFont.Layout.BASIC)

    rows = _wrapped(replace(CAPTION, place="鱼" * 5_000).lines("zh"), letters, 400)

    assert rows[MAX_ROWS].endswith("…")
    assert any("X7K2-0047" in row for row in rows)


def test_nothing_is_drawn_over_the_right_edge() -> None:
    black = encoded(Image.new("RGB", (400, 900)), "PNG")

    grey = np.asarray(opened(stamp(black, replace(CAPTION, place="鱼" * 120), FONT)).convert("L"))

    assert not (grey[:, -4:] > 100).any()


def test_closing_marks_do_not_begin_a_line() -> None:
    from media.stamp import _rows

    letters = ImageFont.truetype(BytesIO(FONT), 20, layout_engine=ImageFont.Layout.BASIC)

    rows = _rows("解放北路, 十二号。" * 3, letters, 100)

    assert "".join(rows).replace(" ", "") == ("解放北路, 十二号。" * 3).replace(" ", "")
    assert not any(row[0] in ",。" for row in rows)
    assert all(letters.getlength(row) <= 100 for row in rows)


def test_numbers_and_words_are_not_torn_unless_they_fill_a_row() -> None:
    from media.stamp import _rows

    letters = ImageFont.truetype(BytesIO(FONT), 20, layout_engine=ImageFont.Layout.BASIC)

    assert _rows("坐标 109.400000, 24.320000 ±12 m (WGS 84)", letters, 160) == [
        "坐标 109.400000,",
        "24.320000 ±12",
        "m (WGS 84)",
    ]
    assert len(_rows("x" * 40, letters, 160)) > 1


def test_a_caption_never_hides_most_of_a_small_picture() -> None:
    copy = opened(stamp(jpeg(120, 90), replace(CAPTION, place="鱼" * 200), FONT))

    assert copy.width == 120
    assert copy.height > 90


def test_the_copy_carries_no_metadata_and_lies_upright() -> None:
    copy = stamp(jpeg(400, 300, exif=camera_exif(6)), CAPTION, FONT)

    assert read_exif(copy, UTC) == Exif()
    assert opened(copy).size == (300, 400)


def test_the_photo_itself_is_not_changed_and_the_copy_is_always_the_same() -> None:
    raw = jpeg(400, 300)
    kept = bytes(raw)

    assert stamp(raw, CAPTION, FONT) == stamp(raw, CAPTION, FONT)
    assert raw == kept


def test_control_and_direction_characters_cannot_break_the_line() -> None:
    hostile = replace(CAPTION, place="甲\n乙\x00\u202e丙\u2028丁\ud800")

    assert hostile.lines("zh")[1] == "地点 甲 乙  丙 丁 "
    assert stamp(WHITE, hostile, FONT)


@given(st.text(max_size=400), st.integers(1, 300), st.integers(1, 300))
@settings(max_examples=25, deadline=None)
def test_any_text_on_any_picture_is_drawn(place: str, width: int, height: int) -> None:
    raw = encoded(Image.new("RGB", (width, height), (200, 200, 200)), "PNG")

    copy = opened(stamp(raw, replace(CAPTION, place=place), FONT))

    assert copy.width == width
    assert copy.height <= height + 20 * 4 * (MAX_ROWS + 1)


def test_a_cut_photo_is_refused() -> None:
    with pytest.raises(Truncated):
        stamp(jpeg()[:-500], CAPTION, FONT)
