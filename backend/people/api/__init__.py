"""Speak HTTP for people: sessions, the person's own page, enrolments, people and devices."""

from backend.people.api import me, people, sessions
from backend.people.api.identity import dependencies

routes = [sessions.sign_in, sessions.leave, sessions.redeem, *me.ROUTES, *people.ROUTES]
lifespans = [me.open_for_keys]

__all__ = ["dependencies", "lifespans", "routes"]
