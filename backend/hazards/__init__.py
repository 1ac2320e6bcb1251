"""What is dangerous, and its life from report to close-out.

`rules` holds one declarative table of steps (T1–T14 of the field, and the few beside them) with small readers; the
phone reads the same table from the rulebook. History is append-only: whatever happens to a hazard is a HazardEvent.
"""
