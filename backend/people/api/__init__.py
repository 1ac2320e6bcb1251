"""Speak HTTP for people: sessions, the person's own page, enrolments, people and devices."""

from backend.people.api.identity import dependencies

__all__ = ["dependencies"]
