"""Compare what phones were told with what the server holds: what is lost, doubled, wrong, or never came to an end."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from tests.chaos.books import Books, Row, canonical

KINDS: Final = ("lost", "doubled", "wrong", "stuck")
ON_REVIEW: Final = "/problems/refused-on-review"


class Finding(NamedTuple):
    """One thing that must not be, of which kind, and in which run."""

    kind: str
    seed: int
    what: str


def judge(run: dict[str, Any], books: Books) -> list[Finding]:
    """Return everything that is wrong with a run; nothing, it should be."""
    found = [Finding("stuck", run["seed"], what) for what in run["left"]]
    for phone in run["phones"]:
        found += [Finding("lost", run["seed"], what) for what in phone["broken"]]
        for check in CHECKS:
            found += [Finding(kind, run["seed"], f"{phone['login']}: {what}") for kind, what in check(phone, books)]
    return found


Said = Iterator[tuple[str, str]]


def _code(record: Row) -> str:
    return f"{record['device_code']}-{record['number']:04d}"


def _applied(phone: Row) -> list[Row]:
    return [record for record in phone["said"] if phone["outcomes"].get(record["id"]) == "applied"]


def receipts(phone: Row, books: Books) -> Said:
    """Every record that was said to be kept has one receipt, of the outcome that the phone holds."""
    for record in phone["said"]:
        told, receipt = phone["outcomes"].get(record["id"]), books.receipts.get(record["id"])
        if receipt is None:
            yield "lost", f"no receipt for {record['name']} {record['id']}"
        elif told != receipt["outcome"]:
            yield "wrong", f"{record['name']} {record['id']} is {receipt['outcome']} and the phone says {told}"
        elif _mark(record, phone) != (receipt["number"], receipt["name"], receipt["code"], receipt["login"]):
            yield "wrong", f"the receipt of {record['id']} is another's: {receipt}"
        elif record["expected"] not in ("either", told) and receipt["why"] != ON_REVIEW:
            yield "wrong", f"{record['deed']}: {record['name']} {record['id']} is {told}, {receipt['why']}"


def _mark(record: Row, phone: Row) -> tuple[int, str, str, str]:
    return record["number"], record["name"], record["device_code"], phone["login"]


def unknown(phone: Row, books: Books) -> Said:
    """The server holds nothing of this phone's devices that the phone does not know of."""
    known = {record["id"] for record in phone["said"]}
    codes = {record["device_code"] for record in phone["said"]}
    for receipt in books.receipts.values():
        if receipt["code"] in codes and receipt["id"] not in known:
            yield "doubled", f"a receipt that no record of the phone has: {receipt}"
    numbers = {_code(record) for record in _applied(phone)}
    for row in (*books.visits.values(), *(event for events in books.events.values() for event in events)):
        if row["number"].partition("-")[0] in codes and row["number"] not in numbers:
            yield "wrong", f"a row of a record that was not applied: {row}"


def rows(phone: Row, books: Books) -> Said:
    """Every applied record has its row, once, with what was written."""
    for record in _applied(phone):
        yield from _ROWS.get(record["name"], _event)(record, phone, books)


def _visit(record: Row, phone: Row, books: Books) -> Said:
    args = record["args"]
    row = books.visits.get(args["visit_id"])
    if row is None:
        yield "lost", f"no visit {args['visit_id']}"
        return
    given = (args["place_id"], args["outcome"], args["note"], args.get("corrects"), _code(record), phone["login"])
    held = (row["place_id"], row["outcome"], row["note"], row["corrects"], row["number"], row["login"])
    if given != held:
        yield "wrong", f"visit {row['id']}: {held} instead of {given}"
    named = [(photo["sha256"], photo["role"]) for photo in json.loads(row["photos"])]
    if named != _photos(args):
        yield "wrong", f"visit {row['id']} names {named} instead of {_photos(args)}"
    yield from _mentions("visit", args["visit_id"], args, books)


def _report(record: Row, phone: Row, books: Books) -> Said:
    args = record["args"]
    row = books.hazards.get(args["hazard_id"])
    if row is None:
        yield "lost", f"no hazard {args['hazard_id']}"
        return
    given = (args["description"], args.get("place_id"), args["grade"], _code(record))
    if given != (row["description"], row["place_id"], row["grade"], row["number"]):
        yield "wrong", f"hazard {row['id']}: {row} instead of {given}"
    yield from _event(record, phone, books)


def _event(record: Row, phone: Row, books: Books) -> Said:
    args, events = record["args"], books.events.get(_code(record), [])
    if not events:
        yield "lost", f"no event of {record['name']} {_code(record)}"
        return
    if len(events) > 1:
        yield "doubled", f"{record['name']} {_code(record)} happened {len(events)} times"
    given = json.loads(events[0]["given"])
    held = (events[0]["action"], events[0]["hazard_id"], events[0]["login"])
    words = [key for key, value in args.items() if key in given and given[key] != value and key != "photos"]
    if held != (record["name"], args["hazard_id"], phone["login"]) or words:
        yield "wrong", f"event {_code(record)}: {held}, {words} differ"
    yield from _mentions("hazard", args["hazard_id"], args, books)


def _void(record: Row, phone: Row, books: Books) -> Said:
    """A joining stands in both histories, once in each, and in the rows of both."""
    args, events = record["args"], books.events.get(_code(record), [])
    one, other = args["hazard_id"], args.get("duplicate_of")
    if other is None:
        yield from _event(record, phone, books)
        return
    came = [event for event in events if event["action"] == "join_duplicate"]
    alone = [event for event in events if event not in came]
    yield from _event(record, phone, replace(books, events={_code(record): alone}))
    if len(came) != 1:
        yield "doubled" if came else "lost", f"{_code(record)} is told {len(came)} times by {other}, which stays"
    for event in came:
        if (event["hazard_id"], json.loads(event["given"])["duplicate_id"]) != (other, one):
            yield "wrong", f"the joining {_code(record)} is told as {event}"
    gone, kept = books.hazards.get(one, {}), books.hazards.get(other, {})
    held = (gone.get("stage"), gone.get("duplicate_of"), gone.get("joined_to"), kept.get("duplicate_of"))
    if held != ("voided", other, kept.get("number"), None):
        yield "wrong", f"{one} was joined to {other} and stands as {held}"


def _door(record: Row, _: Row, books: Books) -> Said:
    args = record["args"]
    row = books.households.get(args["id"])
    if row is None:
        yield "lost", f"no household {args['id']}"
    elif (row["room"], row["building_id"]) != (args["room"], args["building_id"]):
        yield "wrong", f"household {row}"


_ROWS: Final[dict[str, Callable[[Row, Row, Books], Said]]] = {
    "record_visit": _visit,
    "correct_visit": _visit,
    "report_hazard": _report,
    "register_household": _door,
    "void_hazard": _void,
}


def _photos(args: Row) -> list[tuple[str, str]]:
    return [(photo["sha256"], photo["role"]) for photo in args.get("photos", [])]


def _mentions(kind: str, record_id: str, args: Row, books: Books) -> Said:
    held = Counter(
        (each["sha256"], each["role"]) for each in books.mentions.get(record_id, []) if each["record_kind"] == kind
    )
    for named in set(_photos(args)):
        if held[named] != 1:
            yield "lost" if held[named] == 0 else "doubled", f"{kind} {record_id} names {named} {held[named]} times"


def refused(phone: Row, books: Books) -> Said:
    """What was refused has left nothing behind. (Its rows are looked for in `unknown`.)"""
    for record in phone["said"]:
        if phone["outcomes"].get(record["id"]) != "refused":
            continue
        named = list(books.mentions.get(record["args"].get("hazard_id", ""), []))
        named += books.mentions.get(record["args"].get("visit_id", ""), [])
        if any(each["caption"].split(" ")[0] == _code(record) for each in named):
            yield "wrong", f"the refused {record['name']} {record['id']} still names photos"
        if record["name"] == "report_hazard" and record["args"]["hazard_id"] in books.hazards:
            yield "wrong", f"the refused report {record['id']} left a hazard"
        hazard = books.hazards.get(record["args"].get("hazard_id", ""), {})
        if record["name"] == "void_hazard" and hazard.get("duplicate_of") is not None:
            yield "wrong", f"the refused joining {record['id']} left {hazard['id']} joined"


def photos(phone: Row, books: Books) -> Said:
    """Every photo of a record is on the disk under the hash of its bytes, has one row, and the phone knows it."""
    arrived = set(phone["arrived"])
    for said in phone["said_photos"]:
        if said["is_recorded"]:
            yield from _photo(said["sha256"], said["size_bytes"], books)
            if said["sha256"] not in arrived:
                yield "lost", f"the phone never heard that photo {said['sha256']} arrived"


def _photo(name: str, size_bytes: int, books: Books) -> Said:
    if name not in books.bytes_on_disk:
        yield "lost", f"no bytes of photo {name}"
    elif books.bytes_on_disk[name] != (name, size_bytes):
        yield "wrong", f"the bytes of photo {name} are {books.bytes_on_disk[name]}"
    if (count := len(books.photos.get(name, []))) != 1:
        yield "lost" if count == 0 else "doubled", f"photo {name} has {count} rows"


def awaited(phone: Row, books: Books) -> Said:
    """No hazard waits for photos that have arrived."""
    for hazard_id in {record["args"].get("hazard_id", "") for record in phone["said"]}:
        hazard = books.hazards.get(hazard_id)
        if hazard is not None and hazard["photos_awaited"]:
            yield "wrong", f"hazard {hazard_id} waits for {hazard['photos_awaited']} photos that have all arrived"


def numbers(phone: Row, books: Books) -> Said:
    """The numbers of each device have no gap and no repeat, and the server has heard of the highest."""
    for code in {record["device_code"] for record in phone["said"]}:
        given = sorted(record["number"] for record in phone["said"] if record["device_code"] == code)
        if given != list(range(given[0], given[0] + len(given))) or given[0] != 1:
            yield "lost" if len(set(given)) == len(given) else "doubled", f"device {code} gave the numbers {given}"
        if books.last_numbers.get(code) != given[-1]:
            yield "wrong", f"the server heard of {books.last_numbers.get(code)} from {code}, not {given[-1]}"


def pulled(phone: Row, books: Books) -> Said:
    """What the phone has pulled is what the server would give it afresh, row by row."""
    fresh = books.pulled.get(phone["login"], {})
    for kind, kept in phone["rows"].items():
        here = canonical(kept)
        there = fresh.get(kind, [])
        if missing := set(there) - set(here):
            yield "lost", f"{len(missing)} {kind} rows are missing on the phone, such as {min(missing)[:300]}"
        if extra := set(here) - set(there):
            yield "wrong", f"{len(extra)} {kind} rows are stale on the phone, such as {min(extra)[:300]}"
        if len(here) != len(set(here)):
            yield "doubled", f"{kind} rows are on the phone twice"


CHECKS: Final = (receipts, unknown, rows, refused, photos, awaited, numbers, pulled)
