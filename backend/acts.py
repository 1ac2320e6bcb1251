"""Say what an act is: who asked for a change, on which device, when, and under which receipt number."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # people's own commands take an Act, so at run time this file stands below people
    from backend.people.rules import Person

DAYS = ZoneInfo("Asia/Shanghai")
"""The time zone in which postings, deadlines and periods count their days."""

Touched: TypeAlias = None
"""What a command returns; what it changed is told by `changes.touch`, never by its answer."""


@dataclass(frozen=True, slots=True)
class Act:
    """One mutation being done: what every command may know beside its arguments.

    `person` holds the postings of the author as they were at `at`.
    `number` is the receipt number people read, such as X7K2-0047.
    `at` is the device's time corrected by the measured skew; deadlines and order use `received_at`.
    `tenant` is the subdistrict (9 digits) in whose order of revisions the act is written.
    `clock_off` is how far the device's clock was behind the server's, `clock_moved` how far it was set on since.
    """

    person: "Person"
    device_id: UUID
    number: str
    at: datetime
    received_at: datetime
    mutation_id: UUID
    tenant: str
    clock_off: timedelta = timedelta(0)
    clock_moved: timedelta = timedelta(0)

    @property
    def on(self) -> date:
        """The day of the act where the work is done, by which postings are judged."""
        return self.at.astimezone(DAYS).date()


Command = Callable[[Any, Act], Awaitable[None]]
"""A mutation's command: it decides and writes inside the caller's transaction, or raises a Problem."""
