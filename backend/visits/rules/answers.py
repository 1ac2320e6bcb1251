"""Say whether one answer fits its question."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

MAX_TEXT: Final = 2000
MAX_PATH: Final = 20_000
SVG_PATH: Final = r"[Mm][-+0-9.,MmLlHhVvCcSsQqTtAaZzEe \n]*"
# A line feed is the only control character a text may hold; a lone half of a surrogate pair is no character.
NEVER: Final = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
BLANK: Final = " \n\u00a0\u3000"

_never = re.compile(NEVER)
_svg_path = re.compile(SVG_PATH)


def is_open(answer: object) -> bool:
    """Is this no answer at all: nothing, no option, or a text of blanks?"""
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip(BLANK))


def _why_not_word(answer: object, allowed: list[str]) -> str | None:
    if not isinstance(answer, str):
        return "wrong_type"
    return None if answer in allowed else "not_an_option"


def _why_not_check(item: Mapping[str, Any], answer: object) -> str | None:
    return _why_not_word(answer, item["answers"])


def _why_not_choice(item: Mapping[str, Any], answer: object) -> str | None:
    return _why_not_word(answer, [option["value"] for option in item["options"]])


def _why_not_choices(item: Mapping[str, Any], answer: object) -> str | None:
    if not isinstance(answer, list):
        return "wrong_type"
    for chosen in answer:
        reason = _why_not_choice(item, chosen)
        if reason is not None:
            return reason
    return "repeated_option" if len(set(answer)) != len(answer) else None


def _why_not_number(item: Mapping[str, Any], answer: object) -> str | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return "wrong_type"
    return None if item["min"] <= answer <= item["max"] else "out_of_range"


def _why_not_text(_: Mapping[str, Any], answer: object) -> str | None:
    if not isinstance(answer, str):
        return "wrong_type"
    if len(answer) > MAX_TEXT:
        return "too_long"
    return "control_characters" if _never.search(answer) else None


def _why_not_refusal(item: Mapping[str, Any], answer: Mapping[str, Any]) -> str | None:
    if answer["refused"] is not True or not answer.keys() <= {"refused", "witness"}:
        return "wrong_type"
    if not item["allow_refusal"]:
        return "refusal_not_allowed"
    return _why_not_text(item, answer.get("witness", ""))


def _why_not_signature(item: Mapping[str, Any], answer: object) -> str | None:
    if not isinstance(answer, dict):
        return "wrong_type"
    if "refused" in answer:
        return _why_not_refusal(item, answer)
    if answer.keys() != {"path"} or not isinstance(answer["path"], str):
        return "wrong_type"
    if len(answer["path"]) > MAX_PATH:
        return "too_long"
    return None if _svg_path.fullmatch(answer["path"]) else "not_a_path"


_WHY_NOT: dict[str, Callable[[Mapping[str, Any], object], str | None]] = {
    "check": _why_not_check,
    "choice": _why_not_choice,
    "multi_choice": _why_not_choices,
    "number": _why_not_number,
    "text": _why_not_text,
    "signature": _why_not_signature,
}

REASONS: Final = {
    "unknown_item": {"zh": "没有这一题", "en": "There is no such question"},
    "officer_only": {"zh": "只有执法人员能判定", "en": "Only an officer can judge this"},
    "wrong_type": {"zh": "答案类型不对", "en": "Wrong type of answer"},
    "not_an_option": {"zh": "没有这个选项", "en": "Not one of the options"},
    "repeated_option": {"zh": "同一选项选了两次", "en": "One option is given twice"},
    "out_of_range": {"zh": "超出可填范围", "en": "Outside the possible range"},
    "too_long": {"zh": "太长", "en": "Too long"},
    "control_characters": {"zh": "含有不能保存的字符", "en": "Holds characters that cannot be kept"},
    "refusal_not_allowed": {"zh": "此处不能拒签", "en": "Cannot be refused here"},
    "not_a_path": {"zh": "签名不完整", "en": "The signature is not a drawing"},
    "contradicts_visit": {"zh": "与入户结果或送达方式不一致", "en": "Contradicts the visit's outcome or notice"},
}


def why_not_answer(item: Mapping[str, Any], answer: object) -> str | None:
    """Return the reason (one of REASONS) why an answer does not fit its item, or None."""
    return _WHY_NOT[item["type"]](item, answer)
