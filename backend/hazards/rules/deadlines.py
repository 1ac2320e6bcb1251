"""Compute what time does to a hazard: due, overdue, escalation, and whether a close counts. Nothing here is stored."""

from datetime import date, datetime

from backend.hazards.rules.hazard import Hazard
from backend.hazards.rules.reading import day_of
from backend.hazards.rules.steps import ESCALATION_DAYS
from backend.hazards.rules.words import CLOSED_STAGES, OPEN_STAGES, Level, Stage


def deadline_on(hazard: Hazard) -> date | None:
    """Return the day by which something must happen now; None when no clock runs.

    A transferred hazard waits for its reply. An extension that is only asked for moves nothing.
    """
    if hazard.stage not in OPEN_STAGES:
        return None
    return hazard.reply_due_on if hazard.stage is Stage.TRANSFERRED else hazard.due_on


def due_in(hazard: Hazard, at: datetime) -> int | None:
    """Return the days left, 0 on the last day and negative when overdue; None when no clock runs."""
    due_on = deadline_on(hazard)
    return None if due_on is None else (due_on - day_of(at)).days


def is_overdue(hazard: Hazard, at: datetime) -> bool:
    """Has the last day passed while the hazard is open?"""
    days = due_in(hazard, at)
    return days is not None and days < 0


def escalation_proposed(hazard: Hazard, at: datetime) -> Level | None:
    """Return the highest level whose days overdue have come; a leader confirms it."""
    days = due_in(hazard, at)
    reached = [level for level, after in ESCALATION_DAYS.items() if days is not None and -days >= after]
    return Level(reached[-1]) if reached else None


def counts_as_closed(hazard: Hazard) -> bool:
    """Does the hazard count as closed in figures: closed, with every named photo on the server?"""
    return hazard.stage in CLOSED_STAGES and hazard.photos_awaited == 0
