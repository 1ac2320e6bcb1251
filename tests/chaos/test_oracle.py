"""The oracle itself: a run that is sound passes, and each thing that is lost, doubled, wrong or stuck is seen."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.books import Books, canonical
from tests.chaos.oracle import judge

PHOTO, HAZARD, VISIT, BAD, KEPT = "ab" * 32, "h-1", "v-1", "h-2", "h-3"
Plant = Callable[[dict[str, Any], Books], Any]


def a_record(number: int, name: str, args: dict[str, Any], expected: str = "applied") -> dict[str, Any]:
    said = {"id": f"m-{number}", "number": number, "name": name, "device_code": "X7K2", "args": args}
    return said | {"expected": expected, "deed": "a deed"}


def a_run() -> dict[str, Any]:
    """A visit with a photo, a hazard found on it and joined to another's, and a report that was refused."""
    named = [{"sha256": PHOTO, "role": "before"}]
    visit = {"visit_id": VISIT, "place_id": "p-1", "outcome": "entered", "note": "走访", "photos": []}
    found = {"hazard_id": HAZARD, "place_id": "p-1", "description": "情况", "grade": "general", "photos": named}
    said = [
        a_record(1, "record_visit", visit),
        a_record(2, "report_hazard", found),
        a_record(3, "report_hazard", found | {"hazard_id": BAD, "grade": "confirmed_major"}, "refused"),
        a_record(4, "void_hazard", {"hazard_id": HAZARD, "duplicate_of": KEPT, "reason": "重复"}, "either"),
    ]
    phone = {
        "login": "lan", "said": said, "broken": [], "arrived": [PHOTO],
        "rows": {"hazard": [{"id": HAZARD, "start": 0}]},
        "said_photos": [{"sha256": PHOTO, "size_bytes": 9, "is_recorded": True}],
        "outcomes": {"m-1": "applied", "m-2": "applied", "m-3": "refused", "m-4": "applied"},
    }  # fmt: skip
    return {"seed": 7, "left": [], "phones": [phone]}


def some_books() -> Books:
    """What a server holds after that run."""
    outcomes = a_run()["phones"][0]["outcomes"]
    receipts = {
        said["id"]: {"id": said["id"], "number": said["number"], "name": said["name"], "outcome": outcomes[said["id"]],
                     "code": "X7K2", "login": "lan", "why": None}
        for said in a_run()["phones"][0]["said"]
    }  # fmt: skip
    visit = {"id": VISIT, "number": "X7K2-0001", "place_id": "p-1", "outcome": "entered", "note": "走访"}
    event = {"id": "e-1", "hazard_id": HAZARD, "action": "report_hazard", "number": "X7K2-0002", "given": "{}"}
    hazard = {"id": HAZARD, "number": "X7K2-0002", "description": "情况", "place_id": "p-1", "grade": "general"}
    hazard |= {"photos_awaited": 0, "duplicate_of": None, "joined_to": None}
    gone = {"stage": "voided", "duplicate_of": KEPT, "joined_to": "BBBB-0001"}
    void = {"id": "e-2", "hazard_id": HAZARD, "action": "void_hazard", "number": "X7K2-0004", "given": "{}"}
    came = void | {"id": "e-3", "hazard_id": KEPT, "action": "join_duplicate"}
    came |= {"given": json.dumps({"duplicate_id": HAZARD})}
    mention = {"sha256": PHOTO, "record_kind": "hazard", "record_id": HAZARD, "role": "before", "caption": "X7K2-0002"}
    return Books(
        receipts=receipts,
        visits={VISIT: visit | {"photos": "[]", "login": "lan", "corrects": None}},
        hazards={HAZARD: hazard | gone, KEPT: hazard | {"id": KEPT, "number": "BBBB-0001"}},
        events={
            "X7K2-0002": [event | {"login": "lan"}],
            "X7K2-0004": [void | {"login": "lan"}, came | {"login": "lan"}],
        },
        mentions={HAZARD: [mention]},
        photos={PHOTO: [{"sha256": PHOTO, "size_bytes": 9}]},
        bytes_on_disk={PHOTO: (PHOTO, 9)},
        last_numbers={"X7K2": 4},
        pulled={"lan": {"hazard": canonical([{"id": HAZARD}])}},
    )


def test_a_sound_run_passes() -> None:
    assert judge(a_run(), some_books()) == []


def phone(run: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = run["phones"][0]
    return first


PLANTED: list[tuple[str, str, Plant]] = [
    ("lost", "a receipt", lambda _, books: books.receipts.pop("m-1")),
    ("lost", "a visit", lambda _, books: books.visits.pop(VISIT)),
    ("lost", "a hazard", lambda _, books: books.hazards.pop(HAZARD)),
    ("lost", "an event", lambda _, books: books.events.pop("X7K2-0002")),
    ("lost", "a joining", lambda _, books: books.events["X7K2-0004"].pop(0)),
    ("lost", "a joining where one stays", lambda _, books: books.events["X7K2-0004"].pop()),
    ("lost", "a mention of a photo", lambda _, books: books.mentions.pop(HAZARD)),
    ("lost", "the bytes of a photo", lambda _, books: books.bytes_on_disk.pop(PHOTO)),
    ("lost", "the row of a photo", lambda _, books: books.photos.pop(PHOTO)),
    ("lost", "the phone's knowledge of an arrival", lambda run, _: phone(run)["arrived"].clear()),
    ("lost", "a row on the phone", lambda run, _: phone(run)["rows"]["hazard"].clear()),
    ("lost", "a number", lambda run, _: phone(run)["said"][2].update(number=9)),
    ("lost", "what a step saw", lambda run, _: phone(run)["broken"].append("record m-1 deleted while waiting")),
    ("doubled", "an event", lambda _, books: books.events["X7K2-0002"].append(books.events["X7K2-0002"][0])),
    ("doubled", "a joining", lambda _, books: books.events["X7K2-0004"].append(books.events["X7K2-0004"][1])),
    ("doubled", "a row of a photo", lambda _, books: books.photos[PHOTO].append({})),
    ("doubled", "a receipt", lambda _, books: books.receipts.update({"m-9": books.receipts["m-1"] | {"id": "m-9"}})),
    ("doubled", "a number", lambda run, _: phone(run)["said"][2].update(number=2)),
    ("doubled", "a row on the phone", lambda run, _: phone(run)["rows"]["hazard"].append({"id": HAZARD})),
    ("wrong", "an outcome", lambda _, books: books.receipts["m-1"].update(outcome="refused")),
    ("wrong", "what should have been applied",
     lambda run, books: (books.receipts["m-1"].update(outcome="refused", why="/problems/x"),
                         phone(run)["outcomes"].update({"m-1": "refused"}))),
    ("wrong", "a receipt of another person", lambda _, books: books.receipts["m-1"].update(login="bo")),
    ("wrong", "the words of a visit", lambda _, books: books.visits[VISIT].update(note="")),
    ("wrong", "the words of a hazard", lambda _, books: books.hazards[HAZARD].update(description="")),
    ("wrong", "what an event says",
     lambda _, books: books.events["X7K2-0002"][0].update(given=json.dumps({"grade": "no"}))),
    ("wrong", "who stays", lambda _, books: books.events["X7K2-0004"][1].update(hazard_id=BAD)),
    ("wrong", "a hazard that stands again", lambda _, books: books.hazards[HAZARD].update(stage="registered")),
    ("wrong", "what one was joined to", lambda _, books: books.hazards[HAZARD].update(joined_to=None)),
    ("wrong", "a chain", lambda _, books: books.hazards[KEPT].update(duplicate_of=BAD)),
    ("wrong", "a joining that was refused",
     lambda run, books: (books.receipts["m-4"].update(outcome="refused"), books.events.pop("X7K2-0004"),
                         phone(run)["outcomes"].update({"m-4": "refused"}))),
    ("wrong", "bytes", lambda _, books: books.bytes_on_disk.update({PHOTO: ("cd" * 32, 9)})),
    ("wrong", "a photo that is waited for", lambda _, books: books.hazards[HAZARD].update(photos_awaited=1)),
    ("wrong", "a hazard that was refused", lambda _, books: books.hazards.update({BAD: books.hazards[HAZARD]})),
    ("wrong", "a visit that was not applied",
     lambda _, books: books.visits.update({"v-3": books.visits[VISIT] | {"number": "X7K2-0003"}})),
    ("wrong", "a stale row on the phone", lambda run, _: phone(run)["rows"]["hazard"].append({"id": "old"})),
    ("wrong", "the highest number", lambda _, books: books.last_numbers.update(X7K2=2)),
    ("stuck", "a queue", lambda run, _: run["left"].append("lan: 1 records")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "what", "plant"), PLANTED, ids=[f"{kind}: {what}" for kind, what, _ in PLANTED])
def test_the_oracle_sees_what_was_planted(kind: str, what: str, plant: Plant) -> None:
    run, books = copy.deepcopy(a_run()), copy.deepcopy(some_books())
    plant(run, books)

    assert kind in {finding.kind for finding in judge(run, books)}
