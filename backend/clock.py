"""Read the clock; the only place that does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class Journey:
    """A clock that stands still at `at` until somebody moves it."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        self.at = at.astimezone(UTC)

    def forward(self, **step: float) -> datetime:
        """Move on by a timedelta's keywords (`days`, `hours`, `minutes`, `seconds`) and return the new moment."""
        self.at += timedelta(**step)
        return self.at


_journey: ContextVar[Journey | None] = ContextVar("journey", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    journey = _journey.get()
    return datetime.now(UTC) if journey is None else journey.at


def today(timezone: str = "Asia/Shanghai") -> date:
    """Return the present day in a time zone."""
    return now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def travel(at: datetime) -> Iterator[Journey]:
    """Let everything called inside see the clock stand at `at`; tests and the demo loader use it."""
    journey = Journey(at)
    token = _journey.set(journey)
    try:
        yield journey
    finally:
        _journey.reset(token)
