"""Fill in what was settled at the door, so that a checklist does not ask it a second time."""

from collections.abc import Mapping
from typing import Any, Final

OUTCOME_ITEM: Final = "co.visit.result"
DELIVERY_ITEM: Final = "co.notice.delivery"
SIGNATURE_ITEM: Final = "co.notice.signature"
# The answers that agree with each outcome and delivery; the first is the one filled in.
OUTCOME_ANSWERS: Final = {
    "entered": ["entered"],
    "no_answer": ["no_answer"],
    "declined": ["refused"],
    "vacant": ["vacant"],
    "other_use": ["other_use"],
}
DELIVERY_ANSWERS: Final = {
    "in_person": ["in_person"],
    "by_proxy": ["family"],
    "posted": ["posted"],
    "by_phone": ["phone"],
    "none": ["none", "declined"],
}


def _signature(notice: Mapping[str, Any]) -> list[object]:
    if notice["signed"] == "signed":
        return [{"path": notice.get("signature")}]
    if notice["signed"] == "refused":
        witness = notice.get("witness")
        return [{"refused": True, **({"witness": witness} if witness else {})}, {"refused": True}]
    return [None]


def door_answers(outcome: str, notice: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return, for each item that the door settles, the answers that agree with it, the one to fill in first."""
    return {
        OUTCOME_ITEM: list(OUTCOME_ANSWERS[outcome]),
        DELIVERY_ITEM: list(DELIVERY_ANSWERS[notice["delivered"]]),
        SIGNATURE_ITEM: _signature(notice),
    }


def with_door(
    body: Mapping[str, Any], answers: Mapping[str, Any], outcome: str, notice: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the answers with the door's own filled in, and the items whose given answer contradicts it.

    Nobody is asked anything where nobody was met: unless the outcome is `entered`, only the door's answers remain.
    """
    known = {item["id"] for item in body["items"]}
    filled: dict[str, Any] = {
        name: answer for name, answer in answers.items() if outcome == "entered" or name not in known
    }
    contradicting = []
    for item_id, agreeing in door_answers(outcome, notice).items():
        if item_id not in known:
            continue
        given = answers.get(item_id)
        if given is not None and given not in agreeing:
            contradicting.append(item_id)
        elif given is not None:
            filled[item_id] = given
        elif agreeing[0] is not None:
            filled[item_id] = agreeing[0]
    return filled, contradicting
