"""Speak HTTP for people: sessions, the person's own page, enrolments, people and devices."""

from backend.people import remembered
from backend.people.api import me, people, sessions
from backend.people.api.identity import dependencies

routes = [sessions.sign_in, sessions.leave, sessions.redeem, *me.ROUTES, *people.ROUTES]
lifespans = [me.open_for_keys]
hears = {remembered.CHANNEL: remembered.forget}

__all__ = ["dependencies", "hears", "lifespans", "routes"]
