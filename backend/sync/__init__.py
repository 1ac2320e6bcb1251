"""Take in what phones and desks did, each mutation once, and give out what changed, nothing missed."""
