"""Judge a visit before anything is written: the place, the author, the officers, the answers and the words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from backend.acts import Act
from backend.people.queries import person_at
from backend.people.rules import may, why_not
from backend.places.queries import Place, grids_before, place
from backend.places.rules import why_not_in_use
from backend.problems import Malformed, NotFound, Problem
from backend.visits.commands.args import RecordVisit
from backend.visits.queries.checklists import body_of
from backend.visits.rules import (
    NEEDS,
    ChecklistUnknown,
    Evaluation,
    Officer,
    Track,
    evaluate,
    why_not_answers,
    why_not_checklist,
    why_not_notice,
    why_not_officers,
    why_not_outcome,
    why_not_texts,
    why_not_times,
    why_not_unfinished,
    with_door,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A visit that may be written: its place, the answers that count, and what the checklist says of them."""

    place: Place
    answers: dict[str, Any]
    item_notes: dict[str, str]
    evaluation: Evaluation | None


def refuse(*problems: Problem | None) -> None:
    """Raise the first that is a problem."""
    for problem in problems:
        if problem is not None:
            raise problem


def _texts_of(answers: Mapping[str, Any]) -> Iterator[str]:
    for answer in answers.values():
        if isinstance(answer, str):
            yield answer
        elif isinstance(answer, dict) and isinstance(answer.get("witness"), str):
            yield answer["witness"]


def _why_not_words(args: RecordVisit, reason: str) -> Problem | None:
    return why_not_texts(
        {
            "note": [args.note],
            "item_notes": list(args.item_notes.values()),
            "answers": list(_texts_of(args.answers)),
            "vacancy_evidence": [args.vacancy_evidence or ""],
            "reason": [reason],
            "witness": [args.notice.witness or ""],
        }
    )


async def reached_place(args: RecordVisit, act: Act) -> Place:
    """Return the place of a visit that the author may make there on this track, or raise."""
    found = await place(args.place_kind, args.place_id)
    if found is None:
        raise NotFound
    refuse(await _why_not_there(args, act, found), why_not_in_use(found.name, found.retired_on, act.on))
    return found


async def _why_not_there(args: RecordVisit, act: Act, found: Place) -> Problem | None:
    """May the author make such a visit in the grid of the place, or in the one that was there at that time?"""
    premises_id = found.id if found.kind == "premises" else None

    def why_not_in(grid_code: str) -> Problem | None:
        return why_not(act.person, NEEDS[args.track], grid_code, on=act.on, premises_id=premises_id)

    problem = why_not_in(found.grid_code)
    if problem is None:
        return None
    before = await grids_before(found.grid_code, act.at)
    return None if any(why_not_in(code) is None for code in before) else problem


async def _officers(args: RecordVisit, act: Act, found: Place) -> list[Officer]:
    officers = []
    for officer_id in args.officers:
        person = await person_at(officer_id, act.at)
        posted = person is not None and may(person, NEEDS[Track.INSPECTION], found.grid_code, on=act.on)
        officers.append(Officer(officer_id, person is not None and bool(person.licence_number), posted))
    return officers


async def _checklist(args: RecordVisit, found: Place) -> dict[str, Any] | None:
    if args.checklist_id is None or args.checklist_version is None:
        if args.checklist_id is not None or args.checklist_version is not None:
            raise Malformed.at("/checklist_version", "id and version of a checklist go together")
        return None
    body = await body_of(found.grid_code[:9], args.checklist_id, args.checklist_version)
    if body is None:
        raise ChecklistUnknown(checklist_id=args.checklist_id, version=args.checklist_version)
    refuse(why_not_checklist(body, found.category))
    return body


def _why_not_named(args: RecordVisit, known: set[str]) -> Problem | None:
    """Notes and photos name items of the checklist, or none."""
    for item_id in args.item_notes:
        if item_id not in known:
            return Malformed.at("/item_notes", f"there is no item {item_id[:60]}")
    for index, photo in enumerate(args.photos):
        if photo.item_id is not None and photo.item_id not in known:
            return Malformed.at(f"/photos/{index}/item_id", "there is no such item")
    return None


async def judged(args: RecordVisit, act: Act, reason: str = "") -> Judged:
    """Return what may be written of a visit.

    Errors: the Problems of rules.problems; NotFound outside the author's reach, NotYourRole inside it, Malformed.
    """
    notice = args.notice
    refuse(
        why_not_times(args.moments),
        why_not_outcome(args.place_kind, args.outcome),
        why_not_notice(notice, args.note),
        _why_not_words(args, reason),
    )
    found = await reached_place(args, act)
    refuse(why_not_officers(args.track, act.person.id, await _officers(args, act, found)))
    body = await _checklist(args, found)
    if body is None:
        known: set[str] = set()
        refuse(Malformed.at("/answers", "answers need a checklist") if args.answers else None)
        answers, evaluation = {}, None
    else:
        known = {item["id"] for item in body["items"]}
        given, contradicting = with_door(body, args.answers, args.outcome, msgspec.to_builtins(notice))
        evaluation = evaluate(body, given, args.track)
        refuse(why_not_answers(evaluation, contradicting))
        asked = set(evaluation.applies)
        answers = {item_id: answer for item_id, answer in given.items() if item_id in asked and answer is not None}
    refuse(_why_not_named(args, known), why_not_unfinished(args.outcome, evaluation, args.note))
    return Judged(found, answers, dict(args.item_notes), evaluation)
