"""Visits to homes and premises: published checklists, what was answered at the door, and what it means.

A visit belongs to one of two tracks. On the patrol track grid workers look, advise and report; on the inspection
track two licensed officers check. A visit is never edited: a correction is a new version that names the old one.
"""
